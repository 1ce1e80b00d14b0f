import {
  accumulate,
  adam,
  averaged,
  averagedParameters,
  batchNorm2d,
  chain,
  clipByGlobalNorm,
  createTrainer,
  crossEntropy,
  flatten,
  type GradientTransform,
  type Layer,
  linear,
  momentum,
  mse,
  type NDArray,
  type Node,
  ndarray,
  type Optimizer,
  type Parameters,
  scaleByAdam,
  sequential,
  sgd,
  tensor,
  weightedSum,
} from '@descent/core';
import { mean } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';

const model = sequential(linear(3, 4), linear(4, 2));

function data(count: number, seed = 0) {
  const at = (i: number): number => Math.sin(i * 12.9898 + seed);
  return {
    x: ndarray(
      'float32',
      [count, 3],
      Float32Array.from({ length: count * 3 }, (_, i) => at(i)),
    ),
    y: ndarray(
      'float32',
      [count, 2],
      Float32Array.from({ length: count * 2 }, (_, i) => at(i + 100)),
    ),
  };
}

const make = (optimizer: Optimizer, options: { freeze?: RegExp; model?: Layer } = {}) =>
  createTrainer({ model, loss: mse(), optimizer, backend: referenceBackend(), seed: 3, ...options });

function expectClose(a: Parameters, b: Parameters, digits = 5): void {
  expect(Object.keys(a)).toEqual(Object.keys(b));
  for (const [name, { data }] of Object.entries(a)) {
    for (const [i, v] of data.entries()) expect(v, `${name}[${i}]`).toBeCloseTo(b[name]?.data[i] as number, digits);
  }
}

function half({ x, y }: { x: NDArray; y: NDArray }, which: 0 | 1) {
  const cut = (a: NDArray): NDArray => {
    const n = a.data.length / 2;
    return {
      ...a,
      shape: [(a.shape[0] as number) / 2, ...a.shape.slice(1)],
      data: a.data.slice(which * n, (which + 1) * n),
    } as NDArray;
  };
  return { x: cut(x), y: cut(y) };
}

describe('accumulate', () => {
  test.each([
    ['sgd with momentum', () => sgd({ lr: 0.1, momentum: 0.9, weightDecay: 0.01 })],
    ['adam with a schedule', () => adam({ lr: (step) => 0.1 / step })],
  ])('%s over two halves equals one whole batch', async (_, optimizer) => {
    const whole = await make(optimizer());
    const halves = await make(accumulate(2, optimizer()));
    for (let i = 0; i < 3; i++) {
      const batch = data(8, i);
      await whole.step(batch.x, batch.y);
      const before = await halves.parameters();
      await halves.step(half(batch, 0).x, half(batch, 0).y);
      expect(await halves.parameters()).toEqual(before);
      await halves.step(half(batch, 1).x, half(batch, 1).y);
    }
    expectClose(await halves.parameters(), await whole.parameters());
  });

  test('refuses half a step', () => {
    expect(() => accumulate(1.5, sgd({ lr: 0.1 }))).toThrow(/steps/);
  });
});

test('averaged keeps the mean of the parameters, weighted towards the last ones, and changes nothing else', async () => {
  const plain = await make(sgd({ lr: 0.1 }));
  const averaging = await make(averaged(0.5, sgd({ lr: 0.1 })));
  const seen: Parameters[] = [];
  for (let i = 0; i < 3; i++) {
    const { x, y } = data(4, i);
    await plain.step(x, y);
    await averaging.step(x, y);
    seen.push(await plain.parameters());
  }
  expectClose(await averaging.parameters(), seen[2] as Parameters, 7);
  const weights = [0.125, 0.25, 0.5].map((w) => w / 0.875);
  const average = averagedParameters(await averaging.state());
  const name = '0.weight';
  for (const [i, v] of (average[name] as NDArray).data.entries()) {
    const expected = seen.reduce((sum, p, k) => sum + (weights[k] as number) * (p[name]?.data[i] as number), 0);
    expect(v).toBeCloseTo(expected, 6);
  }
});

test('averaged counts updates, not the steps that accumulate makes of them', async () => {
  const averaging = await make(accumulate(2, averaged(0.5, sgd({ lr: 0.1 }))));
  const plain = await make(sgd({ lr: 0.1 }));
  expect(() => averagedParameters({ slots: {} })).toThrow(/no average/);
  const seen: Parameters[] = [];
  for (let i = 0; i < 3; i++) {
    const batch = data(8, i);
    await averaging.step(half(batch, 0).x, half(batch, 0).y);
    if (i === 0) {
      const state = await averaging.state();
      expect(() => averagedParameters(state)).toThrow(/before its first update/);
    }
    await averaging.step(half(batch, 1).x, half(batch, 1).y);
    await plain.step(batch.x, batch.y);
    seen.push(await plain.parameters());
  }
  const weights = [0.125, 0.25, 0.5].map((w) => w / 0.875);
  const average = averagedParameters(await averaging.state());
  for (const [i, v] of (average['0.weight'] as NDArray).data.entries()) {
    const expected = seen.reduce((sum, p, k) => sum + (weights[k] as number) * (p['0.weight']?.data[i] as number), 0);
    expect(v).toBeCloseTo(expected, 6);
  }
});

