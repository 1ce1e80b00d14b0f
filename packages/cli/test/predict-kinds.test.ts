import { join } from 'node:path';
import { Readable } from 'node:stream';
import { writePng } from '@descent/datasets';
import { describe, expect, test } from 'vitest';
import { config, write } from './data-helpers.ts';
import { descent, descentWith, folder } from './helpers.ts';

const ADAM = { backend: 'onnx:cpu', optimizer: ['adam', { lr: 0.05 }] };

/** A run of a config in a folder with these files. */
async function trained(files: Readonly<Record<string, string>>, data: object, more: object): Promise<string> {
  const root = folder({ ...files, 'a.json': config(data, { ...ADAM, ...more }) });
  const { code, err } = await descent(root, 'train', 'a.json', '--out', 'run');
  expect([code, err]).toEqual([0, '']);
  return root;
}

async function answers(root: string, ...argv: readonly string[]) {
  const { code, out, err } = await descent(root, 'predict', ...argv, '--json');
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as readonly Record<string, unknown>[];
}

describe('descent predict asks about texts', () => {
  const ROWS = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? `good film ${i},pos` : `bad film ${i},neg`));
  const TEXTS = { texts: 'a.csv', text: 'text', target: 'label', maxLength: 16 };

  test.each(['token', 'lengths'])(
    'with padding as %s: on the command line, in lines, tables and standard input',
    async (padding) => {
      const model =
        padding === 'token'
          ? [
              ['embeddingBag', 32, 8, { paddingIdx: 0 }],
              ['linear', 8, 2],
            ]
          : [
              ['branches', { x: ['embedding', 32, 8], lengths: 'identity' }],
              ['gru', 8, 8, { return: 'last' }],
              ['linear', 8, 2],
            ];
      const root = await trained(
        { 'a.csv': ['text,label', ...ROWS].join('\n') },
        { ...TEXTS, padding },
        { model, epochs: 25, batchSize: 8 },
      );
      write(join(root, 'b.txt'), 'bad film 1\n\ngood film 2\n');
      write(join(root, 'b.csv'), 'n,text\n1,good film 4\n');
      write(join(root, 'c.jsonl'), '{ "text": "bad film 3" }\n"good film 6"\n');
      for (const asked of ['run', 'run/model.onnx']) {
        const all = await answers(root, asked, '--text', 'good film 0', 'b.txt', 'b.csv', 'c.jsonl');
        expect(all.map(({ predictions }) => (predictions as { label: string }[])[0]?.label)).toEqual([
          'pos',
          'neg',
          'pos',
          'pos',
          'neg',
          'pos',
        ]);
      }
      const { out, code } = await descentWith(
        { input: Readable.from([Buffer.from('bad film 5\n')]) },
        root,
        'predict',
        'run',
        '-',
        '--input',
        'text',
      );
      expect([code, out]).toEqual([0, expect.stringMatching(/standard input:1: neg/)]);
    },
  );

  test('and says what cannot be', async () => {
    const root = await trained({ 'a.csv': ['text,label', ...ROWS].join('\n') }, TEXTS, {
      model: [
        ['embeddingBag', 32, 4],
        ['linear', 4, 2],
      ],
      epochs: 1,
    });
    write(join(root, 'b.csv'), 'txt\ngood\n');
    expect((await descent(root, 'predict', 'run', '--text', 'a text that is too long for it')).err).toMatch(
      /longer than maxLength/,
    );
    expect((await descent(root, 'predict', 'run', 'b.csv')).err).toMatch(/a row lacks "text"/);
    expect((await descent(root, 'predict', 'run')).err).toMatch(/what to ask about is not said/);
    expect((await descent(root, 'predict', 'run', 'nobody.txt')).err).toMatch(/cannot be read/);
    expect((await descent(root, 'predict', 'run', '--text', '')).code).toBe(1);
  });
});

