import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ndarray } from '@descent/core';
import { npyBytes } from '@descent/datasets';
import { lockFolder } from '@descent/runs';
import { describe, expect, test } from 'vitest';
import { config as dataConfig } from './data-helpers.ts';
import { descent, folder, readJson, tinyConfig } from './helpers.ts';
import { stored } from './stored.ts';

interface Told {
  readonly step: number | null;
  readonly epoch: number;
  readonly batch: number;
  readonly replayedFrom: number;
  readonly metrics: Readonly<Record<string, number | string>>;
  readonly exact: boolean | null;
  readonly checks: readonly { readonly what: string; readonly same: boolean }[];
  readonly losses: readonly { readonly step: number; readonly loss: number }[];
  readonly layers: readonly { readonly path: string; readonly label: string }[];
  readonly parameters: readonly { readonly name: string; readonly ratio: number; readonly lr: number }[];
  readonly samples: readonly {
    readonly row: number | null;
    readonly input: string;
    readonly target: string;
    readonly answer: string;
    readonly right: boolean | null;
  }[];
  readonly error: { readonly summary: string } | null;
  readonly firstNonFinite: { readonly op: string | null; readonly where: string; readonly value: string } | null;
  readonly already: boolean;
  readonly warnings: readonly string[];
}

async function told(root: string, ...argv: readonly string[]): Promise<Told> {
  const { code, out, err } = await descent(root, 'debug', 'run', '--json', ...argv);
  expect([code, err.replaceAll(/^warning: .*\n/gm, '')]).toEqual([0, '']);
  return JSON.parse(out) as Told;
}

/** Trains the config `a.ts` in a folder of its own. */
async function trained(source: string, ...argv: readonly string[]): Promise<string> {
  const root = folder({ 'a.ts': source });
  await descent(root, 'train', 'a.ts', '--out', 'run', '-q', ...argv);
  return root;
}

/** Bright halves, and masks that say which half is bright. */
const MASKS = `
import { defineConfig } from '@descent/cli';
import { conv2d, crossEntropy, rescale, sequential, sgd } from '@descent/core';
const left = (i: number) => (i % 4 < 2 ? 1 : 0);
const train = {
  classes: ['dark', 'bright'],
  x: { dtype: 'uint8' as const, shape: [10, 1, 4, 4], data: Uint8Array.from({ length: 160 }, (_, i) => 200 * left(i)) },
  y: { dtype: 'int32' as const, shape: [10, 4, 4], data: Int32Array.from({ length: 160 }, (_, i) => left(i)) },
};
export default defineConfig({
  model: sequential(rescale(1 / 255), conv2d(1, 2, 1)),
  data: { train },
  loss: crossEntropy({ classAxis: 1 }),
  metrics: [],
  optimizer: sgd({ lr: 0.5 }),
  batchSize: 5,
  epochs: 3,
  backend: 'reference',
});
`;
const KEPT = 'checkpoints: { everySteps: 3, keepLast: 2 },';
const withDropout = (source: string): string =>
  source
    .replace('flatten(), linear(16, 2)', 'flatten(), linear(16, 8), relu(), dropout(0.3), linear(8, 2)')
    .replace(
      "from '@descent/core';",
      "from '@descent/core';\nimport { accumulate, adam, averaged, dropout, reduceOnPlateau, relu } from '@descent/core';\nimport { mixup, randomCrop } from '@descent/datasets';",
    );

