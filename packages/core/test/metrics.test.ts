import { describe, expect, test } from 'vitest';
import * as d from '../src/public/index.ts';
import { mean as meanOfAll, reshape, transpose } from '../src/public/ops.ts';
import { arrayOf, type FixtureArray, readFixture } from './_fixture.ts';
import { backend } from './_reference.ts';

interface MetricFixture {
  readonly name: string;
  readonly loss: 'crossEntropy' | 'bceWithLogits' | 'mse';
  readonly metric: string;
  readonly args: readonly unknown[];
  readonly batches: readonly { readonly x: FixtureArray; readonly y: FixtureArray }[];
  readonly value: number | string;
}

const LOSSES = { crossEntropy: d.crossEntropy, bceWithLogits: d.bceWithLogits, mse: d.mse };

/** Gives what it gets: the outputs of a network that somebody else has computed. */
const outputs = d.layer('outputs', { scale: d.parameter([], { init: d.constantInit(1) }) }, (x) => x);

async function trainerWith(loss: MetricFixture['loss'], ...metrics: readonly d.Metric[]): Promise<d.Trainer> {
  const options = { model: outputs, loss: LOSSES[loss](), optimizer: d.sgd({ lr: 0.1 }), metrics, backend };
  return (await d.createTrainer(options)) as d.Trainer;
}

function metricOf({ metric, args }: Pick<MetricFixture, 'metric' | 'args'>): d.Metric {
  return ((d as Readonly<Record<string, unknown>>)[metric] as (...args: readonly unknown[]) => d.Metric)(...args);
}

describe('metrics as in scikit-learn, over uneven batches', () => {
  test.each(readFixture<readonly MetricFixture[]>('metrics.json').map((f) => [f.name, f] as const))(
    '%s',
    async (_, f) => {
      const metric = metricOf(f);
      const trainer = await trainerWith(f.loss, metric);
      const batches = f.batches.map(({ x, y }) => ({ x: arrayOf(x), y: arrayOf(y) }));
      const received = (await trainer.evaluate(batches))[metric.name] as number;
      expect(Math.abs(received - Number(f.value)) / Math.max(1, Math.abs(Number(f.value)))).toBeLessThan(2e-5);
      // Results of single batches, put together, are those of all.
      const parts = await Promise.all(batches.map((batch) => trainer.evaluate([batch])));
      expect(d.meanOf(parts)[metric.name]).toBeCloseTo(received, 12);
      trainer.dispose();
    },
  );
});

const rows = (data: readonly number[], width: number): d.NDArray =>
  d.ndarray('float32', [data.length / width, width], Float32Array.from(data));
const labels = (...data: readonly number[]): d.NDArray => d.ndarray('int32', [data.length], Int32Array.from(data));

/** Two classes are given in turn: 0, 1, 2, 0, … */
const turns = (n: number): d.NDArray =>
  rows(
    Array.from({ length: 3 * n }, (_, i) => (i % 3 === Math.floor(i / 3) % 3 ? 2 : 0)),
    3,
  );

