import {
  accumulate,
  accuracy,
  adam,
  batchNorm1d,
  createTrainer,
  createTrainers,
  crossEntropy,
  dropout,
  layer,
  linear,
  mse,
  type NDArray,
  type Node,
  ndarray,
  relu,
  StateError,
  sequential,
  sgd,
  sigmoid,
  tensor,
  ValueError,
} from '@descent/core';
import { inspectStep, stepInspector, type TensorStatistics, tensorStatistics } from '@descent/core/diagnose';
import {
  add,
  broadcastTo,
  constant,
  greater,
  log,
  mul,
  reshape,
  scalar,
  scan,
  softmax,
  sqrt,
  sub,
  sum,
  tanh,
  where,
} from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';

const x = ndarray(
  'float32',
  [6, 4],
  Float32Array.from({ length: 24 }, (_, i) => Math.sin(1.7 * i)),
);
const y = ndarray('int32', [6], Int32Array.of(0, 1, 2, 0, 1, 2));
const net = () => sequential(linear(4, 8), relu(), dropout(0.5), linear(8, 3));
const trained = () =>
  createTrainer({
    model: net(),
    loss: crossEntropy(),
    optimizer: adam({ lr: 0.01 }),
    metrics: [accuracy()],
    backend: referenceBackend(),
    seed: 3,
  });

