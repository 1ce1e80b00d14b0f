import { expect, test } from 'vitest';
import { multiInput } from '../multi-input/example.ts';
import { expectOneCurve } from './curves.ts';

test('multi-input has one curve on two engines, and its file the numbers of the network', async () => {
  const { curve, numbers } = await expectOneCurve(multiInput);
  expect(curve[1]).toBeLessThan(curve[0] as number);
  expect(numbers['test_accuracy_with_both']).toBeGreaterThan(0);
  expect(numbers['largest_difference_of_file']).toBeLessThan(1e-4);
});
