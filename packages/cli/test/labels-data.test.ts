import { join } from 'node:path';
import { loadOnnx } from '@descent/backend-onnx';
import type { NDArray } from '@descent/core';
import { parseTablePreparation, pngBytes, predictedLabels, prepareRows } from '@descent/datasets';
import { describe, expect, test } from 'vitest';
import { config, problem, write } from './data-helpers.ts';
import { descent, folder } from './helpers.ts';

/** 40 rows of two numbers: the first says whether it is warm, the second whether it is wet. */
const ROWS = Array.from({ length: 40 }, (_, i) => ({ a: Math.sin(i), b: Math.cos(i * 1.3) }));
const tagsOf = ({ a, b }: { a: number; b: number }) => [...(a > 0 ? ['warm'] : []), ...(b > 0 ? ['wet'] : [])];
const TAGS = `${['a,b,tags', ...ROWS.map((row) => `${row.a},${row.b},${tagsOf(row).join(';') || ';'}`)].join('\n')}\n`;
const COLUMNS = `${['a,b,warm,wet', ...ROWS.map(({ a, b }) => `${a},${b},${a > 0 ? 1 : 0},${b > 0 ? 1 : 0}`)].join('\n')}\n`;
const TABLE = { table: 'tags.csv', target: 'tags', task: 'multi-label', separator: ';', test: 0.25 };
const TRAINING = {
  model: [['linear', 2, 2]],
  epochs: 60,
  optimizer: ['adam', { lr: 0.1 }],
  backend: 'onnx:cpu',
  batchSize: 10,
};

async function pictures(root: string, count: number): Promise<string> {
  const lines: string[] = [];
  for (let i = 0; i < count; i++) {
    const [top, left] = [i % 2, (i >> 1) % 2];
    const data = Uint8Array.from({ length: 64 }, (_, p) => (p < 32 ? top : 0) * 120 + (p % 8 < 4 ? left : 0) * 120);
    write(join(root, 'pics', `${i}.png`), await pngBytes({ dtype: 'uint8', shape: [8, 8], data }));
    lines.push(
      `${i}.png,${[...(top ? ['top'] : []), ...(left ? ['left'] : [])].join(';') || ';'},${top},${top + left}`,
    );
  }
  return `file,tags,top,sum\n${lines.join('\n')}\n`;
}

describe('a table with several labels', () => {
  test.each([
    ['in one column', TABLE, { 'tags.csv': TAGS }],
    ['with a column each', { ...TABLE, target: ['warm', 'wet'], separator: undefined }, { 'tags.csv': COLUMNS }],
  ])('%s is learned end to end, by default with F1', async (_, data, files) => {
    const root = folder({ ...files, 'a.json': config(data, TRAINING) });
    const { code, err, out } = await descent(root, 'train', 'a.json', '--out', 'run');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/2 labels, an output for each: warm, wet/);
    expect(out).toMatch(/f1/);
    // Of several labels a sample there is no balanced accuracy, kappa or correlation of Matthews.
    const judged = await descent(root, 'evaluate', 'run', '--json');
    expect([judged.code, judged.err]).toEqual([0, '']);
    const { metrics } = JSON.parse(judged.out) as { metrics: object };
    expect(Object.keys(metrics)).toEqual(expect.arrayContaining(['exact_match', 'f1', 'auroc', 'log_loss']));
    for (const none of ['balanced_accuracy', 'kappa', 'mcc']) expect(judged.out).not.toContain(none);
    const file = await loadOnnx(join(root, 'run', 'model.onnx'));
    const preparation = parseTablePreparation(file.metadata?.['table']);
    const { numbers } = prepareRows(preparation, [
      { a: 0.9, b: -0.9 },
      { a: 0.9, b: 0.9 },
    ]);
    const output = (await file.run({ [file.inputs[0]!.name]: numbers }))[file.outputs[0]!.name];
    expect(predictedLabels(preparation, output as NDArray)).toEqual([['warm'], ['warm', 'wet']]);
    expect(file.labels).toEqual(['warm', 'wet']);
    file.dispose();
  });

  test('refuses a loss of one right class, and a separator elsewhere', async () => {
    const root = folder({ 'tags.csv': TAGS, 'a.json': config(TABLE, { ...TRAINING, loss: 'crossEntropy' }) });
    const { err, code } = await descent(root, 'train', 'a.json');
    expect([code, err]).toMatchObject([2, expect.stringMatching(/tags\.csv holds several labels.*bceWithLogits/s)]);
    const { err: other } = await problem({ ...TABLE, task: 'classification' }, { 'tags.csv': TAGS });
    expect(other).toMatch(/a separator is for several labels/);
    expect((await problem({ ...TABLE, task: 'multilabel' }, { 'tags.csv': TAGS })).err).toMatch(
      /did you mean 'multi-label'/,
    );
  });
});

describe('pictures with a table of labels', () => {
  const LABELS = {
    images: 'pics',
    labels: 'labels.csv',
    target: 'tags',
    task: 'multi-label',
    separator: ';',
    width: 8,
    height: 8,
  };
  const MODEL = [['rescale', 1 / 255], 'flatten', ['linear', 64, 2]];

  test('are learned end to end', async () => {
    const root = folder();
    write(join(root, 'labels.csv'), await pictures(root, 24));
    write(join(root, 'a.json'), config({ ...LABELS, test: 0.25 }, { ...TRAINING, model: MODEL }));
    const { code, err, out } = await descent(root, 'train', 'a.json', '--out', 'run');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/pics: 18 to train, 6 to test/);
    const file = await loadOnnx(join(root, 'run', 'model.onnx'));
    expect([file.labels, file.outputKind, file.preprocessing]).toMatchObject([
      ['left', 'top'],
      'logit',
      { width: 8, height: 8 },
    ]);
    file.dispose();
  });

  test('may have one class or numbers, and test data with a table of their own', async () => {
    const root = folder();
    const table = await pictures(root, 12);
    write(join(root, 'labels.csv'), table);
    write(join(root, 'test.csv'), table.split('\n').slice(0, 4).join('\n'));
    const data = { ...LABELS, separator: undefined, test: { labels: 'test.csv' } };
    write(
      join(root, 'a.json'),
      config({ ...data, target: 'top', task: undefined }, { ...TRAINING, epochs: 1, model: MODEL }),
    );
    const classes = await descent(root, 'train', 'a.json');
    expect([classes.code, classes.err]).toEqual([0, '']);
    expect(classes.out).toMatch(/12 to train, 3 to test/);
    const numbers = { ...data, target: ['top', 'sum'], task: 'regression' };
    write(join(root, 'b.json'), config(numbers, { ...TRAINING, epochs: 1, model: MODEL }));
    expect(await descent(root, 'train', 'b.json', '-q')).toMatchObject({ code: 0, err: '' });
  });

  test('what is wrong is said', async () => {
    const root = folder();
    write(join(root, 'labels.csv'), `${await pictures(root, 4)}9.png,top,1,1\n`);
    write(join(root, 'a.json'), config(LABELS, { ...TRAINING, model: MODEL }));
    expect((await descent(root, 'train', 'a.json')).err).toMatch(/9\.png: a picture is not there/);
    expect((await problem({ ...LABELS, lables: 1 }, {})).err).toMatch(
      /data\.lables: unknown key; did you mean 'labels'/,
    );
    expect((await problem({ ...LABELS, labels: undefined }, {})).err).toMatch(/data\.labels/);
    expect((await problem({ ...LABELS, width: undefined }, { 'labels.csv': 'file,tags' })).err).toMatch(
      /data\.width: missing/,
    );
  });
});