describe('a step seen from inside', () => {
  test('is the step that the trainer makes: loss, answers, gradients and updates, with its dropout', async () => {
    const trainer = await trained();
    await trainer.step(x, y);
    const before = await trainer.state();
    const seen = await inspectStep(trainer, x, y);
    expect(await trainer.state()).toEqual(before);
    const { gradients } = await trainer.gradients(x, y);
    const metrics = await trainer.step(x, y);
    const after = await trainer.state();
    expect(seen.step).toBe(2);
    expect(trainer.stepCount).toBe(2);
    expect(seen.metrics).toEqual(metrics);
    expect(seen.firstNonFinite).toBeNull();
    expect(seen.output.shape).toEqual([6, 3]);
    expect(seen.parameters.map(({ name }) => name)).toEqual(['0.weight', '0.bias', '3.weight', '3.bias']);
    for (const { name, layer: path, value, gradient, update, ratio, lr } of seen.parameters) {
      const [old, now] = [before.parameters[name] as NDArray, after.parameters[name] as NDArray];
      const moved = Float64Array.from(now.data, (v, i) => v - (old.data[i] as number));
      expect(path).toBe(name.slice(0, 1));
      expect(value).toEqual(tensorStatistics(old));
      expect(gradient).toEqual(tensorStatistics(gradients[name] as NDArray));
      expect(update).toEqual(tensorStatistics({ dtype: 'float64', shape: old.shape, data: moved }));
      expect(ratio).toBeCloseTo(Math.hypot(...moved) / Math.hypot(...old.data), 9);
      expect(lr).toBe(0.01);
    }
  });

  test('layers have what they give and what they get back', async () => {
    const trainer = await trained();
    const { layers, output } = await inspectStep(trainer, x, y);
    const { gradients } = await trainer.gradients(x, y);
    expect(layers.map(({ path, label }) => `${path} ${label}`)).toEqual([
      ...['0 linear(4 → 8)', '1 relu', '2 dropout(0.5)', '3 linear(8 → 3)'],
    ]);
    expect(layers.map(({ shape }) => shape)).toEqual([
      [6, 8],
      [6, 8],
      [6, 8],
      [6, 3],
    ]);
    expect(layers.at(-1)?.output).toEqual(tensorStatistics(output));
    // The gradient of a bias is the sum of what comes back to the output over the batch.
    for (const [i, name] of [
      [0, '0.bias'],
      [3, '3.bias'],
    ] as const) {
      const back = layers[i]?.gradient as TensorStatistics;
      const whole = Array.from((gradients[name] as NDArray).data).reduce((a, b) => a + b, 0);
      expect(back.mean * back.count).toBeCloseTo(whole, 6);
    }
    // Dropout leaves out about half, and none of it is dead.
    expect(layers[2]?.output.zeros).toBeGreaterThan(layers[1]?.output.zeros as number);
    expect(layers.map(({ dead }) => dead === null)).toEqual([true, false, true, true]);
  });

  test('counts dead units and saturated numbers, and a step that only gathers changes nothing', async () => {
    const model = sequential(linear(2, 4), relu(), linear(4, 1), sigmoid());
    const trainer = await createTrainer({
      model,
      loss: mse(),
      optimizer: accumulate(2, sgd({ lr: 0.1 })),
      backend: referenceBackend(),
      parameters: {
        '0.weight': tensor([
          [0.1, 0.1],
          [0.1, 0.1],
          [0.1, 0.1],
          [0.1, 0.1],
        ]),
        '0.bias': tensor([5, -9, 5, -9]),
        '2.weight': tensor([[20, 0, 20, 0]]),
        '2.bias': tensor([0]),
      },
    });
    const inputs = tensor([
      [1, 1],
      [-1, 2],
      [0.5, 0],
    ]);
    const { layers, parameters } = await inspectStep(trainer, inputs, tensor([[0], [1], [0]]));
    expect(layers[1]).toMatchObject({ dead: 2, units: 4, saturated: null });
    expect(layers[3]).toMatchObject({ dead: null, saturated: 1 });
    expect(parameters.every(({ ratio, update }) => ratio === 0 || update === null || update.max === 0)).toBe(true);
  });

  test('what layers set is an update, too, without a gradient or a rate', async () => {
    const trainer = await createTrainer({
      model: sequential(linear(4, 3), batchNorm1d(3)),
      loss: crossEntropy(),
      optimizer: sgd({ lr: 0.1 }),
      backend: referenceBackend(),
      freeze: /^0/,
    });
    const { parameters } = await inspectStep(trainer, x, y);
    const of = (name: string) => parameters.find((p) => p.name === name);
    expect(of('1.running_mean')).toMatchObject({ gradient: null, lr: null, layer: '1' });
    expect(of('1.running_mean')?.update?.norm).toBeGreaterThan(0);
    expect(of('0.weight')).toMatchObject({ gradient: null, update: null, ratio: null, lr: null });
  });

  test('several steps in a row are each what one alone is, on batches of any size', async () => {
    const trainer = await trained();
    const inspector = stepInspector(trainer);
    const half = { x: ndarray('float32', [3, 4], x.data.slice(0, 12)), y: ndarray('int32', [3], y.data.slice(0, 3)) };
    for (const batch of [{ x, y }, half, { x, y }]) {
      expect(await inspector.inspect(batch.x, batch.y)).toEqual(await inspectStep(trainer, batch.x, batch.y));
      await trainer.step(batch.x, batch.y);
    }
    inspector.dispose();
  });

  test('one of several trainers draws what it draws itself', async () => {
    const group = await createTrainers({
      trainers: { one: { model: net(), loss: crossEntropy(), optimizer: sgd({ lr: 0.1 }) } },
      backend: referenceBackend(),
      seed: 5,
    });
    const { one } = group.trainers;
    const { metrics } = await inspectStep(one, x, y);
    expect(metrics.loss).toBe((await one.step(x, y)).loss);
  });
});

