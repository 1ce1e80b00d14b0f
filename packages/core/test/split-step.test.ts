import {
  accumulate,
  accuracy,
  adam,
  averaged,
  averageGradients,
  type Backend,
  BackendError,
  type Batch,
  batchNorm2d,
  clipped,
  constantInit,
  conv2d,
  createTrainer,
  crossEntropy,
  dropout,
  flatten,
  type Layer,
  type Loss,
  layer,
  linear,
  mse,
  NumericError,
  ndarray,
  type Optimizer,
  type ParameterGradients,
  parameter,
  relu,
  StateError,
  type StepGradients,
  sequential,
  sgd,
  type Trainer,
  type TrainerOptions,
  tensor,
  ValueError,
} from '@descent/core';
import { mean, mul, sqrt, sub } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';

/** States that cannot take back a run, as those of engines that overwrite what was there. */
function withoutUndo(): Backend {
  const backend = referenceBackend();
  return {
    ...backend,
    state: async (entries) => Object.assign(await backend.state(entries), { rollback: () => false }),
  };
}

const rows = (count: number, features: readonly number[], from = 0): Batch => {
  const size = features.reduce((a, b) => a * b, 1);
  const numbers = Float32Array.from({ length: count * size }, (_, i) => Math.sin(i * 1.7 + from));
  const labels = Int32Array.from({ length: count }, (_, i) => (i * 2 + from) % 3);
  return { x: ndarray('float32', [count, ...features], numbers), y: ndarray('int32', [count], labels) };
};

const mlp = sequential(linear(4, 8), relu(), linear(8, 3));
const withDropout = sequential(linear(4, 16), dropout(0.5), relu(), dropout(0.2), linear(16, 3));
const withNorm = sequential(conv2d(1, 3, 3), batchNorm2d(3), relu(), flatten(), linear(3 * 9, 3));
const weighted = crossEntropy({ weight: [1, 2, 0.5], labelSmoothing: 0.1, ignoreIndex: 2 });
const grouped = adam({
  lr: 0.02,
  groups: [
    { match: /bias/, lrFactor: 2 },
    { match: /^0\./, weightDecay: 0.1 },
  ],
});

interface Job {
  readonly model?: Layer;
  readonly loss?: Loss;
  readonly optimizer?: Optimizer;
  readonly features?: readonly number[];
  readonly freeze?: RegExp;
}

const jobs: Readonly<Record<string, Job>> = {
  'sgd with momentum': { optimizer: sgd({ lr: 0.1, momentum: 0.9, nesterov: true }) },
  adam: {},
  'groups of parameters': { optimizer: grouped },
  'clipped by norm': { optimizer: clipped(0.1, adam({ lr: 0.05 })) },
  'an average of the weights': { optimizer: averaged(0.9, sgd({ lr: 0.1 })) },
  'accumulated gradients of weighted classes': { optimizer: accumulate(2, adam({ lr: 0.05 })), loss: weighted },
  'a schedule': { optimizer: sgd({ lr: (step) => 0.3 / step }) },
  dropout: { model: withDropout },
  'batch normalization': { model: withNorm, features: [1, 5, 5] },
  'batch normalization, frozen': { model: withNorm, features: [1, 5, 5], freeze: /^1\./ },
  'some of it frozen': { freeze: /^0\./ },
};

function make(job: Job, options: Partial<TrainerOptions> = {}): Promise<Trainer<never, never, never, 'accuracy'>> {
  const { model = mlp, loss = crossEntropy(), optimizer = adam({ lr: 0.05 }), freeze } = job;
  const backend = referenceBackend();
  const rest = { ...(freeze !== undefined && { freeze }), ...options };
  return createTrainer({ model, loss, optimizer, backend, metrics: [accuracy()], seed: 4, ...rest }) as never;
}

