import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareRows, restoreNumbers, writePng } from '@descent/datasets';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadOnnx } from '../src/onnx.ts';
import { openModel } from '../src/run/open-model.ts';
import { config, write } from './data-helpers.ts';
import { descent, folder, readJson, silentIo, tinyConfig } from './helpers.ts';

/** Three kinds of birds by one number, none of them always right. */
const BIRDS = Array.from(
  { length: 60 },
  (_, i) => `${(i % 3) * 2 + Math.sin(7 * i) * 1.6},${['crow', 'gull', 'robin'][i % 3]}`,
);
const rowsOf = (rows: readonly string[]): string => `wing,kind\n${rows.join('\n')}\n`;
const BIRD_DATA = { csv: 'birds.csv', target: 'kind', test: 0.5 };
const BIRD_CONFIG = config(BIRD_DATA, {
  model: [['linear', 1, 3]],
  optimizer: ['sgd', { lr: 0.5 }],
  metrics: ['accuracy', ['fBeta', { beta: 2 }]],
  epochs: 20,
});

/** Holds the run `runs/a` of the birds. */
let birds: string;

beforeAll(async () => {
  birds = mkdtempSync(join(tmpdir(), 'descent-cli-birds-'));
  write(join(birds, 'birds.csv'), rowsOf(BIRDS));
  write(join(birds, 'a.json'), BIRD_CONFIG);
  const { code, err } = await descent(birds, 'train', 'a.json', '-q');
  expect([code, err]).toEqual([0, '']);
});
afterAll(() => rmSync(birds, { recursive: true, force: true }));

/** A copy of that folder, for one test. */
function ofBirds(): string {
  const root = folder();
  cpSync(birds, root, { recursive: true });
  // Data are looked for where the run was made.
  const record = join(root, 'runs/a/run.json');
  writeFileSync(record, readFileSync(record, 'utf8').replaceAll(birds, root));
  return root;
}

async function trained(files: Readonly<Record<string, string | Uint8Array>>, ...more: readonly string[]) {
  const root = folder(files);
  const { code, err } = await descent(root, 'train', 'a.json', '-q', ...more);
  expect([code, err]).toEqual([0, '']);
  return root;
}

interface Evaluated {
  readonly model: string;
  readonly backend: string;
  readonly data: string;
  readonly part: string;
  readonly samples: number;
  readonly task: string;
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly confusion: readonly (readonly number[])[];
  readonly classes: readonly { readonly name: string; readonly recall: number; readonly support: number }[];
  readonly mistakes: readonly { readonly label: string; readonly predicted: string }[];
}

async function evaluated(root: string, ...argv: readonly string[]): Promise<Evaluated> {
  const { code, out, err } = await descent(root, 'evaluate', ...argv, '--json');
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as Evaluated;
}