describe('the first number that is not finite', () => {
  const withLayer = async (apply: (x: Node) => Node, given: NDArray = x) => {
    const trainer = await createTrainer({
      model: sequential(
        linear(4, 3),
        layer('own', {}, (n: Node) => apply(n)),
      ),
      loss: crossEntropy(),
      optimizer: sgd({ lr: 0.1 }),
      backend: referenceBackend(),
    });
    return (await inspectStep(trainer, given, y)).firstNonFinite;
  };

  test('is named by layer and op', async () => {
    expect(await withLayer((n) => mul(log(n), 2))).toMatchObject({
      kind: 'output',
      where: 'the output of layer 1 own',
      op: 'log',
    });
  });

  test('is not the mask whose infinities lead nowhere', async () => {
    const mask = greater(constant(tensor([[1, 0, 1]])), 0);
    const masked = (n: Node) => softmax(where(mask, n, scalar(Number.NEGATIVE_INFINITY)));
    expect(await withLayer(masked)).toBeNull();
    expect(await withLayer((n) => log(sub(masked(n), 2)))).toMatchObject({ op: 'log', value: Number.NaN });
  });

  test('may be in the data, in the loss, or in a gradient', async () => {
    const bad = { ...x, data: Float32Array.from(x.data, (v, i) => (i === 5 ? Number.NaN : v)) };
    expect(await withLayer((n) => n, bad)).toMatchObject({ kind: 'input', where: 'the input x', element: 5, op: null });
    const trainer = await createTrainer({
      model: linear(4, 1),
      loss: { label: 'root', apply: (output: Node) => sum(sqrt(mul(output, 0))) },
      optimizer: sgd({ lr: 0.1 }),
      backend: referenceBackend(),
    });
    expect((await inspectStep(trainer, x, tensor([[0], [0], [0], [0], [0], [0]]))).firstNonFinite).toMatchObject({
      kind: 'gradient',
      where: expect.stringContaining('parameter bias of layer linear(4 → 1)'),
    });
  });
});

test('a trainer of another make and a batch that does not fit are refused', async () => {
  const trainer = await trained();
  const { step, evaluate } = trainer;
  await expect(inspectStep({ step, evaluate } as never, x, y)).rejects.toThrow(StateError);
  await expect(inspectStep(trainer, x, ndarray('int32', [6], Int32Array.of(0, 1, 3, 0, 1, 2)))).rejects.toThrow(
    ValueError,
  );
  await expect(inspectStep(null as never, x, y)).rejects.toThrow('createTrainer');
});

describe('statistics of a tensor', () => {
  test('are those of its finite numbers', () => {
    const data = Float32Array.of(1, 2, 3, 0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    const { histogram, ...rest } = tensorStatistics(ndarray('float32', [7], data), { bins: 3 });
    expect(rest).toEqual({
      ...{ count: 7, nan: 1, infinite: 2, zeros: 1 / 7, mean: 1.5, min: 0, max: 3 },
      ...{ std: Math.sqrt(1.25), norm: Math.sqrt(14) },
    });
    expect(histogram).toEqual({ low: 0, high: 3, counts: [1, 1, 2] });
  });

  test('numbers far from 0 keep their deviation; of one number, and of none', () => {
    const far = tensorStatistics(ndarray('float64', [4], Float64Array.of(1e9, 1e9 + 1, 1e9 + 2, 1e9 + 3)));
    expect(far.std).toBeCloseTo(Math.sqrt(1.25), 9);
    expect(tensorStatistics(tensor([2, 2])).histogram).toEqual({ low: 2, high: 2, counts: [2] });
    expect(tensorStatistics(tensor([Number.NaN]))).toMatchObject({ mean: Number.NaN, histogram: null });
    expect(tensorStatistics(ndarray('float32', [0], new Float32Array()))).toMatchObject({ count: 0, norm: 0 });
    expect(() => tensorStatistics(tensor([1]), { bins: 0 })).toThrow('bins');
  });
});

test('layers in the step of a loop are named, and not among those that are shown', async () => {
  const recurrent = layer('recurrent', { cell: linear(2, 4), out: linear(4, 3) }, (x: Node, { cell, out }) => {
    const steps = reshape(x, [2, 6, 2]);
    const start = broadcastTo(scalar(0), [6, 4]);
    const { carry } = scan(start, steps, (state: Node, entry: Node) => ({ carry: tanh(add(state, cell(entry))) }));
    return out(carry);
  });
  const trainer = await createTrainer({
    model: recurrent,
    loss: crossEntropy(),
    optimizer: sgd({ lr: 0.1 }),
    backend: referenceBackend(),
  });
  const seen = await inspectStep(trainer, x, y);
  expect(seen.inLoops).toEqual([{ path: 'cell', label: 'linear(2 → 4)' }]);
  expect(seen.layers.map(({ path }) => path)).toEqual(['out']);
  expect(seen.parameters.map(({ name }) => name)).toEqual(['cell.weight', 'cell.bias', 'out.weight', 'out.bias']);
  expect((await inspectStep(await trained(), x, y)).inLoops).toEqual([]);
});