describe('what is left out, or not defined', () => {
  test('labels that the loss leaves out count nowhere', async () => {
    const metrics = [d.precision(), d.topKAccuracy(2), d.logLoss(), d.brier(), d.auroc(), d.calibrationError()];
    const loss = d.crossEntropy({ ignoreIndex: -1 });
    const options = { model: outputs, loss, optimizer: d.sgd({ lr: 0.1 }), metrics, backend };
    const trainer = await d.createTrainer(options);
    const some = await trainer.evaluate([{ x: turns(6), y: labels(0, -1, 2, 1, -1, 2) }]);
    const kept = rows([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 2], 3);
    const all = await trainer.evaluate([{ x: kept, y: labels(0, 2, 1, 2) }]);
    for (const { name } of metrics) expect(some[name as 'loss']).toBeCloseTo(all[name as 'loss'], 6);
    trainer.dispose();
  });

  test('a rank has no meaning where all are right, and a NaN is not ordered', async () => {
    const trainer = await trainerWith('bceWithLogits', d.auroc(), d.averagePrecision());
    const yes = rows([1, 1, 1], 1);
    expect(await trainer.evaluate([{ x: rows([1, 2, 3], 1), y: yes }])).toMatchObject({ auroc: Number.NaN });
    const half = rows([1, 0, 1], 1);
    const broken = await trainer.evaluate([{ x: rows([1, Number.NaN, 3], 1), y: half }]);
    expect(broken).toMatchObject({ auroc: Number.NaN, average_precision: Number.NaN });
    trainer.dispose();
  });

  test('probability 0 of what is right is a large loss, not NaN', async () => {
    const model = d.sequential(outputs);
    const loss: d.Loss = {
      ...d.mse(),
      label: 'own',
      output: 'probabilities',
      apply: (x) => meanOfAll(x),
      targets: () => [],
    };
    const trainer = await d.createTrainer({
      model,
      loss,
      optimizer: d.sgd({ lr: 0.1 }),
      metrics: [d.logLoss()],
      backend,
    });
    const { log_loss } = await trainer.evaluate([{ x: rows([1, 0, 0, 1], 2), y: labels(1, 1) }]);
    expect(log_loss).toBeCloseTo(-Math.log(2 ** -126) / 2, 3);
    trainer.dispose();
  });

  test('what the outputs are must be known where probabilities are needed', async () => {
    const { output: _, ...silent } = d.mse();
    const loss: d.Loss = { ...silent, label: 'own', apply: (x) => meanOfAll(x), targets: () => [] };
    const options = { model: outputs, loss, optimizer: d.sgd({ lr: 0.1 }), backend };
    const batch = { x: turns(3), y: labels(0, 1, 2) };
    const asking = await d.createTrainer({ ...options, metrics: [d.brier()] });
    await expect(asking.evaluate([batch])).rejects.toThrow(/does not know what the outputs are[\s\S]*output: 'logits'/);
    const told = await d.createTrainer({ ...options, metrics: [d.brier({ output: 'logits' })] });
    expect((await told.evaluate([batch])).brier).toBeGreaterThan(0);
  });
});

test('classes stand where the loss has them, also where every size fits', async () => {
  const { data } = turns(16);
  const last = d.ndarray(
    'float32',
    [3, 4, 4, 3],
    Float32Array.from({ length: 144 }, (_, i) => Math.sin(1 + i * i) + (data[i % 48] as number)),
  );
  const swapped = d.jit((x: d.Node) => transpose(x, [0, 3, 1, 2]), { backend });
  const marks = d.ndarray(
    'int32',
    [3, 4, 4],
    Int32Array.from({ length: 48 }, (_, i) => (i * 7) % 3),
  );
  const metrics = [
    d.jaccard(),
    d.topKAccuracy(2),
    d.logLoss(),
    d.brier(),
    d.auroc(),
    d.calibrationError(),
    d.perplexity(),
  ];
  const judged = async (x: d.NDArray, y: d.NDArray, classAxis: number): Promise<object> => {
    const options = {
      model: outputs,
      loss: d.crossEntropy({ classAxis }),
      optimizer: d.sgd({ lr: 0.1 }),
      metrics,
      backend,
    };
    return (await d.createTrainer(options)).evaluate([{ x, y }]);
  };
  expect(await judged(await swapped(last), marks, 1)).toEqual(await judged(last, marks, -1));
  // As many classes as rows and columns: labels fit either way.
  const cube = d.ndarray('float32', [2, 3, 3, 3], last.data.slice(0, 54));
  const few = d.ndarray('int32', [2, 3, 3], marks.data.slice(0, 18));
  expect(await judged(await swapped(cube), few, 1)).toEqual(await judged(cube, few, -1));
});