describe('gradients, then update, are a step to the bit', () => {
  test.each(
    Object.entries(jobs).flatMap(([name, job]) => [
      [name, job, 'that can undo', () => referenceBackend()] as const,
      [name, job, 'that cannot', withoutUndo] as const,
    ]),
  )('%s (%#)', async (_, job, __, backend) => {
    const whole = await make(job, { backend: backend() });
    const halves = await make(job, { backend: backend() });
    for (let i = 0; i < 5; i++) {
      const { x, y } = rows(i === 3 ? 4 : 6, job.features ?? [4], i);
      const expected = await whole.step(x as never, y as never);
      const given = await halves.gradients(x as never, y as never);
      expect(given.metrics).toEqual(expected);
      await halves.update(given);
      expect(await halves.state()).toEqual(await whole.state());
    }
    expect(halves.stepCount).toBe(5);
    const held = rows(5, job.features ?? [4], 9);
    expect(await halves.evaluate([held as never])).toEqual(await whole.evaluate([held as never]));
    // Both ways in one trainer, in turn.
    const { x, y } = rows(6, job.features ?? [4], 7);
    await halves.step(x as never, y as never);
    await whole.update(await whole.gradients(x as never, y as never));
    expect(await halves.state()).toEqual(await whole.state());
  });
});

test('gradients change nothing, whatever they are asked for', async () => {
  const t = await make({ model: withNorm, features: [1, 5, 5] });
  const { x, y } = rows(6, [1, 5, 5]);
  const before = await t.state();
  const first = await t.gradients(x as never, y as never);
  expect(await t.gradients(x as never, y as never)).toEqual(first);
  await t.gradients(rows(4, [1, 5, 5]).x as never, rows(4, [1, 5, 5]).y as never);
  expect(await t.state()).toEqual(before);
  expect(t.stepCount).toBe(0);
  expect(Object.keys(first.gradients).sort()).toEqual(
    ['0.bias', '0.weight', '1.bias', '1.weight', '4.bias', '4.weight'].sort(),
  );
  expect(Object.keys(first.assigned).sort()).toEqual(['1.running_mean', '1.running_var']);
  expect(first.weight).toBe(6);
});

test('a gradient is that of the arithmetic: of mean (w x − y)² it is 2 mean (w x − y) x', async () => {
  const model = linear(1, 1, { bias: false });
  const options = { model, loss: mse(), optimizer: sgd({ lr: 0.5 }), backend: referenceBackend() };
  const t = await createTrainer({ ...options, parameters: { weight: ndarray('float32', [1, 1], Float32Array.of(2)) } });
  const { gradients, weight, metrics } = await t.gradients(tensor([[1], [3]]), tensor([[1], [2]]));
  // Errors 1 and 4.
  expect(gradients['weight']?.data[0]).toBe(13);
  expect([weight, metrics.loss]).toEqual([2, 8.5]);
  await t.update({ gradients, weight, assigned: {} });
  expect((await t.parameters())['weight']?.data[0]).toBe(-4.5);
});

test('a parameter that the loss does not depend on has a gradient of zeros', async () => {
  const unused = { used: linear(2, 3), unused: parameter([2], { init: constantInit(1) }) };
  const model = layer('half', unused, (x, { used }) => used(x));
  const t = await createTrainer({ model, loss: crossEntropy(), optimizer: adam(), backend: referenceBackend() });
  const given = await t.gradients(tensor([[1, 2]]), tensor([1], 'int32'));
  expect([...(given.gradients['unused']?.data ?? [])]).toEqual([0, 0]);
  await t.update(given);
});

