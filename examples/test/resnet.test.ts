import { expect, test } from 'vitest';
import { resnet } from '../resnet/example.ts';
import { expectOneCurve } from './curves.ts';

test('resnet has one curve on two engines, and its file the answers of the network', async () => {
  const { curve, numbers } = await expectOneCurve(resnet);
  expect(curve).toHaveLength(3);
  expect(numbers['test_accuracy_of_file']).toBeCloseTo(numbers['test_accuracy'] as number, 6);
  expect(numbers['largest_difference_of_file']).toBeLessThan(1e-4);
});
