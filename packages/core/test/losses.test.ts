import { describe, expect, test } from 'vitest';
import { graph } from '../src/public/backend.ts';
import {
  accuracy,
  bceWithLogits,
  binaryAccuracy,
  createTrainer,
  crossEntropy,
  ctc,
  gradients,
  linear,
  type Node,
  ndarray,
  sgd,
  tensor,
  ValueError,
} from '../src/public/index.ts';
import { constant, input, logSoftmax } from '../src/public/ops.ts';
import { gradCheck, values } from '../src/public/testing.ts';
import { backend, precise, run } from './_reference.ts';

const logits = tensor([
  [2, 0, -1],
  [0, 1, 3],
  [0.5, 0.25, 0],
]);

describe('crossEntropy of class probabilities', () => {
  test.each([{}, { labelSmoothing: 0.2 }])(
    'is the mean over the samples, by arithmetic: %o',
    async ({ labelSmoothing = 0 }) => {
      const rows = [
        [0.5, 0.25, 0.25],
        [0, 1, 0],
        [0.125, 0.875, 0],
      ];
      const x = [
        [2, 0, -1],
        [0, 1, 3],
        [0.5, 0.25, 0],
      ];
      const expected = rows.map((row, i) => {
        const normalizer = Math.log((x[i] ?? []).reduce((sum, v) => sum + Math.exp(v), 0));
        const smoothed = row.map((p) => p * (1 - labelSmoothing) + labelSmoothing / 3);
        return smoothed.reduce((sum, p, c) => sum + p * (normalizer - (x[i]?.[c] ?? 0)), 0);
      });
      const loss = crossEntropy({ labelSmoothing }).apply(input('x', [3, 3]), input('t', [3, 3]));
      const out = await run({ loss }, { x: logits, t: tensor(rows) }, precise);
      expect(out['loss']?.data[0]).toBeCloseTo(
        (expected[0] ?? 0) / 3 + (expected[1] ?? 0) / 3 + (expected[2] ?? 0) / 3,
        6,
      );
    },
  );

  test('has the gradient of finite differences, of the probabilities too', async () => {
    const loss = crossEntropy({ weight: [1, 2, 0.5], labelSmoothing: 0.1 });
    const f = (...[x, p]: readonly Node[]): Node => loss.apply(x as Node, p as Node);
    expect((await gradCheck(f, [values([4, 3], 1), values([4, 3], 2)])).checked).toBe(24);
  });

  test('one-hot rows train as labels do', async () => {
    const x = values([6, 4], 3);
    const labels = Int32Array.of(0, 2, 1, 1, 2, 0);
    const oneHot = ndarray(
      'float32',
      [6, 3],
      Float32Array.from({ length: 18 }, (_, i) => Number(labels[Math.floor(i / 3)] === i % 3)),
    );
    const trained = [ndarray('int32', [6], labels), oneHot].map(async (y) => {
      const trainer = await createTrainer({
        model: linear(4, 3),
        loss: crossEntropy(),
        optimizer: sgd({ lr: 0.5 }),
        metrics: [accuracy()],
        backend,
        seed: 1,
      });
      const steps = [
        await trainer.step(x, y),
        await trainer.step(x, y),
        (await trainer.evaluate([{ x, y }])) as object,
      ];
      trainer.dispose();
      return steps as readonly Readonly<Record<string, number>>[];
    });
    const [byLabel, byRow] = await Promise.all(trained);
    for (const [i, step] of (byLabel ?? []).entries()) {
      expect(byRow?.[i]?.['accuracy']).toBe(step['accuracy']);
      expect(byRow?.[i]?.['loss']).toBeCloseTo(step['loss'] ?? Number.NaN, 5);
    }
  });

  test.each([
    ['float32', [5], /one float a sample.*\n.*float32\[5\]\n.*float32 probabilities \[5, 3\]\n.*mse/],
    ['float32', [5, 4], /logits \[5, 3\], probabilities \[5, 4\]\n.*\n.*one probability for each class/],
    ['int32', [5, 3], /logits \[5, 3\], labels \[5, 3\]\n.*\n.*give them as float32/],
    ['int32', [4], /one label for each sample/],
  ] as const)('refuses a target %s %j', (dtype, shape, message) => {
    expect(() => crossEntropy().apply(input('x', [5, 3]), input('t', shape, dtype))).toThrow(message);
  });
});

