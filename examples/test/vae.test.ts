import { expect, test } from 'vitest';
import { vae } from '../vae/example.ts';
import { expectOneCurve } from './curves.ts';

test('vae has one curve on two engines, with the same noise, and its file the numbers of the decoder', async () => {
  const { curve, numbers } = await expectOneCurve(vae);
  // 784 pixels of one half each would be 543 nats.
  expect(curve[0]).toBeLessThan(543);
  expect(curve.at(-1)).toBeLessThan(350);
  expect(numbers['train_elbo']).toBe(-(curve.at(-1) as number));
  expect(numbers['test_divergence']).toBeGreaterThan(1);
  expect(numbers['largest_difference_of_file']).toBeLessThan(1e-4);
});