describe('misuse', () => {
  const wrong: readonly (readonly [string, () => d.Metric, d.NDArray, d.NDArray, RegExp])[] = [
    ['more classes than there are', () => d.topKAccuracy(4) as d.Metric, turns(2), labels(0, 1), /4 of 3 classes/],
    [
      'a column of labels',
      () => d.topKAccuracy(1) as d.Metric,
      turns(2),
      d.ndarray('int32', [2, 1], Int32Array.of(0, 1)),
      /labels/,
    ],
    ['a label that is no class', () => d.precision(), turns(2), labels(0, 3), /label 3 in row 1/],
    ['one yes or no of several outputs', () => d.f1({ average: 'binary' }), turns(2), labels(0, 1), /needs one output/],
  ];
  test.each(wrong)('%s', async (_, metric, x, y, message) => {
    const trainer = await trainerWith('crossEntropy', metric());
    await expect(trainer.evaluate([{ x, y }])).rejects.toThrow(message);
    trainer.dispose();
  });

  test.each([
    () => d.precision({ average: 'mean' as 'macro' }),
    () => d.precision({ threshold: 1 }),
    () => d.auroc({ average: 'micro' as 'macro' }),
    () => d.calibrationError({ bins: 0 }),
    () => d.topKAccuracy(0),
    () => d.bleu({ maxN: 1.5 }),
    () => d.recall({ avrage: 'macro' } as d.CountOptions),
    () => d.logLoss({ output: 'logit s' as 'logit' }),
  ])('refuses %s', (make) => {
    expect(make).toThrow(d.DescentError);
  });

  test('a statistic of one’s own says how batches are put together', async () => {
    const make = (statistic: unknown): Promise<unknown> =>
      trainerWith('mse', { name: 'own', apply: (x) => x, statistic } as d.Metric);
    await expect(make({ keep: 'all', result: () => 0 })).rejects.toThrow(/keep/);
    await expect(make({ keep: 'sum' })).rejects.toThrow(/result/);
    const trainer = await trainerWith('mse', {
      name: 'own',
      apply: (x) => reshape(x, [4]),
      statistic: { keep: 'rows', result: () => 0 },
    });
    await expect(trainer.evaluate([{ x: rows([1, 2, 3, 4], 2), y: rows([1, 2, 3, 4], 2) }])).rejects.toThrow(
      /no rows to keep/,
    );
  });
});

describe('sequences', () => {
  /** Outputs whose largest are `tokens`. */
  const said = (...tokens: readonly (readonly number[])[]): d.NDArray => {
    const time = tokens[0]?.length ?? 0;
    const data = tokens.flatMap((line) =>
      line.flatMap((token) => Array.from({ length: 8 }, (_, c) => (c === token ? 1 : 0))),
    );
    return d.ndarray('float32', [tokens.length, time, 8], Float32Array.from(data));
  };
  const written = (...tokens: readonly (readonly number[])[]): d.NDArray =>
    d.ndarray('int32', [tokens.length, tokens[0]?.length ?? 0], Int32Array.from(tokens.flat()));
  const judged = async (metric: d.Metric, x: d.NDArray, y: d.NDArray): Promise<number> => {
    const loss: d.Loss = { label: 'own', apply: (output) => meanOfAll(output) };
    const trainer = await d.createTrainer({
      model: outputs,
      loss,
      optimizer: d.sgd({ lr: 0.1 }),
      metrics: [metric],
      backend,
    });
    return (await trainer.evaluate([{ x, y }]))[metric.name as 'loss'];
  };

  test('"the" seven times shares two of seven words with "the cat is on the mat" (Papineni et al. 2002, example 2)', async () => {
    const x = said([1, 1, 1, 1, 1, 1, 1]);
    const y = written([1, 2, 3, 4, 1, 5, 0]);
    expect(await judged(d.bleu({ maxN: 1, padding: 0 }), x, y)).toBeCloseTo(2 / 7, 9);
    expect(await judged(d.bleu({ padding: 0 }), x, y)).toBe(0);
  });

  test('a short output is punished, an equal one is 1', async () => {
    const y = written([1, 2, 3, 4, 5, 6]);
    expect(await judged(d.bleu({ padding: 0 }), said([1, 2, 3, 4, 5, 6]), y)).toBeCloseTo(1, 9);
    expect(await judged(d.bleu({ padding: 0 }), said([1, 2, 3, 4, 0, 0]), y)).toBeCloseTo(Math.exp(1 - 6 / 4), 9);
  });

  test('classes of tokens stand where the loss has them', async () => {
    const [x, y] = [said([1, 2, 3, 4, 5, 6, 7, 0]), written([1, 2, 3, 4, 5, 6, 7, 0])];
    const turned = await d.jit((given: d.Node) => transpose(given, [0, 2, 1]), { backend })(x);
    const options = { model: outputs, optimizer: d.sgd({ lr: 0.1 }), metrics: [d.editDistance()], backend };
    const trainer = await d.createTrainer({ ...options, loss: d.crossEntropy({ classAxis: 1 }) });
    expect((await trainer.evaluate([{ x: turned, y }])).edit_distance).toBe(0);
  });

  test('kitten becomes sitting in three changes, of seven letters', async () => {
    const [k, i, t, e, n, s, g] = [1, 2, 3, 4, 5, 6, 7];
    const x = said([k, i, t, t, e, n, 0]);
    const y = written([s, i, t, t, i, n, g]);
    expect(await judged(d.editDistance({ padding: 0 }), x, y)).toBeCloseTo(3 / 7, 9);
  });
});