describe('descent evaluate', () => {
  test('says what the run held out, with every metric that fits and those of the config', async () => {
    const root = ofBirds();
    const result = await evaluated(root, 'runs/a');
    expect(result).toMatchObject({
      backend: 'reference:float32',
      data: 'birds.csv',
      part: 'test',
      samples: 30,
      task: 'classes',
    });
    expect(Object.keys(result.metrics).sort()).toEqual(
      [
        ...[
          'loss',
          'accuracy',
          'balanced_accuracy',
          'precision',
          'recall',
          'f1',
          'f_beta',
          'iou',
          'kappa',
          'mcc',
          'auroc',
        ],
        ...['average_precision', 'log_loss', 'brier', 'calibration_error'],
      ].sort(),
    );
    // The log of training has the same numbers, computed by the trainer.
    const log = readFileSync(join(root, 'runs/a/metrics.jsonl'), 'utf8').trim().split('\n');
    const last = (JSON.parse(log.at(-1) as string) as { test: Record<string, number> }).test;
    for (const [name, value] of Object.entries(last)) expect(result.metrics[name]).toBeCloseTo(value, 6);
    const right = result.confusion.reduce((sum, row, c) => sum + (row[c] as number), 0);
    expect(result.metrics['accuracy']).toBeCloseTo(right / 30, 6);
    expect(right).toBeLessThan(30);
    expect(result.classes.map(({ name }) => name)).toEqual(['crow', 'gull', 'robin']);
    expect(result.metrics['recall']).toBeCloseTo(result.classes.reduce((sum, { recall }) => sum + recall, 0) / 3, 6);
    expect(result.mistakes).toHaveLength(30 - right);
    expect(result.mistakes.every(({ label, predicted }) => label !== predicted)).toBe(true);

    const shown = await descent(root, 'evaluate', 'runs/a');
    expect(shown.out).toMatch(/^runs\/a: 30 test samples of birds\.csv, on reference:float32\n\n {2}loss +\d/);
    expect(shown.out).toMatch(/class +precision +recall +F1 +samples\n {2}crow /);
    expect(shown.out).toContain('most often confused\n');
    for (const backend of ['onnx:cpu', 'tfjs:cpu']) {
      const other = await evaluated(root, 'runs/a', '--backend', backend, '--batch', '7');
      expect(other).toMatchObject({ backend, confusion: result.confusion });
      for (const [name, value] of Object.entries(result.metrics))
        expect(other.metrics[name]).toBeCloseTo(value as number, 5);
    }
  });

  test('other data: classes count by their names, whatever their order; the model file says the same', async () => {
    const root = ofBirds();
    write(join(root, 'more.csv'), rowsOf([...BIRDS].reverse().slice(0, 40)));
    // Without crows, robins would be class 1.
    write(join(root, 'two.csv'), rowsOf(BIRDS.filter((row) => !row.includes('crow'))));
    for (const data of ['more.csv', 'two.csv']) {
      const run = await evaluated(root, 'runs/a', '--data', data);
      const file = await evaluated(root, 'runs/a/model.onnx', '--data', data, '--target', 'kind');
      const json = await evaluated(root, 'runs/a/model.onnx', '--data', JSON.stringify({ csv: data, target: 'kind' }));
      expect(file).toMatchObject({ task: 'classes', confusion: run.confusion, samples: run.samples });
      expect(json.confusion).toEqual(run.confusion);
      expect(run.metrics['accuracy']).toBeGreaterThan(0.5);
      for (const name of ['accuracy', 'log_loss', 'auroc', 'brier'])
        expect(file.metrics[name] ?? 0).toBeCloseTo(run.metrics[name] ?? 0, 5);
    }
    const two = await evaluated(root, 'runs/a', '--data', 'two.csv');
    expect(two.classes.map(({ support }) => support)).toEqual([0, 20, 20]);
    expect((await evaluated(root, 'runs/a', '--set', 'train')).part).toBe('train');
  });

  test('numbers are judged in their units', async () => {
    const rows = Array.from(
      { length: 40 },
      (_, i) => `${i},${['north', 'south'][i % 2]},${1000 + 30 * i + 200 * (i % 2)}`,
    );
    const flats = `size,side,rent\n${rows.join('\n')}\n`;
    const data = { table: 'flats.csv', target: 'rent', task: 'regression', standardizeTarget: true, test: 0.25 };
    const model = [
      ['branches', { numbers: 'identity', categories: ['categoryEmbeddings', [{ size: 3, dim: 2 }]] }],
      'concat',
      ['linear', 3, 1],
    ];
    const root = await trained({
      'flats.csv': flats,
      'a.json': config(data, { model, optimizer: ['adam', { lr: 0.05 }], epochs: 30 }),
    });
    const own = await evaluated(root, 'runs/a');
    expect(own).toMatchObject({ task: 'numbers', samples: 10 });
    expect(Object.keys(own.metrics)).toEqual(['loss', 'mae', 'rmse', 'mape', 'r2', 'pearson', 'spearman']);
    const file = await evaluated(root, 'runs/a/model.onnx', '--data', 'flats.csv');
    const opened = await loadOnnx(join(root, 'runs/a/model.onnx'));
    const table = opened.metadata?.['table'] as Parameters<typeof prepareRows>[0];
    const feeds = prepareRows(
      table,
      rows.map((row) => ({ size: Number(row.split(',')[0]), side: row.split(',')[1] })),
    );
    const said = restoreNumbers(table, (await opened.run({ ...feeds }))[opened.output.name] as never);
    opened.dispose();
    const squares = rows.map((row, i) => (Number(row.split(',')[2]) - (said.data[i] as number)) ** 2);
    expect(file.metrics['rmse']).toBeCloseTo(Math.sqrt(squares.reduce((a, b) => a + b, 0) / 40), 1);
    expect(file.metrics['rmse']).toBeGreaterThan(1);
    const refused = await descent(root, 'evaluate', 'runs/a', '--mistakes', 'm.svg');
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('there are mistakes of classes only')]);
  });

  test('a folder of pictures, opened as the model says; mistakes as a picture', async () => {
    const root = folder({ 'a.ts': tinyConfig() });
    expect((await descent(root, 'train', 'a.ts', '-q')).code).toBe(0);
    for (const [i, label] of ['left', 'right', 'left', 'right'].entries()) {
      mkdirSync(join(root, 'halves', label), { recursive: true });
      // The third one is in the wrong folder.
      const isLeft = i === 0 || i === 3;
      const data = Uint8Array.from({ length: 16 }, (_, p) => (p % 4 < 2 === isLeft ? 230 : 5));
      await writePng(join(root, 'halves', label, `${i}.png`), { dtype: 'uint8', shape: [4, 4], data });
    }
    const { out, err, code } = await descent(
      root,
      ...['evaluate', 'runs/a/model.onnx', '--data', 'halves', '--mistakes', 'm.svg', '--json'],
    );
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({
      samples: 4,
      confusion: [
        [1, 1],
        [1, 1],
      ],
      metrics: { accuracy: 0.5 },
    });
    const svg = readFileSync(join(root, 'm.svg'), 'utf8');
    expect(svg.match(/data:image\/png;base64,/g)).toHaveLength(2);
    expect(svg).toContain('all 2 mistakes on 4 samples');
    const png = await descent(root, 'evaluate', 'runs/a', '--data', 'halves', '--mistakes', 'm.png');
    expect([png.code, png.out]).toEqual([0, expect.stringMatching(/2 of the most confident mistakes: m\.png\n$/)]);
    expect(readFileSync(join(root, 'm.png')).subarray(1, 4).toString()).toBe('PNG');
  });

  test('yes or no', async () => {
    const root = folder({
      'a.ts': tinyConfig('loss: bceWithLogits(), epochs: 40,')
        .replace('linear(16, 2)', 'linear(16, 1)')
        .replace('flatten, ', 'bceWithLogits, flatten, '),
    });
    expect((await descent(root, 'train', 'a.ts', '-q')).code).toBe(0);
    const { metrics, task, confusion } = await evaluated(root, 'runs/a');
    expect(task).toBe('yes or no');
    expect(metrics).toMatchObject({ accuracy: 1, auroc: 1, f1: 1 });
    expect(confusion).toEqual([
      [20, 0],
      [0, 20],
    ]);
  });

  test.each([
    [['runs/a', '--data', 'bird.csv'], 2, "there are no data 'bird.csv'"],
    [['runs/a', '--data', 'iriss'], 2, "did you mean 'iris'?"],
    [
      ['runs/a', '--data', 'iris'],
      1,
      'the data are not what the network takes\n  received: float32 [4]\n  expected: input float32 [1]',
    ],
    [['runs/a', '--data', '{"csv": "birds.csv"}'], 2, 'data.target: missing'],
    [['runs/a', '--data', 'owls.csv'], 1, 'the test data have a class that the training data lack\n  received: owl'],
    [['runs/a/model.onnx', '--data', 'owls.csv', '--target', 'kind'], 1, "the network knows no class 'owl'"],
    [['runs/a/model.onnx', '--data', 'birds.csv'], 2, '--target <column>'],
    [['runs/a/model.onnx'], 2, 'a model file has no data of its own'],
    [['runs/a', '--set', 'tset'], 2, "did you mean 'test'?"],
    [['runs/a', '--set', 'validation'], 2, 'the run has no validation data'],
    [['runs/a', '--backend', 'tfjs:cpuu'], 2, "there is no backend 'tfjs:cpuu'"],
    [['runs/a', '--mistakes', 'm.jpg'], 2, 'Expected a name that ends in .svg or .png.'],
    [['runs/a', 'runs/a', 'runs/a'], 2, 'at most two networks are compared'],
    [['runs/b'], 1, 'there is no such file or folder'],
    [['runs/a', '--target', 'kind'], 2, '--target has no effect here'],
    [['runs/a', '--data', 'iris', '--task', 'regression'], 2, '--task has no effect here'],
    [['runs/a', '--data', 'birds.csv', '--x', 'wing'], 2, '--x has no effect here'],
    [['runs/a', '--data', JSON.stringify(BIRD_DATA), '--target', 'wing'], 2, '--target wing for JSON'],
    [[], 2, "missing required argument 'models'"],
  ])('evaluate %j is refused', async (argv, code, message) => {
    const root = ofBirds();
    write(join(root, 'owls.csv'), rowsOf(BIRDS.map((row) => row.replace('crow', 'owl'))));
    const { err, ...result } = await descent(root, 'evaluate', ...argv);
    expect(err).toContain(message);
    expect(result).toEqual({ code, out: '' });
  });

  test('data that were changed since are said to be others', async () => {
    const root = ofBirds();
    write(join(root, 'birds.csv'), rowsOf(BIRDS.slice(0, 54)));
    const { err } = await descent(root, 'evaluate', 'runs/a');
    expect(err).toMatch(/^note: the test data are not those of the run: they were 30 items, and have changed since\n$/);
  });

  test('Ctrl-C ends it', async () => {
    const root = ofBirds();
    const model = await openModel(join(root, 'runs/a'), undefined, silentIo());
    const { judge } = await import('../src/evaluate/judge.ts');
    const stop = new AbortController();
    stop.abort();
    const judged = judge(model, 'runs/a', { mistakes: 0, quiet: true }, silentIo({ cwd: root, signal: stop.signal }));
    await expect(judged).rejects.toThrow(/was stopped|the evaluation ended/);
    await model.dispose();
  });
});

