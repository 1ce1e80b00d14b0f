import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { npyBytes, readNpz } from '@descent/datasets';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { config, write } from './data-helpers.ts';
import { descent, descentWith, folder, tinyConfig } from './helpers.ts';
import { stored } from './stored.ts';

const BIRDS = Array.from({ length: 30 }, (_, i) => `${i % 7},${(i % 3) * 2},${['crow', 'gull', 'robin'][i % 3]}`);
const FLATS = Array.from(
  { length: 40 },
  (_, i) => `${i},${['north', 'south'][i % 2]},${1000 + 30 * i + 200 * (i % 2)}`,
);

/** Holds `runs/birds`, of a CSV file with a column that counts and one that does not, `runs/flats`, of a table, and `runs/halves`, of pictures. */
let prepared: string;

beforeAll(async () => {
  prepared = mkdtempSync(join(tmpdir(), 'descent-cli-rows-'));
  write(join(prepared, 'birds.csv'), `age,wing,kind\n${BIRDS.join('\n')}\n`);
  const birds = { csv: 'birds.csv', target: 'kind', features: ['wing', 'age'] };
  write(
    join(prepared, 'birds.json'),
    config(birds, { model: [['linear', 2, 3]], optimizer: ['adam', { lr: 0.1 }], epochs: 40 }),
  );
  write(join(prepared, 'flats.csv'), `size,side,rent\n${FLATS.join('\n')}\n`);
  const flats = { table: 'flats.csv', target: 'rent', task: 'regression', standardizeTarget: true };
  const model = [
    ['branches', { numbers: 'identity', categories: ['categoryEmbeddings', [{ size: 3, dim: 2 }]] }],
    'concat',
    ['linear', 3, 1],
  ];
  write(join(prepared, 'flats.json'), config(flats, { model, optimizer: ['adam', { lr: 0.05 }], epochs: 40 }));
  write(join(prepared, 'halves.ts'), tinyConfig());
  for (const name of ['birds.json', 'flats.json', 'halves.ts']) {
    const { code, err } = await descent(prepared, 'train', name, '-q');
    expect([code, err]).toEqual([0, '']);
  }
});
afterAll(() => rmSync(prepared, { recursive: true, force: true }));

/** A copy of that folder, for one test, with some files. */
function trained(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const root = folder();
  cpSync(prepared, root, { recursive: true });
  for (const [name, content] of Object.entries(files)) write(join(root, name), content);
  return root;
}

interface Line {
  readonly index: number;
  readonly predictions?: readonly { readonly label: string; readonly probability: number }[];
  readonly values?: readonly number[];
  readonly error?: string;
}