describe('chain', () => {
  const one = linear(1, 1, { bias: false });
  /** One parameter whose gradient is always 1. */
  const steady = { label: 'steady', apply: (output: Node) => mean(output) };
  const numbersOf = async (transform: GradientTransform, steps: number): Promise<readonly number[]> => {
    const t = await createTrainer({
      ...{ model: one, loss: steady, optimizer: { label: 'chain', lr: 1, transform }, backend: referenceBackend() },
      parameters: { weight: tensor([[0]]) },
    });
    const numbers: number[] = [];
    for (let i = 0; i < steps; i++) {
      await t.step(tensor([[1]]), tensor([[0]]));
      numbers.push((await t.parameters())['weight']?.data[0] as number);
    }
    return numbers;
  };

  test('gives each transform slots of its own, and one keeps its name', () => {
    expect(chain(momentum(0.9)).slots).toEqual(['momentum']);
    expect(chain(momentum(0.9), momentum(0.5), momentum(0.1)).slots).toEqual(['momentum', 'momentum_2', 'momentum_3']);
    const nested = chain(chain(momentum(0.9), momentum(0.5)), momentum(0.1), chain(momentum(0.2)));
    expect(nested.slots).toEqual(['momentum', 'momentum_2', 'momentum_3', 'momentum_4']);
  });

  test('two momenta compute what two momenta are', async () => {
    let [w, a, b] = [0, 0, 0];
    const expected = Array.from({ length: 4 }, () => {
      a = 0.9 * a + 1;
      b = 0.5 * b + a;
      w -= b;
      return w;
    });
    const numbers = await numbersOf(chain(momentum(0.9), momentum(0.5)), 4);
    for (const [i, v] of expected.entries()) expect(numbers[i]).toBeCloseTo(v, 4);
  });

  test('two Adam moments have bias corrections of their own', async () => {
    let [w, t] = [0, 0];
    const stage = (beta1: number, beta2: number) => {
      let [m, v] = [0, 0];
      return (g: number): number => {
        m = beta1 * m + (1 - beta1) * g;
        v = beta2 * v + (1 - beta2) * g * g;
        return m / (1 - beta1 ** t) / (Math.sqrt(v / (1 - beta2 ** t)) + 1e-8);
      };
    };
    const [first, second] = [stage(0.9, 0.999), stage(0.5, 0.6)];
    const expected = Array.from({ length: 4 }, () => {
      t++;
      w -= second(first(1));
      return w;
    });
    const both = chain(
      scaleByAdam({ beta1: 0.9, beta2: 0.999, eps: 1e-8 }),
      scaleByAdam({ beta1: 0.5, beta2: 0.6, eps: 1e-8 }),
    );
    const numbers = await numbersOf(both, 4);
    for (const [i, v] of expected.entries()) expect(numbers[i]).toBeCloseTo(v, 4);
  });

  test('accumulate in accumulate makes one update of all their batches', async () => {
    const nested = await make(accumulate(2, accumulate(2, sgd({ lr: 0.1, momentum: 0.9 }))));
    const flat = await make(accumulate(4, sgd({ lr: 0.1, momentum: 0.9 })));
    for (let i = 0; i < 8; i++) {
      const { x, y } = data(2 + (i % 3), i);
      await nested.step(x, y);
      await flat.step(x, y);
    }
    expectClose(await nested.parameters(), await flat.parameters());
    const names = Object.keys((await nested.state()).slots);
    expect(names).toEqual(
      expect.arrayContaining(['accumulated/0.weight', 'accumulated_2/0.weight', 'momentum/0.weight']),
    );
    expect(names).toEqual(expect.arrayContaining(['accumulatedWeight', 'accumulatedWeight_2']));
  });
});

test('clipByGlobalNorm bounds the norm of all gradients together and leaves small ones alone', async () => {
  const lr = 1;
  const { x, y } = data(4);
  const stepOf = async (maxNorm: number): Promise<number> => {
    const clipped: Optimizer = { label: 'clipped', lr, transform: chain(clipByGlobalNorm(maxNorm)) };
    const t = await make(clipped);
    const before = await t.parameters();
    await t.step(x, y);
    const after = await t.parameters();
    let squares = 0;
    for (const [name, { data }] of Object.entries(before)) {
      for (const [i, v] of data.entries()) squares += (v - (after[name]?.data[i] as number)) ** 2;
    }
    return Math.sqrt(squares);
  };
  const free = await stepOf(1e9);
  expect(free).toBeGreaterThan(0.1);
  expect(await stepOf(free / 10)).toBeCloseTo(free / 10, 4);
  expect(await stepOf(free * 2)).toBeCloseTo(free, 5);
});

