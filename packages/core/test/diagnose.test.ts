import {
  accuracy,
  type Backend,
  type BatchSource,
  createTrainer,
  crossEntropy,
  type EpochRecord,
  fit,
  flatten,
  formatFinding,
  initParameters,
  linear,
  logSoftmax,
  mse,
  type NDArray,
  ndarray,
  nll,
  overfitOneBatch,
  relu,
  sequential,
  sgd,
  softmax,
  type Trainer,
  type TrainerOptions,
  tanh,
  tensor,
} from '@descent/core';
import { diagnoseData, diagnoseHistory, diagnoseLayers, diagnoseRun, inspect } from '@descent/core/diagnose';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';

type Row = readonly [trainLoss: number, trainAccuracy: number, testLoss: number, testAccuracy: number];

function history(...rows: readonly Row[]): readonly EpochRecord[] {
  return rows.map(([loss, accuracy, testLoss, testAccuracy], i) => ({
    epoch: i + 1,
    train: { loss, accuracy },
    validation: null,
    test: { loss: testLoss, accuracy: testAccuracy },
    seconds: 1,
  }));
}

const rules = (records: readonly EpochRecord[]) => diagnoseHistory(records).map((f) => f.rule);

describe('the history of a run', () => {
  test('a good run gives no finding', () => {
    expect(rules(history([0.6, 0.9, 0.5, 0.91], [0.3, 0.95, 0.32, 0.945], [0.2, 0.97, 0.25, 0.96]))).toEqual([]);
  });

  test('a held-out loss that rises while training goes on is overfitting', () => {
    const findings = diagnoseHistory(history([0.6, 0.8, 0.5, 0.8], [0.3, 0.9, 0.4, 0.85], [0.1, 0.97, 0.5, 0.93]));
    expect(findings.map((f) => f.rule)).toEqual(['overfitting']);
    expect(findings[0]?.seen).toMatch(/lowest in epoch 2 \(0\.4\).*0\.5/);
  });

  test('accuracies that lie apart are overfitting', () => {
    expect(rules(history([0.6, 0.8, 0.5, 0.8], [0.3, 0.95, 0.45, 0.88], [0.1, 0.99, 0.45, 0.9]))).toEqual([
      'overfitting',
    ]);
  });

  test('a loss that still falls by a tenth an epoch is no underfitting', () => {
    const losses = history(
      [1.6, 0.6, 0.8, 0.8],
      [0.66, 0.84, 0.6, 0.84],
      [0.52, 0.87, 0.52, 0.87],
      [0.46, 0.889, 0.47, 0.892],
    );
    expect(rules(losses)).toEqual([]);
  });

  test('labels that do not fit are no low learning rate', () => {
    const memorized = history(
      [2.33, 0.1, 2.32, 0.1],
      [2.28, 0.13, 2.33, 0.1],
      [2.25, 0.15, 2.35, 0.09],
      [2.22, 0.18, 2.37, 0.09],
    );
    const rest = { constantLoss: 2.302, steps: { count: 120, perEpoch: 30, firstLoss: 2.33 } };
    expect(diagnoseRun({ history: memorized, ...rest }).map((f) => f.rule)).not.toContain('learning rate too low');
    const learns = memorized.map((record, i) => ({
      ...record,
      test: { loss: 2.32 - 0.03 * i, accuracy: 0.1 + 0.02 * i },
    }));
    expect(diagnoseRun({ history: learns, ...rest }).map((f) => f.rule)).toEqual(['learning rate too low']);
  });

  test('a loss that stops while accuracy is low is underfitting', () => {
    expect(rules(history([1.5, 0.5, 1.5, 0.5], [1.2, 0.6, 1.2, 0.6], [1.199, 0.61, 1.2, 0.6]))).toEqual([
      'underfitting',
    ]);
  });

  test('a training loss that rises is a rate that is too high', () => {
    expect(rules(history([0.6, 0.9, 0.6, 0.9], [0.5, 0.91, 0.5, 0.91], [0.8, 0.9, 0.8, 0.9]))).toContain(
      'learning rate too high',
    );
  });

  test('a loss that creeps is a rate that is too low', () => {
    expect(rules(history([2.3, 0.1, 2.3, 0.1], [2.2, 0.3, 2.2, 0.3], [2.1, 0.4, 2.1, 0.4]))).toEqual([
      'learning rate too low',
    ]);
  });

  test('contradictions exclude each other: a run that was thrown off is neither over- nor underfitting', () => {
    expect(rules(history([2.3, 0.1, 2.3, 0.1], [1.2, 0.6, 1.2, 0.5], [2.31, 0.61, 2.9, 0.1]))).toEqual([
      'learning rate too high',
    ]);
  });
});

