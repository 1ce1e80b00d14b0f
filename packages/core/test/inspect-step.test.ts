import {
  accumulate,
  accuracy,
  adam,
  batchNorm1d,
  createTrainer,
  createTrainers,
  crossEntropy,
  dropout,
  type Layer,
  layer,
  linear,
  lstm,
  mse,
  type NDArray,
  type Node,
  NumericError,
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
  mean,
  mul,
  reshape,
  scalar,
  scan,
  slice,
  softmax,
  sqrt,
  sub,
  sum,
  tanh,
  transpose,
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

describe('layers in the steps of loops', () => {
  const rows = (array: NDArray, from: number, to: number): number[] => Array.from(array.data.subarray(from, to));
  const rms = (values: readonly number[]): number => Math.hypot(...values) / Math.sqrt(values.length);
  const close = (seen: readonly number[] | null | undefined, expected: readonly number[]): void => {
    expect(seen).toHaveLength(expected.length);
    for (const [i, v] of expected.entries()) expect(seen?.[i]).toBeCloseTo(v, 5);
  };
  /** The same network with its loop written out: layers are used once for each step. */
  const unrolled = (reverse: boolean) =>
    layer('unrolled', { cell: linear(2, 4), act: relu(), out: linear(4, 3) }, (x: Node, { cell, act, out }) => {
      const steps = reshape(x, [2, 6, 2]);
      let state = broadcastTo(scalar(0), [6, 4]);
      for (const i of reverse ? [1, 0] : [0, 1]) {
        const entry = reshape(slice(steps, { axis: 0, start: i, end: i + 1 }), [6, 2]);
        state = tanh(add(state, act(cell(entry))));
      }
      return out(state);
    });
  const recurrent = (reverse: boolean) =>
    layer('recurrent', { cell: linear(2, 4), act: relu(), out: linear(4, 3) }, (x: Node, { cell, act, out }) => {
      const start = broadcastTo(scalar(0), [6, 4]);
      const step = (state: Node, entry: Node) => ({ carry: tanh(add(state, act(cell(entry)))) });
      return out(scan(start, reshape(x, [2, 6, 2]), step, { reverse }).carry);
    });
  const trainerOf = (model: Layer) =>
    createTrainer({ model, loss: crossEntropy(), optimizer: sgd({ lr: 0.1 }), backend: referenceBackend(), seed: 5 });

  test.each([false, true])('are shown as those of the loop written out, backwards %s', async (reverse) => {
    const seen = await inspectStep(await trainerOf(recurrent(reverse)), x, y);
    const plain = await inspectStep(await trainerOf(unrolled(reverse)), x, y);
    expect(seen.metrics).toEqual(plain.metrics);
    expect(seen.unseen).toEqual([]);
    expect(seen.layers.map(({ path, of, shape }) => [path, of, shape])).toEqual([
      ['cell', '', [6, 4]],
      ['act', '', [6, 4]],
      ['', 'state', [6, 4]],
      ['out', '', [6, 3]],
    ]);
    for (const path of ['cell', 'act']) {
      const one = seen.layers.find((l) => l.path === path);
      const calls = plain.layers.filter((l) => l.path === path);
      const byEntry = reverse ? calls.reverse() : calls;
      close(
        one?.steps?.output,
        byEntry.map(({ output }) => output.norm / Math.sqrt(output.count)),
      );
      close(
        one?.steps?.gradient,
        byEntry.map(({ gradient }) => (gradient?.norm ?? Number.NaN) / Math.sqrt(24)),
      );
      expect(one?.output.count).toBe(48);
      expect(one?.output.norm).toBeCloseTo(Math.hypot(...calls.map(({ output }) => output.norm)), 5);
      expect(one?.gradient?.norm).toBeCloseTo(Math.hypot(...calls.map(({ gradient }) => gradient?.norm ?? 0)), 6);
      expect(one?.dead === null).toBe(path === 'cell');
      expect(one?.steps?.reverse).toBe(reverse);
    }
    expect(seen.layers.at(-1)?.steps).toBeNull();
    expect(seen.layers.at(-1)?.gradient?.norm).toBeCloseTo(plain.layers.at(-1)?.gradient?.norm ?? 0, 6);
    expect((await inspectStep(await trained(), x, y)).unseen).toEqual([]);
  });

  test('the states of an LSTM after each step, and their gradients', async () => {
    const inputs = ndarray('float32', [3, 4, 2], x.data);
    const model = lstm(2, 4);
    const loss = { label: 'some', apply: (h: Node, t: Node) => mean(mul(h, t)) };
    const trainer = await createTrainer({ model, loss, optimizer: sgd({ lr: 0.1 }), backend: referenceBackend() });
    const weights = ndarray(
      'float32',
      [3, 4, 4],
      Float32Array.from({ length: 48 }, (_, i) => Math.cos(i)),
    );
    const seen = await inspectStep(trainer, inputs, weights);
    expect(seen.layers.map(({ label, of }) => `${label} ${of}`.trim())).toEqual([
      'lstm(2 → 4) state h',
      'lstm(2 → 4) state c',
      'lstm(2 → 4)',
    ]);
    const output = seen.output as NDArray;
    const perStep = [0, 1, 2, 3].map((t) =>
      rms([0, 1, 2].flatMap((b) => rows(output, (b * 4 + t) * 4, (b * 4 + t + 1) * 4))),
    );
    close(seen.layers[0]?.steps?.output, perStep);
    // Behind the last step, the state has only the gradient of the output.
    const last = [0, 1, 2].flatMap((b) => rows(weights, (b * 4 + 3) * 4, (b * 4 + 4) * 4)).map((v) => v / 48);
    expect(seen.layers[0]?.steps?.gradient?.[3]).toBeCloseTo(rms(last), 7);
  });

  test('a loop in a loop', async () => {
    const model = layer('nested', { cell: linear(1, 4), out: linear(4, 3) }, (all: Node, { cell, out }) => {
      const start = broadcastTo(scalar(0), [6, 4]);
      const inner = (state: Node, entry: Node) => ({ carry: tanh(add(state, cell(entry))) });
      const outer = (state: Node, entry: Node) => ({
        carry: scan(state, reshape(entry, [2, 6, 1]), inner).carry,
      });
      return out(scan(start, reshape(all, [2, 6, 2]), outer).carry);
    });
    const flat = layer('flat', { cell: linear(1, 4), out: linear(4, 3) }, (all: Node, { cell, out }) => {
      const start = broadcastTo(scalar(0), [6, 4]);
      const step = (state: Node, entry: Node) => ({ carry: tanh(add(state, cell(entry))) });
      return out(scan(start, reshape(all, [4, 6, 1]), step).carry);
    });
    const seen = await inspectStep(await trainerOf(model), x, y);
    const plain = await inspectStep(await trainerOf(flat), x, y);
    expect(seen.unseen).toEqual([]);
    const cell = seen.layers.find(({ path }) => path === 'cell');
    const expected = plain.layers.find(({ path }) => path === 'cell');
    expect(cell?.steps?.output).toHaveLength(4);
    close(cell?.steps?.output, expected?.steps?.output ?? []);
    close(cell?.steps?.gradient, expected?.steps?.gradient ?? []);
  });

  test('the first number that is not finite is found at its step, and so is what made it', async () => {
    // The third entry of the second sample is where log has no answer.
    const bad = ndarray(
      'float32',
      [6, 4],
      Float32Array.from({ length: 24 }, (_, i) => (i === 6 ? -2 : 0.1)),
    );
    const model = (reverse: boolean) =>
      layer(
        'r',
        { log: layer('log', {}, (v: Node) => log(add(v, scalar(1)))), out: linear(1, 3) },
        (all: Node, { log: own, out }) => {
          const steps = reshape(transpose(all, [1, 0]), [4, 6, 1]);
          const step = (state: Node, entry: Node) => ({ carry: add(state, own(entry)) });
          return out(scan(broadcastTo(scalar(0), [6, 1]), steps, step, { reverse }).carry);
        },
      );
    for (const reverse of [false, true]) {
      const trainer = await trainerOf(model(reverse));
      const { firstNonFinite, layers } = await inspectStep(trainer, bad, y);
      expect(firstNonFinite).toEqual({
        kind: 'output',
        where: 'the output of layer log log, at step 3 of 4',
        op: 'log',
        value: Number.NaN,
        element: 1,
      });
      const state = layers.find(({ of }) => of === 'state')?.steps?.output.map(Number.isFinite);
      expect(state).toEqual(reverse ? [false, false, false, true] : [true, true, false, false]);
      const error = await trainer.step(bad, y).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(NumericError);
      expect((error as NumericError).details.path).toBe('the output of layer log log, at step 3 of 4');
    }
  });

  test('what came into the loop already is looked for outside of it', async () => {
    const model = layer('r', { cell: linear(1, 2), out: linear(2, 3) }, (all: Node, { cell, out }) => {
      const steps = reshape(transpose(log(all), [1, 0]), [4, 6, 1]);
      return out(scan(broadcastTo(scalar(0), [6, 2]), steps, (s: Node, e: Node) => ({ carry: add(s, cell(e)) })).carry);
    });
    const seen = await inspectStep(await trainerOf(model), x, y);
    expect(seen.firstNonFinite).toMatchObject({
      where: 'the output of layer cell linear(1 → 2), at step 1 of 4',
      op: 'log',
    });
  });
});
