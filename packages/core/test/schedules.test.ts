import { cosine, createTrainer, linear, mse, sgd, stepDecay, tensor } from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { expect, test } from 'vitest';

test('cosine falls from lr to min, after a linear warm-up', () => {
  const plain = cosine({ lr: 1, steps: 4, min: 0.2 });
  const expected = [0, 1, 2, 3, 4, 5].map((done) => 0.2 + 0.4 * (1 + Math.cos((Math.PI * Math.min(done, 4)) / 4)));
  for (const [i, v] of expected.entries()) expect(plain(i + 1)).toBeCloseTo(v, 12);
  const warm = cosine({ lr: 1, steps: 10, warmup: 4 });
  expect([1, 2, 3, 4, 5].map(warm)).toEqual([0.25, 0.5, 0.75, 1, 1]);
  expect(() => cosine({ lr: 1, steps: 0 })).toThrow(/cosine\.steps/);
});

test('stepDecay multiplies by gamma every so many steps', () => {
  const f = stepDecay({ lr: 1, every: 2, gamma: 0.5 });
  expect([1, 2, 3, 4, 5].map(f)).toEqual([1, 1, 0.5, 0.5, 0.25]);
});

test('the trainer asks for the rate of each step, and refuses one that is not finite', async () => {
  const asked: number[] = [];
  const lr = (step: number): number => {
    asked.push(step);
    return step < 4 ? 0.1 : Number.NaN;
  };
  const trainer = await createTrainer({
    model: linear(1, 1),
    loss: mse(),
    optimizer: sgd({ lr }),
    backend: referenceBackend(),
  });
  const [x, y] = [tensor([[1]]), tensor([[2]])];
  for (let i = 0; i < 3; i++) await trainer.step(x, y);
  expect([...new Set(asked)]).toEqual([1, 2, 3]);
  await expect(trainer.step(x, y)).rejects.toThrow(/sgd\.lr.*step 4|step 4/s);
});