const lines = (text: string): Line[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
const labels = (all: readonly Line[]): (string | undefined)[] => all.map(({ predictions }) => predictions?.[0]?.label);

describe('descent predict of rows', () => {
  test('of a CSV file: the columns of training by their names, in whatever order; the others count nothing', async () => {
    const root = trained({ 'more.csv': 'kind,colour,wing,age\n?,red,0,3\n?,blue,4,1\n' });
    const { code, out, err } = await descent(root, 'predict', 'runs/birds', 'more.csv', '--format', 'jsonl');
    expect([code, err]).toEqual([0, '']);
    expect(labels(lines(out))).toEqual(['crow', 'robin']);
    // A file does not say what its columns are called: in the order of training, it gives the same.
    const file = await descent(
      root,
      ...['predict', 'runs/birds/model.onnx', 'more.csv', '--columns', 'wing,age', '--format', 'jsonl'],
    );
    for (const [i, { predictions }] of lines(file.out).entries())
      expect(predictions?.[0]?.probability).toBeCloseTo(lines(out)[i]?.predictions?.[0]?.probability as number, 5);
    const all = await descent(root, 'predict', 'runs/birds/model.onnx', 'more.csv', '--columns', 'wing');
    expect(all.code).toBe(1);
    expect(all.err).toContain('a row has another number of columns than the network takes\n  received: 1: wing');
    expect(all.err).toMatch(/2 of 2 rows could not be read\n$/);
    const shown = await descent(root, 'predict', 'runs/birds', 'more.csv');
    expect(shown.out).toMatch(/^more\.csv:2: crow\n {2}crow +\d+\.\d\d % /);
  });

  test('of a table, whose preparation is in the run and in the file, in the units of the target', async () => {
    const root = trained();
    for (const model of ['runs/flats', 'runs/flats/model.onnx']) {
      const { code, out, err } = await descent(root, 'predict', model, 'flats.csv', '--out', 'rents.csv');
      expect([code, err, out]).toEqual([0, '', 'rents.csv: 40 answers\n']);
      const [header, ...rows] = readFileSync(join(root, 'rents.csv'), 'utf8').trim().split('\n');
      expect(header).toBe('index,input,rent,error');
      const errors = rows.map((row, i) => Number(row.split(',')[2]) - Number(FLATS[i]?.split(',')[2]));
      expect(rows).toHaveLength(40);
      expect(Math.max(...errors.map(Math.abs))).toBeLessThan(400);
      expect(rows[3]?.split(',').slice(0, 2)).toEqual(['3', 'flats.csv:5']);
    }
  });

  test('what cannot be read is told and counted, and the others are answered', async () => {
    const bad = 'size,side,rent\n10,north,\nmany,south,\n12,west,\n,north,\n13,south,\n';
    const root = trained({ 'bad.csv': bad });
    const argv = ['predict', 'runs/flats', 'bad.csv', 'none.csv', 'flats.csv', '--format', 'jsonl', '--batch', '2'];
    const { code, out, err } = await descent(root, ...argv);
    const all = lines(out);
    expect(all.map(({ index }) => index)).toEqual(Array.from({ length: 46 }, (_, i) => i));
    const failed = all.flatMap(({ index, error }) => (error === undefined ? [] : [[index, error]]));
    expect(failed).toEqual([
      [1, expect.stringContaining('column "size" holds no number\n  received: "many"')],
      [2, expect.stringContaining('west')],
      [3, expect.any(String)],
      [5, expect.stringContaining('none.csv: the file cannot be opened')],
    ]);
    expect(err).toMatch(/error: 4 of 46 rows could not be read\n$/);
    expect(code).toBe(1);
    const whole = lines((await descent(root, 'predict', 'runs/flats', 'flats.csv', '--format', 'jsonl')).out);
    expect(all.slice(6).map(({ values }) => values?.[0])).toEqual(whole.map(({ values }) => values?.[0]));
  });

  test('of standard input, JSON lines or CSV', async () => {
    const root = trained();
    const ask = (text: string, ...more: readonly string[]) =>
      descentWith({ input: Readable.from([Buffer.from(text)]) }, root, 'predict', ...more, '--format', 'jsonl');
    const json = await ask(
      '[4, 1]\n\n{"age": 3, "wing": 0}\n{"x": [0, 3]}\n{"wnig": 1, "age": 1}\n7\n[1, "a"]\n',
      'runs/birds',
      '-',
    );
    expect(labels(lines(json.out))).toEqual(['robin', 'crow', 'crow', undefined, undefined, undefined]);
    expect(lines(json.out)[3]?.error).toContain(`a row lacks "wing"; did you mean 'wnig'?`);
    expect(json.code).toBe(1);
    const csv = await ask('wing,age\n4,1\n', 'runs/birds', '-', '--input', 'csv');
    expect([csv.code, labels(lines(csv.out))]).toEqual([0, ['robin']]);
    // A line that is not JSON is one that cannot be read: those behind it can.
    const middle = await ask('{\n[4, 1]\nnone\n{"age": 3}\n[0, 3]\n{', 'runs/birds', '-');
    expect(labels(lines(middle.out))).toEqual([undefined, 'robin', undefined, undefined, 'crow', undefined]);
    expect(lines(middle.out)[3]?.error).toContain('a row lacks "wing"\n');
    expect(middle.err).toContain('4 of 6 rows could not be read');
    const broken = await ask('[4, 1]\n{', 'runs/birds', '-');
    expect(lines(broken.out)[1]).toMatchObject({
      error: expect.stringContaining('standard input line 2: the line is not JSON'),
    });
    const empty = await ask('', 'runs/birds', '-');
    expect([empty.code, empty.out]).toEqual([0, '']);
    const near = trained({ 'rows.csv': 'wing,age\n4,1\n' });
    const misspelt = await descent(near, 'predict', 'runs/birds', 'rwos.csv');
    expect([misspelt.code, misspelt.err]).toEqual([1, expect.stringMatching(/did you mean '.*rows\.csv'\?/)]);
    const gz = trained({ 'a.jsonl.gz': gzipSync('[4, 1]\n') });
    expect((await descent(gz, 'predict', 'runs/birds', 'a.jsonl.gz')).out).toContain('a.jsonl.gz:1: robin');
  });

  test('of arrays, and into arrays', async () => {
    const x = Float32Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? (Math.floor(i / 2) % 3) * 2 : 1));
    const array = { dtype: 'float32', shape: [10, 2], data: x } as const;
    const root = trained({ 'rows.npz': stored({ 'samples.npy': npyBytes(array) }) });
    const { code, out, err } = await descent(
      root,
      'predict',
      'runs/birds',
      'rows.npz',
      '--out',
      'out.npz',
      '--batch',
      '3',
    );
    expect([code, err, out]).toEqual([0, '', 'out.npz: 10 answers\n']);
    const { index, probability, label } = await readNpz(join(root, 'out.npz'));
    expect(Array.from(index?.data ?? [])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(probability?.shape).toEqual([10, 3]);
    expect(Array.from(label?.data ?? []).slice(0, 3)).toEqual([0, 1, 2]);
    const wrong = await descent(root, 'predict', 'runs/halves', 'rows.npz');
    expect(wrong.err).toContain('expected: 16, for input uint8 [1, 4, 4]');
    const name = await descent(root, 'predict', 'runs/flats', 'rows.npz');
    expect([name.code, name.err]).toEqual([2, expect.stringContaining("there is no array 'numbers' in rows.npz")]);
  });

  test('pixels of a CSV file are bytes, and nothing else', async () => {
    const header = Array.from({ length: 16 }, (_, i) => `p${i}`).join();
    const left = Array.from({ length: 16 }, (_, p) => (p % 4 < 2 ? 230 : 5));
    const rows = [left.join(), left.map((v) => (v === 5 ? 256 : v)).join(), left.map((v) => v / 2).join()];
    const root = trained({ 'pixels.csv': `${header}\n${rows.join('\n')}\n` });
    const { out, code } = await descent(root, 'predict', 'runs/halves', 'pixels.csv', '--format', 'jsonl');
    const all = lines(out);
    expect(labels(all)).toEqual(['left', undefined, undefined]);
    expect(all[1]?.error).toContain('whole numbers from 0 to 255');
    expect(code).toBe(1);
  });
});