describe('the average of parts is the whole', () => {
  test.each([
    ['the same weights', crossEntropy()],
    ['weights of classes, and labels that are left out', weighted],
  ])('with %s, where parts differ in size', async (_, loss) => {
    const [parts, whole] = [await make({ loss }), await make({ loss })];
    for (let i = 0; i < 4; i++) {
      const { x, y } = rows(9, [4], i);
      const cut = (from: number, to: number): Batch => ({
        x: ndarray('float32', [to - from, 4], (x.data as Float32Array).slice(from * 4, to * 4)),
        y: ndarray('int32', [to - from], (y.data as Int32Array).slice(from, to)),
      });
      const given: StepGradients<'accuracy'>[] = [];
      for (const [from, to] of [
        [0, 2],
        [2, 5],
        [5, 9],
      ] as const) {
        const part = cut(from, to);
        given.push(await parts.gradients(part.x as never, part.y as never));
      }
      const average = averageGradients(given);
      const expected = await whole.step(x as never, y as never);
      expect(average.metrics.loss).toBeCloseTo(expected.loss, 6);
      expect(average.metrics.accuracy).toBeCloseTo(expected.accuracy, 6);
      expect(average.weight).toBeCloseTo((await whole.gradients(x as never, y as never)).weight, 5);
      await parts.update(average);
    }
    const [a, b] = [await parts.state(), await whole.state()];
    for (const kind of ['parameters', 'slots'] as const)
      for (const [name, { data }] of Object.entries(a[kind]))
        for (const [i, v] of data.entries()) expect(v, name).toBeCloseTo(b[kind][name]?.data[i] as number, 5);
  });

  test('a part in which nothing counts is left out', async () => {
    const t = await make({ loss: weighted });
    const { x, y } = rows(4, [4]);
    const counted = await t.gradients(x as never, y as never);
    const nothing = await t.gradients(x as never, tensor([2, 2, 2, 2], 'int32') as never);
    expect(nothing.weight).toBe(0);
    expect(averageGradients([counted, nothing]).gradients).toEqual(counted.gradients);
    expect(() => averageGradients([nothing, nothing])).toThrow('there was nothing to average');
  });

  test('parts that do not belong together are refused', async () => {
    const t = await make({});
    const other = await make({ model: linear(4, 3) });
    const { x, y } = rows(4, [4]);
    const [a, b] = [await t.gradients(x as never, y as never), await other.gradients(x as never, y as never)];
    expect(() => averageGradients([a, b])).toThrow(/part 1: .*different networks[\s\S]*received: bias, weight/);
    expect(() => averageGradients([])).toThrow('there was nothing to average');
    expect(() => averageGradients(a as never)).toThrow('averageGradients: the parts is not a list of gradients');
    expect(() => averageGradients([a, t.gradients(x as never, y as never)] as never)).toThrow('await the promise');
    expect(() => averageGradients([a.gradients] as never)).toThrow('part 0 is not gradients');
  });
});

describe('what is not finite is refused, and the parameters stay', () => {
  const rmse: Loss = {
    label: 'rmse',
    apply(output, target) {
      const error = sub(output, target);
      return sqrt(mean(mul(error, error)));
    },
  };
  const model = linear(1, 1, { bias: false });
  const trainer = (backend: Backend, lr = 0.1): Promise<Trainer> =>
    createTrainer({ model, loss: rmse, optimizer: adam({ lr }), backend, seed: 3 });

  test.each([
    ['can undo', () => referenceBackend()],
    ['cannot undo', withoutUndo],
  ])('on a backend that %s', async (_, backend) => {
    const t = await trainer(backend());
    await t.update(await t.gradients(tensor([[1]]), tensor([[2]])));
    const before = await t.state();
    const check = async (attempt: Promise<unknown>, words: readonly (string | RegExp)[]): Promise<void> => {
      const error = await attempt.catch((e: unknown) => e);
      expect(error).toBeInstanceOf(NumericError);
      for (const word of words) expect(String(error)).toMatch(word);
      expect(await t.state()).toEqual(before);
    };
    await check(t.gradients(tensor([[0]]), tensor([[0]])), [/step 2/, /parameter weight/, /a gradient of/]);
    await check(t.gradients(tensor([[Number.NaN]]), tensor([[0]])), [/loss became NaN at step 2/, /the input x/]);
    const gradient = (v: number): ParameterGradients => ({
      gradients: { weight: ndarray('float32', [1, 1], Float32Array.of(v)) },
      weight: 1,
      assigned: {},
    });
    await check(t.update(gradient(Number.NaN)), [
      /the gradients are not all finite/,
      /weight/,
      /look at what changed them/,
    ]);
    // Its square is more than a float32 can hold.
    await check(t.update(gradient(1e30)), [
      /step 2 would make/,
      /parameter weight/,
      /the optimizer's v of it is Infinity/,
    ]);
    const good = await trainer(referenceBackend());
    for (const one of [t, good])
      while (one.stepCount < 3) await one.update(await one.gradients(tensor([[1]]), tensor([[2]])));
    expect(await t.state()).toEqual(await good.state());
  });

  test('large numbers whose sum alone overflows are no alarm', async () => {
    const options = { loss: mse(), optimizer: sgd({ lr: 1 }), backend: referenceBackend() };
    const t = await createTrainer({ ...options, model: linear(2, 1, { bias: false }) });
    const weight = ndarray('float32', [1, 2], Float32Array.of(-3e38, -3e38));
    await t.update({ gradients: { weight }, weight: 1, assigned: {} });
    expect([...((await t.parameters())['weight']?.data ?? [])]).toEqual([Math.fround(3e38), Math.fround(3e38)]);
  });
});