describe('labels that are no class', () => {
  const labels = tensor([1, -1, 3, 255, 0, -100], 'int32');
  const options = [
    {},
    { weight: [1, 2, 0.5] },
    { labelSmoothing: 0.2 },
    { weight: [1, 2, 0.5], labelSmoothing: 0.2 },
    { weight: [0, 2, 0.5], ignoreIndex: 1 },
    { labelSmoothing: 0.2, ignoreIndex: -100 },
  ];

  test.each(options)('have neither loss nor gradient in a graph of your own: %o', async (given) => {
    const f = (x: Node): Node => crossEntropy(given).apply(x, constant(labels));
    expect((await gradCheck(f, [values([6, 3], 7)])).checked).toBe(18);
    const x = input('x', [6, 3]);
    const [gradient] = gradients(f(x), [x]);
    const out = await run({ gradient: gradient as Node }, { x: values([6, 3], 7) }, precise);
    for (const row of [1, 2, 3, 5]) {
      for (let c = 0; c < 3; c++) expect(out['gradient']?.data[3 * row + c]).toBe(0);
    }
  });

  test('a batch of nothing but ignored labels has loss 0, gradient 0 and weight 0', async () => {
    const loss = crossEntropy({ ignoreIndex: 255, labelSmoothing: 0.1 });
    const [x, y] = [input('x', [2, 3]), input('y', [2], 'uint8')];
    const [gradient] = gradients(loss.apply(x, y), [x]);
    const nodes = {
      loss: loss.apply(x, y),
      weight: loss.weight?.(x, y) as Node,
      accuracy: accuracy().apply(x, y, loss),
      of: accuracy().weight?.(x, y, loss) as Node,
      gradient: gradient as Node,
    };
    const out = await run(nodes, { x: values([2, 3], 1), y: tensor([255, 255], 'uint8') });
    for (const name of Object.keys(nodes)) expect([...(out[name]?.data ?? [1])].every((v) => v === 0)).toBe(true);
  });

  test('the weight is the sum of the class weights of the labels that count', async () => {
    const loss = crossEntropy({ weight: [1, 2, 0.5], ignoreIndex: 0 });
    const [x, y] = [input('x', [4, 3]), input('y', [4], 'int32')];
    const feeds = { y: tensor([0, 1, 2, 1], 'int32') };
    expect((await run({ w: loss.weight?.(x, y) as Node }, feeds))['w']?.data[0]).toBe(4.5);
    expect(crossEntropy().weight?.(x, y)).toBeUndefined();
    // Each label of a sequence counts.
    const [xs, ys] = [input('x', [2, 5, 3]), input('y', [2, 5], 'int32')];
    expect((await run({ w: crossEntropy().weight?.(xs, ys) as Node }, {}))['w']?.data[0]).toBe(10);
  });
});

describe('accuracy', () => {
  test('leaves out what the loss ignores, or what it is told', async () => {
    const [x, y] = [input('x', [3, 3]), input('y', [3], 'int32')];
    const feeds = { x: logits, y: tensor([0, 7, 1], 'int32') };
    const of = async (metric: Node): Promise<number> => (await run({ metric }, feeds))['metric']?.data[0] as number;
    expect(await of(accuracy().apply(x, y, crossEntropy({ ignoreIndex: 7 })))).toBe(0.5);
    expect(await of(accuracy({ ignoreIndex: 7 }).apply(x, y))).toBe(0.5);
  });

  test('of class probabilities is at the largest, the first of equals', async () => {
    const metric = accuracy().apply(input('x', [3, 3]), input('t', [3, 3]));
    const t = tensor([
      [0.4, 0.3, 0.3], // right
      [0.1, 0.8, 0.1], // wrong
      [0.5, 0.5, 0], // right: the first of two equals
    ]);
    expect((await run({ metric }, { x: logits, t }))['metric']?.data[0]).toBeCloseTo(2 / 3, 6);
    const labels = accuracy().apply(input('x', [3, 3]), input('t', [3], 'int32'));
    expect((await run({ labels }, { x: logits, t: tensor([0, 2, 0], 'int32') }))['labels']?.data[0]).toBe(1);
  });
});