describe('descent evaluate of two', () => {
  test('says which is better, and whether that is more than chance', async () => {
    const root = ofBirds();
    const poor = BIRD_CONFIG.replace('"epochs":20', '"epochs":1').replace('"lr":0.5', '"lr":0.0001');
    write(join(root, 'b.json'), poor);
    expect((await descent(root, 'train', 'b.json', '-q', '--seed', '3')).code).toBe(0);
    const { out, code } = await descent(root, 'evaluate', 'runs/b', 'runs/a', '--json');
    expect(code).toBe(0);
    const { models, comparison } = JSON.parse(out) as {
      readonly models: readonly Evaluated[];
      readonly comparison: Readonly<Record<'onlyFirst' | 'onlySecond' | 'samples' | 'p' | 'difference', number>>;
    };
    const [b, a] = models as [Evaluated, Evaluated];
    const { onlyFirst, onlySecond, difference, samples, p } = comparison;
    expect(difference).toBeCloseTo((a.metrics['accuracy'] as number) - (b.metrics['accuracy'] as number), 6);
    expect(onlySecond - onlyFirst).toBeCloseTo(30 * difference, 6);
    expect(samples).toBe(30);
    // Twice the tail of a binomial distribution, summed up as it is written.
    const n = onlyFirst + onlySecond;
    let [tail, term] = [0, 0.5 ** n];
    for (let k = 0; k <= Math.min(onlyFirst, onlySecond); k++) {
      tail += term;
      term *= (n - k) / (k + 1);
    }
    expect(p).toBeCloseTo(Math.min(1, 2 * tail), 10);
    const shown = await descent(root, 'evaluate', 'runs/b', 'runs/a');
    expect(shown.out).toMatch(
      /runs\/a is better than runs\/b by \d+\.\d\d percentage points .*McNemar's exact test, p/,
    );
    const same = await descent(root, 'evaluate', 'runs/a', 'runs/a/model.onnx');
    expect(same.err).toBe('');
    expect(same.out).toContain(
      'runs/a and runs/a/model.onnx are right on the same 30 samples: nothing tells them apart.',
    );
  });

  test('of numbers by their squared errors', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${i / 30},${3 * (i / 30) + Math.sin(5 * i)}`);
    const data = { csv: 'n.csv', target: 'y', task: 'regression', test: 0.5 };
    const root = await trained({
      'n.csv': `x,y\n${rows.join('\n')}\n`,
      'a.json': config(data, { model: [['linear', 1, 1]], optimizer: ['sgd', { lr: 0.1 }], epochs: 40 }),
    });
    expect((await descent(root, 'train', 'a.json', '-q', '--epochs', '1', '--out', 'poor')).code).toBe(0);
    const { out } = await descent(root, 'evaluate', 'poor', 'runs/a', '--json');
    const { comparison, models } = JSON.parse(out);
    expect(comparison.test).toBe('paired permutation of squared errors');
    const mse = models.map(({ metrics }: Evaluated) => (metrics['rmse'] as number) ** 2);
    expect(comparison.difference).toBeCloseTo(mse[1] - mse[0], 4);
    expect(comparison.verdict).toMatch(/in the mean squared error/);
  });

  test('different data are no comparison', async () => {
    const root = ofBirds();
    write(join(root, 'b.json'), BIRD_CONFIG.replace('"test":0.5', '"test":0.25'));
    expect((await descent(root, 'train', 'b.json', '-q')).code).toBe(0);
    const { code, err } = await descent(root, 'evaluate', 'runs/a', 'runs/b');
    expect([code, err]).toEqual([2, expect.stringContaining('the two were not asked about the same samples')]);
    expect((await descent(root, 'evaluate', 'runs/a', 'runs/b', '--data', 'birds.csv')).code).toBe(0);
    expect(readJson(root, 'runs/b/run.json')).toMatchObject({ status: 'finished' });
  });
});