describe('--shard', () => {
  const saved = { ...process.env };
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (name.startsWith('SLURM_')) delete process.env[name];
    Object.assign(process.env, saved);
  });

  test('the parts of all shards are the whole, each once', async () => {
    const root = trained();
    const part = async (text: string) =>
      lines((await descent(root, 'predict', 'runs/birds', 'birds.csv', '--format', 'jsonl', '--shard', text)).out);
    const all = lines((await descent(root, 'predict', 'runs/birds', 'birds.csv', '--format', 'jsonl')).out);
    const parts = [await part('1/3'), await part('2/3'), await part('3/3')];
    expect(parts.map(({ length }) => length)).toEqual([10, 10, 10]);
    expect(parts.flat().sort((a, b) => a.index - b.index)).toEqual(all);
    expect(await part('1/1')).toEqual(all);
    // Those of a job array that starts at 4 and goes by 2.
    const array = { MIN: '4', MAX: '8', STEP: '2', COUNT: '3' };
    for (const [name, value] of Object.entries(array)) process.env[`SLURM_ARRAY_TASK_${name}`] = value;
    process.env['SLURM_ARRAY_TASK_ID'] = '6';
    expect(await part('slurm')).toEqual(parts[1]);
    process.env['SLURM_ARRAY_TASK_COUNT'] = '2';
    const { code, err } = await descent(root, 'predict', 'runs/birds', 'birds.csv', '--shard', 'slurm');
    expect([code, err]).toEqual([2, expect.stringContaining('the tasks of this job array are no equal steps')]);
  });

  test.each(['0/3', '4/3', '1/0', '1', 'a/b', '-1/3', '1.5/3', 'Slurm'])('%s is no part', async (text) => {
    const { code, err } = await descent(trained(), 'predict', 'runs/birds', 'birds.csv', `--shard=${text}`);
    expect([code, err]).toEqual([2, expect.stringContaining('Expected a part such as 1/8')]);
  });
});