describe('bceWithLogits', () => {
  const apply = (x: readonly number[], y: readonly number[], options = {}): Node =>
    bceWithLogits(options).apply(input('x', x), input('y', y));

  test('takes targets without an axis for one column, and no others of another shape', () => {
    expect(apply([4, 1], [4]).type.shape).toEqual([]);
    expect(() => apply([4, 2], [4])).toThrow(/bceWithLogits needs a target of the output's shape/);
    expect(() => apply([4], [4, 1])).toThrow(/give the targets as \[4\]/);
  });

  test.each([{ weight: [-1] }, { posWeight: [Number.NaN] }, { posWeight: [] }, { posWeight: 3 }])(
    'refuses %o',
    (options) => {
      expect(() => bceWithLogits(options as object)).toThrow(ValueError);
    },
  );

  test('refuses factors for another number of columns', () => {
    expect(() => apply([4, 3], [4, 3], { posWeight: [1, 2] })).toThrow(/2 factors for an output \[4, 3\]/);
  });

  test('trains one column on 0 and 1, and refuses a target of 2 with its row', async () => {
    const trainer = await createTrainer({
      model: linear(1, 1),
      loss: bceWithLogits(),
      optimizer: sgd({ lr: 1 }),
      backend,
      seed: 1,
    });
    const x = tensor([[-2], [-1], [1], [2]]);
    const y = tensor([0, 0, 1, 1], 'int32');
    const first = await trainer.step(x, y);
    for (let i = 0; i < 20; i++) await trainer.step(x, y);
    expect((await trainer.step(x, y)).loss).toBeLessThan(first.loss / 2);
    await expect(trainer.step(x, tensor([0, 0, 2, 1], 'int32'))).rejects.toThrow(/received: 2 in row 2/);
    trainer.dispose();
  });
});

describe('binaryAccuracy', () => {
  const of = async (metric: Node, x: number[][], t: number[] | number[][]): Promise<number> =>
    (await run({ metric }, { x: tensor(x), t: tensor(t) }))['metric']?.data[0] as number;
  const [x, t] = [input('x', [4, 1]), input('t', [4])];

  test('of logits and of probabilities', async () => {
    const logit = binaryAccuracy().apply(x, t, bceWithLogits());
    expect(await of(logit, [[0.2], [-3], [0.4], [9]], [1, 0, 0, 1])).toBe(0.75);
    const probability = binaryAccuracy().apply(x, t);
    expect(await of(probability, [[0.2], [0.6], [0.4], [0.9]], [1, 1, 0, 1])).toBe(0.75);
    const strict = { threshold: 0.9 };
    expect(await of(binaryAccuracy(strict).apply(x, t), [[0.95], [0.6], [0.85], [0.1]], [1, 1, 0, 0])).toBe(0.75);
    // ln(0.9 / 0.1) = 2.197
    const both = binaryAccuracy(strict).apply(x, t, bceWithLogits());
    expect(await of(both, [[2.2], [2.19], [-1], [5]], [1, 1, 0, 1])).toBe(0.75);
  });

  test('of several columns, and nothing else', async () => {
    const [xs, ts] = [input('x', [2, 2]), input('t', [2, 2])];
    const rows = [
      [1, 0],
      [1, 1],
    ];
    const metric = binaryAccuracy().apply(xs, ts, bceWithLogits());
    expect(
      await of(
        metric,
        [
          [1, -1],
          [-2, 3],
        ],
        rows,
      ),
    ).toBe(0.75);
    expect(() => binaryAccuracy().apply(xs, input('t', [2], 'int32'))).toThrow(
      /a yes or no for each output(.*\n)*.*accuracy\(\)/,
    );
    expect(() => binaryAccuracy({ threshold: 1 })).toThrow(/threshold/);
    expect(binaryAccuracy().targets?.(xs.type, ts.type)).toEqual([{ kind: 'range', low: 0, high: 1 }]);
  });
});

describe('ctc', () => {
  const labels = tensor(
    [
      [1, 1, 2],
      [2, 0, 0],
      [0, 0, 0],
    ],
    'int32',
  );
  const frames = tensor([7, 3, 2], 'int32');

  test('has the gradient of finite differences, with repeats, no labels and steps that do not count', async () => {
    const loss = ctc({ inputLengths: 'frames' });
    const f = (x: Node): Node => loss.apply(logSoftmax(x), { labels: constant(labels), frames: constant(frames) });
    expect((await gradCheck(f, [values([3, 7, 3], 3)])).checked).toBe(63);
  });

  test('has a program of one size for any number of steps, forward and backward', () => {
    const nodesOf = (time: number): number => {
      const x = input('x', [3, time, 3]);
      const loss = ctc().apply(logSoftmax(x), constant(labels));
      return graph({ loss, gradient: gradients(loss, [x])[0] as Node }).nodes.length;
    };
    expect(nodesOf(1000)).toBe(nodesOf(10));
  });
});
