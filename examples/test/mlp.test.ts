import { expect, test } from 'vitest';
import { mlp } from '../mlp/example.ts';
import { expectOneCurve } from './curves.ts';

test('mlp has one curve on two engines, and its file the numbers of the network', async () => {
  const { numbers } = await expectOneCurve(mlp);
  expect(numbers['test_accuracy']).toBeGreaterThan(0.15);
  expect(numbers['largest_difference_of_file']).toBeLessThan(1e-4);
});