describe('where the answers go', () => {
  test.each([
    [['--out', 'a.txt'], 'expected: a name that ends in .json, .jsonl, .csv or .npz'],
    [['--format', 'npz'], 'fix: name a file: --out answers.npz'],
    [['--format', 'xml'], 'Expected json, jsonl, csv, npz'],
    [['--show'], '--show draws pictures on the screen'],
    [['--json', '--format', 'csv'], '--json and --format say different things'],
  ])('%j is refused', async (argv, message) => {
    const { code, err } = await descent(trained(), 'predict', 'runs/birds', 'birds.csv', ...argv);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  test('a folder that cannot be written is an error; Ctrl-C leaves what there is beside its place', async () => {
    const root = trained();
    const bad = await descent(root, 'predict', 'runs/birds', 'birds.csv', '--out', 'birds.csv/a.jsonl');
    expect(bad.code).toBe(1);
    const stop = new AbortController();
    async function* endless() {
      for (let i = 0; ; i++) {
        if (i === 300) stop.abort();
        await new Promise((resolve) => setImmediate(resolve));
        yield Buffer.from('[4, 1]\n');
      }
    }
    const input = Readable.from(endless());
    const { code, err } = await descentWith(
      { input, signal: stop.signal },
      root,
      ...['predict', 'runs/birds', '-', '--out', 'a.jsonl', '--batch', '10'],
    );
    expect([code, err]).toEqual([
      130,
      expect.stringMatching(/^stopped: a\.jsonl\.partial: the predictions ended after \d+/),
    ]);
    expect(existsSync(join(root, 'a.jsonl'))).toBe(false);
  });

  test('JSON is one list, also of nothing', async () => {
    const root = trained({ 'none.csv': 'wing,age\n', 'one.csv': 'wing,age\n4,1\n5,1\n' });
    expect((await descent(root, 'predict', 'runs/birds', 'none.csv', '--json')).out).toBe('[]\n');
    const { out } = await descent(root, 'predict', 'runs/birds', 'one.csv', '--format', 'json', '--top', '1');
    expect(labels(JSON.parse(out) as Line[])).toEqual(['robin', 'robin']);
    writeFileSync(join(root, 'quoted.csv'), 'wing,age\n4,"a,b"\n');
    const csv = await descent(root, 'predict', 'runs/birds', 'quoted.csv', '--format', 'csv');
    expect(csv.out).toContain(
      '\n0,quoted.csv:2,,,,,,,"column ""age"" holds no number; received: ""a,b""; expected: a finite number"\n',
    );
  });
});
