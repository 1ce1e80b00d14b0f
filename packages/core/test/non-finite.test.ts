import {
  accumulate,
  adam,
  type Backend,
  batchNorm2d,
  createPredictor,
  createTrainer,
  dropout,
  fit,
  flatten,
  type Layer,
  type Loss,
  linear,
  type Metric,
  type Metrics,
  mse,
  type NDArray,
  NumericError,
  ndarray,
  type Optimizer,
  type Parameters,
  relu,
  sequential,
  sgd,
  type Trainer,
  tensor,
} from '@descent/core';
import { div, mean, mul, sqrt, sub } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';

/** Root of the mean squared error: at zero error the loss is 0 and its derivative infinite. */
const rmse: Loss = {
  label: 'rmse',
  apply(output, target) {
    const error = sub(output, target);
    return sqrt(mean(mul(error, error)));
  },
};

/** States that cannot take back a run, as those of a device that overwrites them. */
function withoutUndo(backend: Backend): Backend {
  return {
    ...backend,
    async state(entries) {
      return Object.assign(await backend.state(entries), { rollback: () => false });
    },
  };
}

const backends: readonly (readonly [string, () => Backend])[] = [
  ['a backend that undoes runs', () => referenceBackend()],
  ['a backend that cannot', () => withoutUndo(referenceBackend())],
];

const model: Layer = sequential(linear(2, 3), relu(), dropout(0.2), linear(3, 1, { bias: false }));
const zeros = (shape: readonly number[]): NDArray<'float32'> =>
  ndarray('float32', shape, new Float32Array(shape.reduce((n, d) => n * d, 1)));
const zeroWeights: Parameters = { '0.weight': zeros([3, 2]), '0.bias': zeros([3]), '3.weight': zeros([1, 3]) };
const x = tensor([
  [1, 2],
  [3, -1],
]);

function make(backend: Backend, options: { optimizer?: Optimizer; loss?: Loss; parameters?: Parameters } = {}) {
  const { optimizer = sgd({ lr: 0.1, momentum: 0.9 }), loss = rmse, parameters } = options;
  return createTrainer({ model, loss, optimizer, backend, seed: 2, ...(parameters && { parameters }) });
}