describe('descent debug', () => {
  test('replays a step with the bits of the run, and shows it from inside', async () => {
    const root = await trained(withDropout(tinyConfig(KEPT, 'adam({ lr: 0.05 })')));
    const epochs = readFileSync(join(root, 'run', 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const one = await told(root, '--step', '12');
    expect(one).toMatchObject({
      step: 12,
      epoch: 3,
      batch: 4,
      replayedFrom: 9,
      exact: true,
      error: null,
      warnings: [],
    });
    expect(one.checks.map(({ what }) => what)).toEqual(['the checkpoint of step 12']);
    expect(one.layers.map(({ label }) => label).join(' ')).toMatch(/linear\(16 → 8\) relu dropout/);
    expect(one.parameters.every(({ ratio, lr }) => ratio > 0 && lr === 0.05)).toBe(true);
    expect(one.samples).toHaveLength(10);
    const right = one.samples.filter((sample) => sample.right).length;
    expect(one.metrics['accuracy']).toBeCloseTo(right / 10, 6);
    for (const { row, target } of one.samples) expect(target).toBe((row as number) % 2 === 0 ? 'left' : 'right');
    // From the start, over two epochs whose numbers are in the log.
    const early = await told(root, '--step', '9');
    expect(early).toMatchObject({ replayedFrom: 0, exact: true, epoch: 3, batch: 1 });
    expect(early.checks.map(({ what }) => what)).toEqual(['epoch 1', 'epoch 2', 'the checkpoint of step 9']);
    expect(early.losses.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const first = early.losses.slice(0, 4).reduce((sum, { loss }) => sum + loss / 4, 0);
    expect(first).toBeCloseTo((JSON.parse(epochs[0] as string) as { train: { loss: number } }).train.loss, 12);
  });

  test('prints at most 80 columns, and writes a page', async () => {
    const root = await trained(tinyConfig(KEPT));
    const { code, out, err } = await descent(root, 'debug', 'run', '--html', 'step.html');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /^step 12 of run: epoch 3, batch 4 of 4\non reference:float32, replayed from the checkpoint of step 9\nthe same bits as the run/,
    );
    expect(out).toMatch(/2 linear\(16 → 2\) /);
    expect(out).toContain('page: step.html');
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    const page = readFileSync(join(root, 'step.html'), 'utf8');
    expect(page).toContain('run, step 12');
    expect(page.match(/<img src="data:image\/png/g)).toHaveLength(10);
    expect((await descent(root, 'debug', 'run', '--html', 'missing/step.html')).code).toBe(1);
  });

  test.each([
    ['gradient accumulation', 'accumulate(2, adam({ lr: 0.05 }))', ''],
    ['an average of the weights', 'averaged(0.9, adam({ lr: 0.05 }))', ''],
    [
      'a rate that follows the epochs',
      "sgd({ lr: reduceOnPlateau({ lr: 0.01, metric: 'train.loss', patience: 0, threshold: 1, factor: 0.5 }) })",
      '',
    ],
    [
      'changed samples, by workers',
      'adam({ lr: 0.05 })',
      'augment: [randomCrop(4, { padding: 1 }), mixup({ classes: 2, alpha: 0.2 })], workers: 1,',
    ],
  ])('has the same bits with %s', async (_, optimizer, more) => {
    const root = await trained(
      withDropout(tinyConfig(`checkpoints: { everySteps: 5, keepLast: 1 }, ${more}`, optimizer)),
    );
    rmSync(join(root, 'run', 'checkpoints'), { recursive: true });
    const whole = await told(root, '--step', '12');
    expect(whole).toMatchObject({ replayedFrom: 0, exact: true, step: 12 });
    expect(whole.checks.map(({ what }) => what)).toEqual(['epoch 1', 'epoch 2']);
    if (optimizer.includes('Plateau')) expect(whole.parameters[0]?.lr).toBe(0.005);
  });

  test('of a run that was resumed, and says what it would have done after its end', async () => {
    const root = await trained(withDropout(tinyConfig(KEPT, 'adam({ lr: 0.05 })')), '--epochs', '2');
    await descent(root, 'resume', 'run', '--epochs', '4', '-q');
    const { checks, exact, step } = await told(root, '--step', '15');
    expect([step, exact]).toEqual([15, true]);
    expect(checks.map(({ what }) => what)).toContain('epoch 3');
    rmSync(join(root, 'run', 'checkpoints', 'step-000000016.safetensors'));
    writeFileSync(join(root, 'run', 'metrics.jsonl'), '');
    const after = await told(root, '--step', '16');
    expect(after.warnings).toEqual(['the run ended after step 15; step 16 is one that it would have made']);
  });
});

describe('a run that failed', () => {
  const source = tinyConfig('checkpoints: { everySteps: 1, keepLast: 1 },', 'sgd({ lr: 3e38 })');

  test('is shown at the step that could not be made', async () => {
    const root = await trained(source);
    expect(readJson(root, 'run', 'run.json')).toMatchObject({
      status: 'failed',
      failure: { nonFinite: true, steps: 1 },
    });
    const one = await told(root);
    expect(one).toMatchObject({
      step: 2,
      replayedFrom: 1,
      exact: true,
      checks: [{ what: 'the weights that it kept' }],
    });
    expect(one.error?.summary).toMatch(/at step 2|step 2 would/);
    expect(one.firstNonFinite?.where).toBeTruthy();
    expect(['NaN', 'Infinity', '-Infinity']).toContain(one.firstNonFinite?.value);
    // A later step is not reached, and a record of before failures were kept leads to the same.
    expect(await told(root, '--step', '7')).toMatchObject({ step: 2, asked: 7 });
    const record = readJson(root, 'run', 'run.json') as Record<string, unknown>;
    writeFileSync(join(root, 'run', 'run.json'), JSON.stringify({ ...record, failure: undefined }));
    expect((await told(root)).step).toBe(2);
  });

  test('a search finds it, from the start or from a checkpoint', async () => {
    const root = await trained(source);
    expect(await told(root, '--from', '1', '--to', '12')).toMatchObject({ step: 2, replayedFrom: 1 });
    rmSync(join(root, 'run', 'checkpoints'), { recursive: true });
    expect(await told(root, '--to', '12')).toMatchObject({ step: 2, replayedFrom: 0 });
    expect(await told(root, '--to', '1')).toMatchObject({ step: null, already: false });
    const { out } = await descent(root, 'debug', 'run', '--to', '1');
    expect(out).toMatch(/^Every step from 1 to 1 is finite\./m);
  });
});

describe('a recurrent network', () => {
  /** Rows of numbers, of which one is so large that the state of a loop is not finite behind it. */
  const source = (own: string, bad: string): string => `
import { defineConfig } from '@descent/cli';
import { crossEntropy, layer, linear, lstm, sequential, sgd, type Node } from '@descent/core';
import { add, broadcastTo, log, scalar, scan, transpose } from '@descent/core/ops';
const train = {
  classes: ['low', 'high'],
  x: { dtype: 'float32' as const, shape: [12, 6, 2], data: Float32Array.from({ length: 144 }, (_, i) => (${bad} ? -5 : Math.sin(i))) },
  y: { dtype: 'int32' as const, shape: [12], data: Int32Array.from({ length: 12 }, (_, i) => i % 2) },
};
const loop = layer('adds logarithms', { cell: linear(2, 4) }, (x: Node, { cell }) => {
  const entries = transpose(x, [1, 0, 2]);
  const step = (state: Node, entry: Node) => ({ carry: add(state, cell(log(add(entry, scalar(4))))) });
  return scan(broadcastTo(scalar(0), [x.type.shape[0] as number, 4]), entries, step).carry;
});
export default defineConfig({
  model: sequential(${own}, linear(4, 2)),
  data: { train },
  loss: crossEntropy(),
  metrics: [],
  optimizer: sgd({ lr: 0.01 }),
  batchSize: 4,
  epochs: 2,
  backend: 'reference',
});
`;
  interface Row {
    readonly path: string;
    readonly of: string;
    readonly steps: { readonly output: readonly (number | string)[]; readonly gradient: readonly number[] } | null;
  }

  test('is shown with its states and its layers at each step of the loop', async () => {
    const root = await trained(source("lstm(2, 4, { return: 'last' })", 'false'));
    const { layers } = (await told(root, '--step', '5')) as unknown as { layers: readonly Row[] };
    expect(layers.map(({ path, of, steps }) => [path, of, steps?.output.length])).toEqual([
      ['0', 'state h', 6],
      ['0', 'state c', 6],
      ['0', '', undefined],
      ['1', '', undefined],
    ]);
    for (const { steps } of layers) expect(steps?.gradient.every((v) => v > 0) ?? true).toBe(true);
    const { out, err } = await descent(root, 'debug', 'run', '--step', '5', '--html', 'step.html');
    expect(err).toBe('');
    expect(out).toMatch(/0 lstm\(2 → 4, last\) \(state h\) ×6 /);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(readFileSync(join(root, 'step.html'), 'utf8')).toContain('In loops, step by step');
  });

  test('that becomes NaN in its loop is shown at the step of the loop, of the layer, and what made it', async () => {
    const root = await trained(source('loop', 'i === 9 * 12 + 3 * 2'));
    const { failure } = readJson(root, 'run', 'run.json') as { readonly failure: { readonly steps: number } };
    const one = await told(root);
    expect([one.step, one.epoch]).toEqual([failure.steps + 1, 1]);
    expect(one.firstNonFinite).toMatchObject({
      where: 'the output of layer 0.cell linear(2 → 4), at step 4 of 6',
      op: 'log',
      value: 'NaN',
    });
    expect(one.error?.summary).toBe(`the loss became NaN at step ${one.step}`);
    const { layers } = one as unknown as { layers: readonly Row[] };
    expect(layers.map(({ path, of }) => [path, of])).toEqual([
      ['0.cell', ''],
      ['0', 'state'],
      ['1', ''],
    ]);
    expect(layers[1]?.steps?.output.map((v) => v === 'NaN')).toEqual([false, false, false, true, true, true]);
  });
});

describe('a search for a number out of bounds', () => {
  test('finds the first step, by what it left behind, by its loss, and by what is seen inside only', async () => {
    const root = await trained(
      tinyConfig('checkpoints: { everySteps: 1, keepLast: 20 },', 'sgd({ lr: 0.5, momentum: 0.9 })'),
    );
    const all = await told(root, '--from', '1', '--to', '12', '--watch', '2.weight', '--above', '1e9', '--json');
    expect(all.step).toBeNull();
    const numbers = (all as unknown as { watch: { step: number; value: number }[] }).watch;
    expect(numbers.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    // The largest weight after some step, between that and the one before.
    const grows = numbers.findIndex(({ value }, i) => i > 3 && numbers.slice(0, i).every((one) => one.value < value));
    const bound = String(
      (numbers.slice(0, grows).reduce((m, one) => Math.max(m, one.value), 0) + (numbers[grows]?.value as number)) / 2,
    );
    expect((await told(root, '--to', '12', '--watch', '2.weight', '--above', bound)).step).toBe(grows);
    expect(await told(root, '--from', '12', '--watch', '2.weight', '--above', '0')).toMatchObject({
      step: null,
      already: true,
    });
    const { losses } = await told(root, '--to', '12', '--watch', 'loss', '--below', '0');
    expect(losses).toBeUndefined();
    expect((await told(root, '--to', '12', '--watch', 'loss', '--below', '1e9')).step).toBe(1);
    const ratio = await told(root, '--from', '4', '--to', '9', '--watch', '2.weight.ratio', '--above', '1e-9');
    expect([ratio.step, ratio.replayedFrom]).toEqual([4, 3]);
    expect((await told(root, '--to', '3', '--watch', '2.output', '--statistic', 'zeros', '--below', '2')).step).toBe(1);
  });
});

describe('what may differ from the run', () => {
  test('a config that was changed is told, and so is what does not have its bits', async () => {
    const root = await trained(tinyConfig(KEPT));
    const file = join(root, 'run', 'config.ts');
    writeFileSync(file, readFileSync(file, 'utf8').replace('lr: 0.5', 'lr: 0.25'));
    const one = await told(root, '--step', '11');
    expect(one.warnings).toEqual([expect.stringContaining('was changed since the run began')]);
    expect(one.exact).toBeNull();
    const other = await descent(root, 'debug', 'run', '--step', '12');
    expect(other.out).toMatch(/NOT what the run did: in the checkpoint of step 12, parameters|NOT what the run did/);
    writeFileSync(file, readFileSync(file, 'utf8').replace('? 200 + i', '? 199 + i'));
    const { code, err } = await descent(root, 'debug', 'run');
    expect(code).toBe(1);
    expect(err).toContain('the training data are not those that the run began with');
  });

  test('another version, another backend and another batch size are told', async () => {
    const root = await trained(tinyConfig(KEPT));
    const record = readJson(root, 'run', 'run.json') as Record<string, unknown>;
    writeFileSync(join(root, 'run', 'run.json'), JSON.stringify({ ...record, descent: '0.0.1' }));
    const { warnings } = await told(root, '--backend', 'tfjs:cpu');
    expect(warnings.map((text) => text.slice(0, 40))).toEqual([
      'the run was trained on reference; on tfj',
      'the run was trained by Descent 0.0.1; th',
    ]);
  });

  test('a run that is training is read, and nothing is written there', async () => {
    const root = await trained(tinyConfig(KEPT));
    const release = await lockFolder(join(root, 'run'));
    const files = (): readonly (readonly [string, number])[] =>
      readdirSync(join(root, 'run'), { recursive: true })
        .map(String)
        .filter((name) => !name.startsWith('run.lock'))
        .sort()
        .map((name) => [name, statSync(join(root, 'run', name)).mtimeMs] as const);
    const before = files();
    expect((await told(root, '--step', '12')).exact).toBe(true);
    expect(files()).toEqual(before);
    await release();
  });
});

describe('other data', () => {
  const one = async (files: Readonly<Record<string, string | Uint8Array>>, text: string): Promise<Told> => {
    const root = folder({ ...files, 'a.json': text });
    const { err, code } = await descent(root, 'train', 'a.json', '--out', 'run', '-q', '--epochs', '1');
    expect([code, err]).toEqual([0, '']);
    return told(root, '--step', '2');
  };

  test('texts, rows of a table and series are shown as they are', async () => {
    const reviews = Array.from({ length: 40 }, (_, i) => `${i % 2 === 0 ? 'good film' : 'bad film'} ${i},${i % 2}`);
    const texts = await one(
      { 'a.csv': ['text,label', ...reviews].join('\n') },
      dataConfig(
        { texts: 'a.csv', text: 'text', target: 'label', maxLength: 24, test: 0.2 },
        {
          model: [
            ['embeddingBag', 40, 4, { paddingIdx: 0 }],
            ['linear', 4, 2],
          ],
          batchSize: 8,
        },
      ),
    );
    expect(texts.samples[0]?.input).toMatch(/^"(good|bad) film \d+"$/);
    const hours = Array.from({ length: 90 }, (_, h) => `${h},${50 + 10 * Math.sin(h / 3)}`);
    const series = await one(
      { 'a.csv': ['hour,load', ...hours].join('\n') },
      dataConfig(
        { series: 'a.csv', target: 'load', time: 'hour', length: 6, horizon: 1, test: 0.25 },
        { model: ['flatten', ['linear', 6, 1]], batchSize: 8, optimizer: ['sgd', { lr: 0.01 }] },
      ),
    );
    // In the units of the file.
    for (const { target } of series.samples) expect(Math.abs(Number(target) - 50)).toBeLessThan(10.1);
  });

  test('several inputs and targets stand by their names, masks by how much of them is what', async () => {
    const n = 20;
    const of = (size: number, f: (i: number) => number): number[] => Array.from({ length: n * size }, (_, i) => f(i));
    const several = await one(
      {
        'rooms.npz': stored({
          'picture.npy': npyBytes(ndarray('uint8', [n, 1, 4, 4], Uint8Array.from(of(16, (i) => i % 250)))),
          'label.npy': npyBytes(ndarray('int32', [n], Int32Array.from(of(1, (i) => i % 2)))),
          'size.npy': npyBytes(ndarray('float32', [n], Float32Array.from(of(1, (i) => i / n)))),
        }),
      },
      JSON.stringify({
        model: [['rescale', 0.004], 'flatten', ['parallel', { class: ['linear', 16, 2], bright: ['linear', 16, 1] }]],
        data: { npz: 'rooms.npz', x: 'picture', y: ['label', 'size'], test: 0.25 },
        loss: [
          'weightedSum',
          { loss: ['lossOn', { output: 'class', target: 'label' }, 'crossEntropy'], weight: 1 },
          { loss: ['lossOn', { output: 'bright', target: 'size' }, ['mse']], weight: 2 },
        ],
        ...{ optimizer: ['adam', { lr: 0.02 }], batchSize: 5, epochs: 1, backend: 'reference' },
      }),
    );
    expect(several.samples[0]).toMatchObject({
      input: '1 × 4 × 4',
      target: expect.stringMatching(/^label: [01]; size: 0(\.\d+)?$/),
      answer: expect.stringMatching(/^class: -?[\d.e-]+, -?[\d.e-]+; bright: -?[\d.e-]+$/),
      right: null,
    });
    const root = await trained(MASKS, '--epochs', '1');
    const masks = await told(root, '--step', '2');
    expect(masks.samples[0]?.target).toMatch(/^(bright 50 %, dark|dark 50 %, bright) 50 %$/);
  });
});

test('what is wrong in a command line is said', async () => {
  const root = await trained(tinyConfig());
  for (const [words, message] of [
    [['--step', '0'], /at least 1/],
    [['--step', '3', '--to', '4'], /one step, or several/],
    [['--from', '4', '--to', '3'], /the first step is behind the last/],
    [['--step', '13'], /1 to 12: 3 epochs of 4 batches/],
    [['--watch', 'loss'], /when the number is wrong/],
    [['--above', '3'], /what is watched is not said/],
    [['--watch', '2.weigt', '--above', '3'], /did you mean '2.weight'/],
    [['--watch', 'loss', '--statistic', 'most', '--above', '3'], /largest, mean/],
    [['--backend', 'nope'], /there is no backend 'nope'/],
  ] as const) {
    const { code, err } = await descent(root, 'debug', 'run', ...words);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  }
});

test('without a run there is nothing to look at', async () => {
  const { code, err } = await descent(folder(), 'debug', 'run');
  expect(code).toBe(1);
  expect(err).toContain('there is no run in this folder');
});
