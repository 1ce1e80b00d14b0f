import { tensor } from '@descent/core';
import { expect, test } from 'vitest';
import { siamese } from '../siamese/example.ts';
import { nearestAccuracy } from '../siamese/neighbours.ts';
import { expectOneCurve } from './curves.ts';

test('siamese has one curve on two engines, and its file the numbers of the encoder', async () => {
  const { curve, numbers } = await expectOneCurve(siamese);
  expect(curve.at(-1)).toBeLessThan(curve[0] as number);
  expect(numbers['test_accuracy_of_5_neighbours']).toBeGreaterThan(0.5);
  expect(numbers['largest_difference_of_file']).toBeLessThan(1e-4);
});

test('neighbours vote, and a tie is for the nearer', () => {
  const known = { points: tensor([[0], [1], [2.1], [10]]), labels: tensor([7, 7, 3, 3], 'int32') };
  const asked = { points: tensor([[0.4], [2], [9], [1.6]]), labels: tensor([7, 3, 3, 7], 'int32') };
  // Nearest two of each: 0 and 1; 2.1 and 1; 10 and 2.1; 2.1 and 1, of which 2.1 is nearer.
  expect(nearestAccuracy(known, asked, 2)).toBe(3 / 4);
  // Nearest three of each: 0, 1, 2.1; 2.1, 1, 0; 10, 2.1, 1; 2.1, 1, 0.
  expect(nearestAccuracy(known, asked, 3)).toBe(3 / 4);
});