async function failure(work: Promise<unknown>): Promise<NumericError> {
  const error = await work.then(
    () => new Error('nothing was thrown'),
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(NumericError);
  return error as NumericError;
}

describe.each(backends)('a step that is not finite while its loss is, on %s', (_, backend) => {
  test('a gradient that is not finite: names step, layer and parameter and why, and writes nothing', async () => {
    const t = await make(backend(), { parameters: zeroWeights });
    const before = await t.state();
    const error = await failure(t.step(x, zeros([2, 1])));
    expect(error.message).toMatch(/step 1 .*loss is 0/);
    // Behind a relu that gives 0 nothing flows, not even NaN, so that the first layer is spared.
    expect(error.message).toMatch(/layer 3 linear\(3 → 1\), parameter 3\.weight/);
    expect(error.message).toMatch(/a gradient of NaN/);
    expect(error.message).toMatch(/a square root at 0 \(sqrt\)/);
    expect(await t.state()).toEqual(before);
    expect(t.stepCount).toBe(0);
    // It goes on with other data.
    expect((await t.step(x, tensor([[1], [2]]))).loss).toBeGreaterThan(0);
    expect(t.stepCount).toBe(1);
  });

  test('in a run of several steps the ones before it stand', async () => {
    // The third batch is the one with zero error, whatever the weights: its input and targets are 0, and there are no biases.
    const data = { x: tensor([[1], [2], [0], [3]]), y: tensor([[2], [1], [0], [1]]) };
    const plain = (): Promise<Trainer> =>
      createTrainer({
        model: linear(1, 1, { bias: false }),
        loss: rmse,
        optimizer: adam({ lr: 0.1 }),
        backend: backend(),
      });
    const t = await plain();
    const resident = await t.resident(data);
    const error = await failure(resident.train(Uint32Array.of(0, 1, 2, 3), 1));
    expect(error.message).toMatch(/step 3 /);
    expect(t.stepCount).toBe(2);
    const single = await plain();
    await single.step(tensor([[1]]), tensor([[2]]));
    await single.step(tensor([[2]]), tensor([[1]]));
    expect(await t.state()).toEqual(await single.state());
    expect(await resident.train(Uint32Array.of(3), 1)).toEqual([await single.step(tensor([[3]]), tensor([[1]]))]);
  });

  test('fit ends with the error and leaves the last good parameters', async () => {
    const t = await make(backend(), { parameters: zeroWeights });
    const batches = [
      { x, y: zeros([2, 1]) },
      { x, y: tensor([[1], [2]]) },
    ];
    const train = { length: 2, batchSize: 2, epoch: () => batches };
    await failure(fit(t, { train, epochs: 1, log: null }));
    expect(await t.parameters()).toEqual(zeroWeights);
  });

  test('a division of nothing by nothing in the optimizer is no matter of its learning rate', async () => {
    const optimizer = adam({ lr: 0.1, eps: 0 });
    const t = await make(backend(), { optimizer, loss: mse(), parameters: zeroWeights });
    const error = await failure(t.step(x, zeros([2, 1])));
    expect(error.message).toMatch(/the gradient of this number is 0.*an eps above 0/);
    expect(error.message).not.toContain('try lr');
  });

  test.each([1e39, 1e38])('a learning rate of %s is blamed by its number', async (lr) => {
    const t = await make(backend(), { optimizer: sgd({ lr }), loss: mse() });
    const before = await t.parameters();
    const error = await failure(t.step(tensor([[100, 200]]), tensor([[100]])));
    expect(error.message).toMatch(/step 1 /);
    expect(error.message).toMatch(/parameter \d\.(weight|bias)/);
    expect(error.message).toContain(`learning rate ${lr}`);
    expect(error.message).toContain('try lr 0.1 instead');
    expect(await t.parameters()).toEqual(before);
  });

  test('a slot of the optimizer that overflows is named, though the parameters stay finite', async () => {
    const steep: Loss = { label: 'steep', apply: (output, target) => mul(mse().apply(output, target), 1e25) };
    const t = await make(backend(), { optimizer: adam({ lr: 0.01 }), loss: steep });
    const error = await failure(t.step(x, tensor([[1], [2]])));
    expect(error.message).toMatch(/the optimizer's v of it is Infinity/);
    expect(error.message).toMatch(/squared/);
  });

  test('running statistics are looked at, too', async () => {
    const net = sequential(batchNorm2d(1), flatten());
    const t = await createTrainer({ model: net, loss: mse(), optimizer: sgd({ lr: 0.1 }), backend: backend() });
    const before = await t.parameters();
    // The squares overflow in the variance; the output divides by it and is 0.
    const large = ndarray('float32', [2, 1, 1, 1], Float32Array.of(3e19, -3e19));
    const error = await failure(t.step(large, zeros([2, 1])));
    expect(error.message).toMatch(/layer 0 batchNorm2d\(1\), parameter 0\.running_var/);
    expect(await t.parameters()).toEqual(before);
  });

  test('numbers that are large but finite are no error, though their sum overflows', async () => {
    const parameters = { weight: ndarray('float32', [1, 4], new Float32Array(4).fill(2e38)) };
    const t = await createTrainer({
      ...{ model: linear(4, 1, { bias: false }), loss: mse(), optimizer: sgd({ lr: 0.1 }), backend: backend() },
      parameters,
    });
    const data = { x: tensor([[0, 0, 0, 0]]), y: tensor([[1]]) };
    expect((await t.step(data.x, data.y)).loss).toBe(1);
    await (await t.resident(data)).train(Uint32Array.of(0, 0, 0), 1);
    expect(t.stepCount).toBe(4);
    expect(await t.parameters()).toEqual(parameters);
  });

  test('metrics, one of which is NaN, come beside the loss as they are, of one step and of several', async () => {
    const metrics: readonly Metric[] = [
      { name: 'first', apply: (y) => mean(y) },
      { name: 'nothing by nothing', apply: (y) => div(mul(mean(y), 0), 0) },
      { name: 'doubled', apply: (y) => mul(mean(y), 2) },
    ];
    // Of the large network there are more than 2,048 sums, which are added up before they are read.
    for (const [width, blocks] of [
      [3, 1],
      [250, 4],
    ] as const) {
      const deep = Array.from({ length: blocks }, () => [linear(1, width), linear(width, 1)]).flat();
      const make = (): Promise<Trainer> =>
        createTrainer({
          ...{ model: sequential(...deep), loss: mse(), optimizer: adam(), metrics, seed: 4 },
          backend: backend(),
        });
      const data = { x: tensor([[1], [2], [3]]), y: tensor([[2], [1], [0]]) };
      const [single, several] = [await make(), await make()];
      const rows = [0, 1, 2].map((i) => [tensor([[i + 1]]), tensor([[2 - i]])] as const);
      const results: Metrics[] = [];
      for (const [a, b] of rows) {
        const [y] = (await single.predict(a)).data;
        const result = await single.step(a, b);
        results.push(result);
        expect(result.loss).toBeCloseTo(((y as number) - (b.data[0] as number)) ** 2, 5);
        expect(result['first']).toBeCloseTo(y as number, 5);
        expect(result['nothing by nothing']).toBeNaN();
        expect(result['doubled']).toBe(2 * (result['first'] as number));
      }
      expect(await (await several.resident(data)).train(Uint32Array.of(0, 1, 2), 1)).toEqual(results);
      expect(await several.state()).toEqual(await single.state());
    }
  });

  test('accumulated gradients are looked at in each step', async () => {
    const t = await make(backend(), { optimizer: accumulate(2, sgd({ lr: 0.1 })), parameters: zeroWeights });
    await t.step(x, tensor([[1], [2]]));
    expect((await failure(t.step(x, zeros([2, 1])))).message).toMatch(/step 2 /);
    expect(await t.parameters()).toEqual(zeroWeights);
    await t.step(x, tensor([[1], [2]]));
    expect(t.stepCount).toBe(2);
  });

  test('a loss that is not finite keeps the parameters, with several steps in one run', async () => {
    const t = await make(backend(), { loss: mse() });
    const rows = {
      x: tensor([
        [1, 1],
        [2, 2],
        [Number.NaN, 1],
      ]),
      y: tensor([[1], [1], [1]]),
    };
    const error = await failure((await t.resident(rows)).train(Uint32Array.of(0, 1, 2), 1));
    expect(error.message).toMatch(/the loss became NaN at step 3/);
    expect(error.message).toMatch(/the input x/);
    expect(t.stepCount).toBe(2);
  });
});

describe('numbers that are not finite from the start', () => {
  const bad: Parameters = { ...zeroWeights, '0.bias': ndarray('float32', [3], Float32Array.of(0, Number.NaN, 0)) };

  test('are refused as parameters of a trainer or a predictor, by name', async () => {
    expect((await failure(make(referenceBackend(), { parameters: bad }))).message).toMatch(
      /0\.bias.*\n.*NaN, element 1 of 3/,
    );
    await failure(createPredictor({ model, parameters: bad, sample: { shape: [2] }, backend: referenceBackend() }));
  });

  test('are refused in a saved state, in parameters and slots, and change nothing', async () => {
    const t = await make(referenceBackend(), { parameters: zeroWeights });
    const saved = await t.state();
    await failure(t.load({ ...saved, parameters: bad }));
    const slots = { ...saved.slots, 'momentum/0.bias': ndarray('float32', [3], Float32Array.of(0, 1 / 0, 0)) };
    expect((await failure(t.load({ ...saved, slots }))).message).toMatch(/momentum\/0\.bias/);
    expect(await t.state()).toEqual(saved);
  });
});

test('an error in the first step does not blame the learning rate', async () => {
  const t = await make(referenceBackend(), { loss: mse() });
  const error = await failure(t.step(tensor([[1e30, 1e30]]), tensor([[1]])));
  expect(error.message).toMatch(/no update was made yet/);
  expect(error.message).not.toMatch(/try lr/);
});