describe.each([true, false])('an epoch in memory that lies on the device: %s', (isResident) => {
  const x = turns(11);
  const y = labels(...Array.from({ length: 11 }, (_, i) => (i * i) % 3));
  const part = <A extends d.NDArray>({ shape: [, ...rest], data, dtype }: A, start: number, end: number): d.NDArray => {
    const width = d.numel(rest);
    return { dtype, shape: [end - start, ...rest], data: data.slice(start * width, end * width) } as d.NDArray;
  };
  const batches = [0, 4, 8].map((at) => ({
    x: part(x, at, Math.min(11, at + 4)),
    y: part(y, at, Math.min(11, at + 4)),
  }));
  const fed = { length: 3, batchSize: 4, epoch: () => batches };
  const train = isResident
    ? { ...fed, dataset: { x, y }, indices: () => Uint32Array.from({ length: 11 }, (_, i) => i) }
    : fed;
  const make = (): Promise<d.Trainer> =>
    d.createTrainer({
      ...{ model: d.linear(3, 3), loss: d.crossEntropy(), optimizer: d.sgd({ lr: 0.1 }), backend, seed: 3 },
      metrics: [d.auroc(), d.accuracy(), d.f1()],
    });
  const scores = (history: readonly d.EpochRecord[]): unknown => history.map((record) => [record.train, record.test]);

  test('has the metrics of all batches, also where training goes on within it', async () => {
    const options = { train, test: train, epochs: 2, log: null };
    const trainer = await make();
    const whole = await d.fit(trainer, options);
    expect(Object.keys(whole.history[0]?.train ?? {})).toEqual(['loss', 'auroc', 'accuracy', 'f1']);
    // The last evaluation, as of one batch.
    const at = await trainer.evaluate([{ x, y }]);
    expect(whole.history[1]?.test?.['auroc' as 'loss']).toBeCloseTo(at['auroc' as 'loss'], 12);

    let saved: { state: d.TrainerState; position: d.FitPosition } | undefined;
    const stopping = d.everySteps(2, async ({ trainer: own, position, stop }) => {
      if (own.stepCount !== 4) return;
      // What a checkpoint holds is JSON.
      saved = { state: await own.state(), position: JSON.parse(JSON.stringify(position)) as d.FitPosition };
      stop('enough');
    });
    await d.fit(await make(), { ...options, callbacks: [stopping] });
    expect(saved?.position).toMatchObject({ epoch: 2, step: 1 });
    const resumed = await make();
    await resumed.load(saved?.state as d.TrainerState);
    const rest = await d.fit(resumed, { ...options, resume: saved?.position as d.FitPosition });
    expect(scores(rest.history)).toEqual(scores(whole.history));
  });
});