describe('update refuses what is none of its gradients', () => {
  const at = (name: string, shape: readonly number[]) => ({ [name]: ndarray('float32', shape, new Float32Array(8)) });

  test('by name, shape and kind', async () => {
    const t = await make({ model: withNorm, features: [1, 5, 5], freeze: /^0\./ });
    const { x, y } = rows(6, [1, 5, 5]);
    const given = await t.gradients(x as never, y as never);
    const { '4.bias': bias, ...without } = given.gradients;
    const before = await t.state();
    const cases: readonly (readonly [unknown, unknown, RegExp])[] = [
      [undefined, ValueError, /the gradients is missing/],
      [t.gradients(x as never, y as never), ValueError, /await the promise/],
      [given.gradients, ValueError, /gradients with their weight.*\n.*\n?.*trainer\.gradients\(x, y\)/],
      [{ ...given, gradients: [] }, ValueError, /update: gradients is not a record/],
      [{ ...given, weight: undefined }, ValueError, /update: weight/],
      [{ ...given, weight: -1 }, ValueError, /update: weight/],
      [{ ...given, weight: Number.NaN }, ValueError, /update: weight/],
      [{ ...given, weight: '6' }, ValueError, /update: weight/],
      [{ gradients: given.gradients, weight: 6 }, ValueError, /update: assigned is missing/],
      [{ ...given, gradients: without }, StateError, /4\.bias is missing/],
      [
        { ...given, gradients: { ...given.gradients, ...at('4.bias', [2, 4]) } },
        StateError,
        /4\.bias is \[2, 4\], not \[3\]/,
      ],
      [
        { ...given, gradients: { ...given.gradients, ...at('nose', [8]) } },
        StateError,
        /nose is not a parameter that is trained/,
      ],
      [
        { ...given, gradients: { ...given.gradients, ...at('0.bias', [8]) } },
        StateError,
        /0\.bias is not a parameter that is trained/,
      ],
      [
        { ...given, gradients: { ...without, '4.bias': [1, 2, 3] } },
        StateError,
        /4\.bias is a list of 3, not an array/,
      ],
      [
        { ...given, gradients: { ...without, '4.bias': { ...bias, dtype: 'float64' } } },
        StateError,
        /4\.bias is float64/,
      ],
      [{ ...given, assigned: at('4.bias', [8]) }, StateError, /4\.bias is \[8\], not \[3\]/],
      [{ ...given, assigned: at('4.offset', [8]) }, StateError, /4\.offset is not a parameter that a layer sets/],
      [{ ...given, assigned: at('1.running_mean', [8]) }, StateError, /1\.running_mean is \[8\], not \[3\]/],
      [
        { ...given, assigned: { '1.running_var': ndarray('float32', [3], Float32Array.of(1, Number.NaN, 1)) } },
        NumericError,
        /what layers set are not all finite/,
      ],
    ];
    for (const [bad, kind, words] of cases) {
      const error = await t.update(bad as never).catch((e: unknown) => e);
      expect(error, String(words)).toBeInstanceOf(kind);
      expect(String(error)).toMatch(words);
    }
    expect(await t.state()).toEqual(before);
    await t.update(given);
    expect(t.stepCount).toBe(1);
  });

  test('and targets as a step does', async () => {
    const t = await make({});
    const { x } = rows(2, [4]);
    await expect(t.gradients(x as never, tensor([0, 3], 'int32') as never)).rejects.toThrow(/label 3 in row 1/);
    t.dispose();
    await expect(t.gradients(x as never, tensor([0, 1], 'int32') as never)).rejects.toThrow(BackendError);
    await expect(t.update({ gradients: {}, weight: 1, assigned: {} })).rejects.toThrow(BackendError);
  });
});