describe('fit', () => {
  const x = ndarray(
    'float32',
    [128, 2],
    Float32Array.from({ length: 256 }, (_, i) => Math.sin(i * 7.3)),
  );
  const y = ndarray(
    'int32',
    [128],
    Int32Array.from({ length: 128 }, (_, i) => ((x.data[2 * i] as number) > 0 ? 1 : 0)),
  );
  const part = <A extends NDArray>(a: A, i: number): A => {
    const size = a.data.length / 8;
    return { ...a, shape: [16, ...a.shape.slice(1)], data: a.data.slice(i * size, (i + 1) * size) } as A;
  };
  const batches = Array.from({ length: 8 }, (_, i) => ({ x: part(x, i), y: part(y, i) }));
  const sources: Record<string, BatchSource> = {
    'data in memory': {
      length: 8,
      batchSize: 16,
      epoch: () => batches,
      dataset: { x, y },
      indices: () => Uint32Array.from({ length: 128 }, (_, i) => i),
    },
    'batches that come one by one': {
      length: 8,
      batchSize: 16,
      async *epoch() {
        yield* batches;
      },
    },
  };
  const run = async (train: BatchSource, options: Partial<TrainerOptions> = {}) => {
    const trainer = await createTrainer({
      model: sequential(linear(2, 16), tanh(), linear(16, 2)),
      loss: crossEntropy(),
      optimizer: sgd({ lr: 0.5 }),
      metrics: [accuracy()],
      backend: referenceBackend(),
      ...options,
    });
    const lines: string[] = [];
    const result = await fit(trainer, { train, epochs: 5, log: (line) => lines.push(line) });
    expect(lines.slice(5)).toEqual(result.findings.map(formatFinding));
    return result;
  };

  test.each(Object.entries(sources))('says what a run suffers from, on %s', async (_, source) => {
    const found = async (options: Partial<TrainerOptions>) => (await run(source, options)).findings.map((f) => f.rule);
    expect(await found({})).toEqual([]);
    expect(await found({ optimizer: sgd({ lr: 1e-5 }) })).toEqual(['learning rate too low']);
    expect(await found({ optimizer: sgd({ lr: 1000 }) })).toEqual(['learning rate too high']);
    const softmaxed = sequential(linear(2, 16), tanh(), linear(16, 2), softmax());
    expect(await found({ model: softmaxed })).toEqual(['activation before the loss']);
    const wrong = 'output is not what the loss takes';
    expect(await found({ model: softmaxed, loss: nll() })).toContain(wrong);
    expect(await found({ loss: nll() })).toContain(wrong);
    const right = sequential(linear(2, 16), tanh(), linear(16, 2), logSoftmax());
    expect(await found({ model: right, loss: nll() })).toEqual([]);
  });

  test.each(Object.entries(sources))('returns what the findings rest on, on %s', async (_, source) => {
    const { facts, findings } = await run(source);
    expect(findings).toEqual(diagnoseRun(facts));
    expect(facts.steps).toMatchObject({ count: 40, perEpoch: 8 });
    expect(facts.train).toMatchObject({ samples: 128, batchSize: 16 });
    expect(Object.values(facts.train?.classes ?? {}).reduce((a, b) => a + b, 0)).toBe(128);
    // The entropy of the classes.
    const ones = (facts.train?.classes?.[1] as number) / 128;
    const entropy = -ones * Math.log(ones) - (1 - ones) * Math.log(1 - ones);
    expect(facts.constantLoss).toBeCloseTo(entropy, 5);
    expect(facts.layers?.map(({ label }) => label)).toEqual(['linear(2 → 16)', 'tanh', 'linear(16 → 2)']);
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });

  test('the constant answer of a regression has the variance of its targets', async () => {
    const source: BatchSource = {
      length: 1,
      batchSize: 4,
      epoch: () => [{ x: part(x, 0), y: tensor(Array.from({ length: 16 }, (_, i) => [i])) }],
    };
    const { facts } = await run(source, {
      model: linear(2, 1),
      loss: mse(),
      optimizer: sgd({ lr: 0.001 }),
      metrics: [],
    });
    expect(facts.constantLoss).toBeCloseTo((16 * 16 - 1) / 12, 4);
  });

  test('a trainer of another make is judged by its history', async () => {
    const trainer = await createTrainer({
      model: linear(2, 2),
      loss: crossEntropy(),
      optimizer: sgd({ lr: 0.5 }),
      backend: referenceBackend(),
    });
    const { options: _, ...other } = { ...trainer };
    const { facts } = await fit(other as Trainer, {
      train: sources['batches that come one by one'] as BatchSource,
      epochs: 3,
      log: null,
    });
    expect(facts).not.toHaveProperty('layers');
    expect(facts.history).toHaveLength(3);
  });

  test('a probe that fails costs its facts, not the run', async () => {
    const backend = referenceBackend();
    const failing: Backend = {
      ...backend,
      // Only the programs of the probes take everything as feeds.
      compile: (program) =>
        program.reads.length > 0 ? backend.compile(program) : Promise.reject(new Error('out of memory')),
    };
    const { facts, history: epochs } = await run(sources['data in memory'] as BatchSource, { backend: failing });
    expect(epochs).toHaveLength(5);
    expect(facts).not.toHaveProperty('constantLoss');
  });
});