describe('descent predict goes on', () => {
  test('with a text', async () => {
    const text = 'one two. '.repeat(150);
    const model = [
      ['embedding', 7, 16],
      ['gru', 16, 48],
      ['linear', 48, 7],
    ];
    const root = await trained(
      { 'a.txt': text },
      { corpus: 'a.txt', blockLength: 24 },
      { model, epochs: 30, optimizer: ['adam', { lr: 0.02 }], batchSize: 16 },
    );
    const { out, code } = await descent(
      root,
      'predict',
      'run/model.onnx',
      '--text',
      'one t',
      '--tokens',
      '13',
      '--temperature',
      '0',
    );
    expect([code, out]).toEqual([0, 'one two. one two. \n']);
    const [one] = await answers(root, 'run', '--text', 'one t', '--tokens', '20', '--seed', '3');
    const [two] = await answers(root, 'run', '--text', 'one t', '--tokens', '20', '--seed', '3');
    expect(one).toEqual(two);
    write(join(root, 'prompt.txt'), 'ne two.\n');
    const [file] = await answers(root, 'run', 'prompt.txt', '--tokens', '4', '--temperature', '0');
    expect(file).toEqual({ prompt: 'ne two.', text: 'ne two. one' });
    expect((await descent(root, 'predict', 'run', '--text', 'ü')).err).toMatch(/the vocabulary lacks a character/);
    expect((await descent(root, 'predict', 'run', '--text', '')).err).toMatch(/no text to go on with/);
    expect((await descent(root, 'predict', 'run', '--text', 'o', '--format', 'csv')).err).toMatch(
      /a language model goes on with a text/,
    );
  });

  test('with a series', async () => {
    const load = (hour: number): number => 50 + 10 * Math.sin(hour / 3);
    const rows = (count: number): string =>
      ['hour,load', ...Array.from({ length: count }, (_, i) => `${i},${load(i)}`)].join('\n');
    const data = { series: 'a.csv', target: 'load', time: 'hour', length: 12, horizon: 2 };
    const root = await trained({ 'a.csv': rows(120) }, data, {
      model: ['flatten', ['linear', 12, 2]],
      epochs: 80,
      optimizer: ['adam', { lr: 0.02 }],
    });
    write(join(root, 'now.csv'), rows(130));
    const [answer] = await answers(root, 'run', 'now.csv');
    const values = answer?.['values'] as unknown as number[];
    expect(Math.abs((values[0] as number) - load(130))).toBeLessThan(2);
    expect(Math.abs((values[1] as number) - load(131))).toBeLessThan(2);
    const { out } = await descent(root, 'predict', 'run/model.onnx', 'now.csv', 'a.csv', '--format', 'csv');
    expect(out.split('\n')[0]).toBe('index,input,load +1,load +2,error');
    expect(out.trim().split('\n')).toHaveLength(3);
    write(join(root, 'short.csv'), rows(5));
    expect((await descent(root, 'predict', 'run', 'short.csv')).err).toMatch(/too short for a window/);
  });
});

test('descent predict names several labels of rows and pictures', async () => {
  const rows = Array.from(
    { length: 40 },
    (_, i) => `${Math.sin(i)},${Math.cos(i * 1.3)},${Math.sin(i) > 0 ? 1 : 0},${Math.cos(i * 1.3) > 0 ? 1 : 0}`,
  );
  const data = { table: 'a.csv', target: ['warm', 'wet'], task: 'multi-label' };
  const root = await trained({ 'a.csv': ['a,b,warm,wet', ...rows].join('\n') }, data, {
    model: [['linear', 2, 2]],
    epochs: 60,
    optimizer: ['adam', { lr: 0.1 }],
  });
  write(join(root, 'b.csv'), 'a,b\n0.9,-0.9\n0.9,0.9\n-0.9,-0.9\n');
  for (const asked of ['run', 'run/model.onnx']) {
    const all = await answers(root, asked, 'b.csv');
    expect(all.map(({ labels }) => labels)).toEqual([['warm'], ['warm', 'wet'], []]);
  }
  const { out } = await descent(root, 'predict', 'run', 'b.csv');
  expect(out).toMatch(/b\.csv:3: warm, wet/);
  const pictures = folder();
  const lines = ['file,tags'];
  for (let i = 0; i < 16; i++) {
    const data = new Uint8Array(16).fill(i % 2 === 0 ? 220 : 20);
    await writePng(join(pictures, `${i}.png`), { dtype: 'uint8', shape: [4, 4], data });
    lines.push(`${i}.png,${i % 2 === 0 ? 'bright;day' : 'dark'}`);
  }
  write(join(pictures, 'labels.csv'), lines.join('\n'));
  const labelled = {
    images: '.',
    labels: 'labels.csv',
    target: 'tags',
    task: 'multi-label',
    separator: ';',
    width: 4,
    height: 4,
  };
  write(
    join(pictures, 'a.json'),
    config(labelled, { ...ADAM, model: [['rescale', 1 / 255], 'flatten', ['linear', 16, 3]], epochs: 40 }),
  );
  expect(await descent(pictures, 'train', 'a.json', '--out', 'run', '-q')).toMatchObject({ code: 0, err: '' });
  const seen = await answers(pictures, 'run/model.onnx', '0.png', '1.png');
  expect(seen.map(({ labels }) => labels)).toEqual([['bright', 'day'], ['dark']]);
});
