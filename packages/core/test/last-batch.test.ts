import { describe, expect, test } from 'vitest';
import {
  accuracy,
  type Batch,
  type BatchSource,
  batchNorm2d,
  createTrainer,
  crossEntropy,
  fit,
  flatten,
  linear,
  type NDArray,
  ndarray,
  sequential,
  sgd,
} from '../src/public/index.ts';
import { values } from '../src/public/testing.ts';
import { backend } from './_reference.ts';

const COUNT = 5;
const data: Batch = { x: values([COUNT, 2, 1, 1], 1), y: ndarray('int32', [COUNT], Int32Array.of(0, 1, 2, 1, 0)) };
const rows = ({ x, y }: Batch, from: number, to: number): Batch => {
  const cut = (a: NDArray): NDArray => {
    const size = a.data.length / COUNT;
    return { ...a, shape: [to - from, ...a.shape.slice(1)], data: a.data.slice(from * size, to * size) } as NDArray;
  };
  return { x: cut(x), y: cut(y) };
};

function source(
  batchSize: number,
  { resident, dropLast = false }: { resident: boolean; dropLast?: boolean },
): BatchSource {
  const length = dropLast ? Math.floor(COUNT / batchSize) : Math.ceil(COUNT / batchSize);
  const count = Math.min(COUNT, length * batchSize);
  const batches = Array.from({ length }, (_, i) => rows(data, i * batchSize, Math.min(count, (i + 1) * batchSize)));
  return {
    length,
    batchSize,
    epoch: () => batches,
    indices: () => Uint32Array.from({ length: count }, (_, i) => i),
    ...(resident && { dataset: data }),
  };
}

const make = () =>
  createTrainer({
    model: sequential(batchNorm2d(2), flatten(), linear(2, 3)),
    loss: crossEntropy(),
    optimizer: sgd({ lr: 0.1 }),
    metrics: [accuracy()],
    backend,
  });

describe('batch normalization of one sample of one pixel', () => {
  test.each([true, false])('is refused before training, with what to do (resident: %s)', async (resident) => {
    const t = await make();
    await expect(fit(t, { train: source(2, { resident }), epochs: 1, log: null })).rejects.toThrow(
      /the last batch of an epoch, of 1 sample › 0 batchNorm2d\(2\): .*\n(.*\n)*.*dropLast: true/,
    );
    expect(t.stepCount).toBe(0);
  });

  test.each([true, false])('trains with dropLast, and is evaluated (resident: %s)', async (resident) => {
    const t = await make();
    const train = source(2, { resident, dropLast: true });
    const { history } = await fit(t, { train, test: source(2, { resident }), epochs: 2, log: null });
    expect(t.stepCount).toBe(4);
    // As in one batch: evaluation looks at no other sample.
    const whole = await t.evaluate([data]);
    expect(history[1]?.test?.loss).toBeCloseTo(whole.loss, 6);
    expect(history[1]?.test?.['accuracy']).toBeCloseTo(whole['accuracy'] as number, 6);
  });

  test('a batch of a size that fits is no matter', async () => {
    const t = await make();
    await fit(t, { train: source(3, { resident: true }), epochs: 1, log: null });
    expect(t.stepCount).toBe(2);
  });

  test('check says what a step would, without making one', async () => {
    const t = await make();
    const y = { dtype: 'int32', shape: [1] } as const;
    expect(() => t.check({ x: { dtype: 'float32', shape: [1, 2, 1, 1] }, y })).toThrow(/one pixel/);
    expect(() => t.check({ x: { dtype: 'float32', shape: [1, 4, 1, 1] }, y })).toThrow(/batchNorm2d\(4\)/);
    t.check({ x: { dtype: 'float32', shape: [2, 2, 1, 1] }, y: { ...y, shape: [2] } });
  });
});