describe('the data', () => {
  const images = (n: number, from: number) =>
    ndarray(
      'uint8',
      [n, 1, 2, 2],
      Uint8Array.from({ length: n * 4 }, (_, i) => ((Math.floor(i / 4) + from) * 31 + (i % 4) * 7) % 256),
    );

  test('samples in both sets are a leak', () => {
    const y = ndarray(
      'int32',
      [20],
      Int32Array.from({ length: 20 }, (_, i) => i % 2),
    );
    expect(diagnoseData({ train: { x: images(20, 0), y }, heldOut: { x: images(5, 100) } })).toEqual([]);
    const [finding] = diagnoseData({ train: { x: images(20, 0), y }, heldOut: { x: images(10, 17) } });
    expect(finding?.rule).toBe('data leak');
    expect(finding?.seen).toMatch(/^3 of 10/);
  });

  test('a rare class is found', () => {
    const y = ndarray(
      'int32',
      [33],
      Int32Array.from({ length: 33 }, (_, i) => (i < 30 ? 0 : 1)),
    );
    const [finding] = diagnoseData({ train: { x: images(33, 0), y } });
    expect(finding).toMatchObject({ rule: 'class imbalance', seen: 'class 0 has 30 samples, class 1 only 3' });
    const size = ndarray('float32', [33, 1], new Float32Array(33));
    const [named, ...more] = diagnoseData({ train: { x: images(33, 0), y: { size, kind: y } } });
    expect(named?.seen).toBe('kind: class 0 has 30 samples, class 1 only 3');
    expect(more).toEqual([]);
  });
});

describe('inspect', () => {
  const model = sequential(linear(2, 4), relu(), linear(4, 1));
  const x = tensor([
    [1, 2],
    [3, 4],
    [0.5, 1],
  ]);
  const y = tensor([[1], [0], [1]]);

  test('describes outputs and gradients, and finds dead units', async () => {
    const parameters = {
      ...initParameters(model, 1),
      '0.bias': tensor([-100, 0, 0, 0]),
      '0.weight': tensor([
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ]),
    };
    const reports = await inspect({ model, parameters, loss: mse(), backend: referenceBackend(), x, y });
    expect(reports.map((r) => `${r.path} ${r.label}`)).toEqual(['0 linear(2 → 4)', '1 relu', '2 linear(4 → 1)']);
    expect(reports[1]).toMatchObject({ dead: 1, units: 4 });
    expect(reports[1]?.output.zeros).toBeCloseTo(0.25, 6);
    expect(Object.keys(reports[0]?.gradients ?? {})).toEqual(['weight', 'bias']);
    const findings = diagnoseLayers(reports);
    expect(findings).toHaveLength(1);
    expect(findings[0]?.seen).toMatch(/1 of 4 units of layer 1 relu/);
  });

  test('one batch can be learnt by heart', async () => {
    const make = (lr: number) =>
      createTrainer({
        model: sequential(flatten(), linear(2, 1)),
        loss: mse(),
        optimizer: sgd({ lr }),
        backend: referenceBackend(),
      });
    const good = await overfitOneBatch(await make(0.05), { x, y }, { steps: 500, target: 0.2 });
    expect(good.reached).toBe(true);
    expect(good.steps).toBeLessThan(500);
    const bad = await overfitOneBatch(await make(0), { x, y }, { steps: 5 });
    expect(bad).toMatchObject({ reached: false, steps: 5 });
  });
});

test('a network whose parameters are all frozen is no matter of the learning rate', async () => {
  const data = {
    x: tensor([
      [1, 2],
      [5, 3],
      [0, 7],
      [4, -1],
    ]),
    y: tensor([1, 0, 1, 0], 'int32'),
  };
  const train = { length: 1, batchSize: 4, epoch: () => [data] };
  const options = {
    model: linear(2, 2),
    loss: crossEntropy(),
    metrics: [accuracy()],
    optimizer: sgd({ lr: 0.1 }),
    backend: referenceBackend(),
  };
  const found = async (freeze: { readonly freeze?: RegExp }) => {
    const { findings } = await fit(await createTrainer({ ...options, ...freeze }), { train, epochs: 5, log: null });
    return findings.map((f) => f.rule);
  };
  expect(await found({ freeze: /./ })).toEqual(['nothing is trained']);
  expect(await found({ freeze: /^bias/ })).not.toContain('nothing is trained');
});
