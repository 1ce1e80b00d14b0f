import { expect, test } from 'vitest';
import { tabular } from '../tabular/example.ts';
import { expectOneCurve } from './curves.ts';

test('tabular has one curve on two engines, and its files prepare raw rows as training did', async () => {
  const { numbers } = await expectOneCurve(tabular);
  expect(numbers['species_test_accuracy']).toBeGreaterThan(0.6);
  expect(numbers['mass_test_rmse_g']).toBeLessThan(800);
  expect(numbers['species_largest_difference_of_file']).toBeLessThan(1e-4);
  expect(numbers['mass_largest_difference_of_file']).toBeLessThan(1e-4);
});
