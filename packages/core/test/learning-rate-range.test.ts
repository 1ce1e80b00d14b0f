import {
  adam,
  type BatchSource,
  createTrainer,
  drawLearningRates,
  initParameters,
  type LearningRateRangeOptions,
  type Loss,
  learningRateRange,
  linear,
  mse,
  NumericError,
  type RangeStep,
  sgd,
  tensor,
  ValueError,
} from '@descent/core';
import { mean, mul } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { expect, test } from 'vitest';

const x = tensor([[1], [2], [-1], [0.5]]);
const y = tensor([[2], [4], [-2], [1]]);
const source = (batches: readonly { x: typeof x; y: typeof y }[]): BatchSource => ({
  length: batches.length,
  batchSize: 4,
  epoch: () => batches,
});
const train = source([{ x, y }]);
const model = linear(1, 1);
const options = (change: Partial<LearningRateRangeOptions> = {}): LearningRateRangeOptions => ({
  model,
  loss: mse(),
  optimizer: sgd({ lr: 0.1 }),
  backend: referenceBackend(),
  train,
  ...change,
});

test('rates are of one ratio, and each has the loss that its update led to', async () => {
  const parameters = initParameters(model, 3);
  const steps: RangeStep[] = [];
  const range = await learningRateRange(
    options({ parameters, from: 1e-3, to: 0.1, steps: 11, onStep: (step) => steps.push(step) }),
  );
  expect(range.rates).toHaveLength(11);
  for (const [i, rate] of range.rates.entries()) expect(rate).toBeCloseTo(1e-3 * 10 ** (i / 5), 9);
  expect(range.diverged).toBeNull();
  expect(steps.map(({ step }) => step)).toEqual(range.rates.map((_, i) => i + 1));
  // The same updates by hand.
  const rates = range.rates;
  const trainer = await createTrainer({
    model,
    loss: mse(),
    optimizer: sgd({ lr: (step) => rates[step - 1] ?? 0 }),
    backend: referenceBackend(),
    parameters,
  });
  await trainer.step(x, y);
  for (const loss of range.losses) expect((await trainer.step(x, y)).loss).toBeCloseTo(loss, 6);
  trainer.dispose();
});

test('the suggestion is where the loss falls, below where it explodes; the parameters stay as they are', async () => {
  const parameters = initParameters(model, 3);
  const before = structuredClone(parameters);
  const range = await learningRateRange(options({ parameters }));
  expect(parameters).toEqual(before);
  expect(range.suggestion).toBeGreaterThan(1e-3);
  // Of this least-squares problem, gradient descent explodes from a rate of about 1 / (3.1 / 2) on.
  expect(range.suggestion).toBeLessThan(0.6);
  expect(range.diverged).toBeGreaterThan(0.6);
  expect(range.losses).toHaveLength(range.rates.length);
  expect(range.smoothed).toHaveLength(range.rates.length);
});

test('of a loss that falls nowhere there is no suggestion', async () => {
  const range = await learningRateRange(options({ from: 1e-9, to: 1e-8, steps: 12, optimizer: adam() }));
  expect(range.suggestion).toBeNull();
});

test('numbers that are not finite end it once a rate is to blame, and are an error before', async () => {
  const range = await learningRateRange(options({ from: 1e-3, to: 1e38, steps: 40 }));
  expect(range.diverged).not.toBeNull();
  expect(range.losses.every(Number.isFinite)).toBe(true);
  const broken = source([{ x: tensor([[Number.NaN], [1], [2], [3]]), y }]);
  await expect(learningRateRange(options({ train: broken }))).rejects.toThrow(NumericError);
});

test('the last rate is the last one tried', async () => {
  const slope: Loss = { label: 'slope', apply: (output) => mul(mean(output), 1e-18) };
  // Ten times the last would be infinite in float32.
  const range = await learningRateRange(options({ loss: slope, from: 1e29, to: 1e38, steps: 10 }));
  expect(range.diverged).toBeNull();
  expect(range.rates).toHaveLength(10);
  expect(range.rates.at(-1)).toBeCloseTo(1e38, -33);
});

test('it ends when asked to, with what it has', async () => {
  const signal = { aborted: false };
  const range = await learningRateRange(
    options({
      signal,
      onStep: ({ step }) => {
        signal.aborted = step === 5;
      },
    }),
  );
  expect(range.rates).toHaveLength(4);
});

test.each([
  [{ from: 0 }, /from/],
  [{ to: Number.NaN }, /to/],
  [{ from: 1, to: 0.1 }, /from < to/],
  [{ steps: 9 }, /steps/],
  [{ train: source([]) }, /no batches in epoch 0/],
  [{ train: [{ x, y }] as never }, /source of batches/],
  [{ step: 10 } as never, /step/],
])('%o is refused', async (change, message) => {
  await expect(learningRateRange(options(change))).rejects.toThrow(ValueError);
  await expect(learningRateRange(options(change))).rejects.toThrow(message);
});

test('the picture is an SVG that marks the suggestion; what is no range test is refused', async () => {
  const range = await learningRateRange(options());
  const svg = drawLearningRates(range, { width: 300 });
  expect(svg).toMatch(/^<svg .*<\/svg>$/);
  expect(svg).toContain('stroke-dasharray');
  expect(svg).not.toContain('NaN');
  expect(drawLearningRates({ ...range, suggestion: null })).not.toContain('stroke-dasharray');
  for (const wrong of [undefined, {}, { ...range, rates: [1], smoothed: [1] }, { ...range, smoothed: [1, 2] }])
    expect(() => drawLearningRates(wrong as never)).toThrow(ValueError);
});