test('frozen parameters stay as they are and have no slots', async () => {
  const t = await make(sgd({ lr: 0.1, momentum: 0.9 }), { freeze: /^0\./ });
  const before = await t.parameters();
  const { x, y } = data(4);
  await t.step(x, y);
  const { parameters, slots } = await t.state();
  expect(parameters['0.weight']).toEqual(before['0.weight']);
  expect(parameters['1.weight']).not.toEqual(before['1.weight']);
  expect(Object.keys(slots)).toEqual(['momentum/1.weight', 'momentum/1.bias']);
});

describe('losses', () => {
  const logits = tensor([
    [1, 2, 0.5],
    [0.1, -1, 3],
  ]);
  const labels = tensor([1, 2], 'int32');
  const lossOf = async (loss: ReturnType<typeof crossEntropy>): Promise<number> => {
    const identity: Layer = { label: 'identity', parameters: [], apply: (x) => x };
    const t = await createTrainer({ model: identity, loss, optimizer: sgd({ lr: 0 }), backend: referenceBackend() });
    return (await t.evaluate([{ x: logits, y: labels }])).loss;
  };

  // torch.nn.functional.cross_entropy(logits, labels, weight=…, label_smoothing=…), PyTorch 2.13
  test('cross entropy with class weights and smoothing has PyTorch’s numbers', async () => {
    expect(await lossOf(crossEntropy())).toBeCloseTo(0.2676, 4);
    expect(await lossOf(crossEntropy({ weight: [1, 2, 0.5] }))).toBeCloseTo(0.3856, 4);
    expect(await lossOf(crossEntropy({ labelSmoothing: 0.1 }))).toBeCloseTo(0.4242, 4);
    expect(await lossOf(crossEntropy({ weight: [1, 2, 0.5], labelSmoothing: 0.1 }))).toBeCloseTo(0.5407, 4);
  });

  test('several losses add up', async () => {
    const twice = weightedSum(
      { loss: crossEntropy(), weight: 1.5 },
      { loss: crossEntropy({ labelSmoothing: 0.1 }), weight: 0.5 },
    );
    expect(await lossOf(twice)).toBeCloseTo(
      1.5 * (await lossOf(crossEntropy())) + 0.5 * (await lossOf(crossEntropy({ labelSmoothing: 0.1 }))),
      5,
    );
  });

  test('bad options are refused', async () => {
    expect(() => crossEntropy({ labelSmoothing: 2 })).toThrow(/labelSmoothing/);
    expect(() => crossEntropy({ weight: [1, -1] })).toThrow(/weight/);
    await expect(lossOf(crossEntropy({ weight: [1, 2] }))).rejects.toThrow(/one weight for each of \d+ classes/);
    expect(() => weightedSum()).toThrow(/at least one/);
  });
});

describe('batchNorm2d', () => {
  const net = sequential(batchNorm2d(2), flatten());
  const x = ndarray('float32', [3, 2, 1, 2], Float32Array.of(1, 2, 0, -1, 3, 5, 2, 2, -2, 0, 1, 4));

  test('normalizes by the batch in training, keeps running statistics, and uses them afterwards', async () => {
    const t = await createTrainer({ model: net, loss: mse(), optimizer: sgd({ lr: 0 }), backend: referenceBackend() });
    const target = ndarray('float32', [3, 4], new Float32Array(12));
    // The numbers of torch.nn.BatchNorm2d(2), PyTorch 2.13.
    expect((await t.step(x, target)).loss).toBeCloseTo(0.99999696, 6);
    const p = await t.parameters();
    const expectNumbers = (name: string, expected: readonly number[]): void => {
      for (const [i, v] of expected.entries()) expect(p[name]?.data[i]).toBeCloseTo(v, 6);
    };
    expectNumbers('0.running_mean', [0.15, 0.13333334]);
    expectNumbers('0.running_var', [1.49, 1.20666659]);
    expect((await t.evaluate([{ x, y: target }])).loss).toBeCloseTo(3.91705346, 5);
  });

  test('refuses other channels and a batch of one pixel', async () => {
    const t = await createTrainer({ model: net, loss: mse(), optimizer: sgd({ lr: 0 }), backend: referenceBackend() });
    await expect(t.step(ndarray('float32', [1, 2, 1, 1], new Float32Array(2)), tensor([[0, 0]]))).rejects.toThrow(
      /one pixel/,
    );
    await expect(t.step(ndarray('float32', [1, 3, 1, 1], new Float32Array(3)), tensor([[0, 0]]))).rejects.toThrow(
      /batchNorm2d\(3\)/,
    );
  });
});
