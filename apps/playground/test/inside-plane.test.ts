import { expect, test } from 'vitest';
import { boundsOf, gridOf, planePixels } from '../src/views/inside/boundary/plane.ts';

test('the grid has its points where their pixels are: from left to right, from above to below', () => {
  expect([...gridOf({ x: [0, 4], y: [-1, 1] }, 2)]).toEqual([1, 0.5, 3, 0.5, 1, -0.5, 3, -0.5]);
});

test('the plane holds all points with some room, also where there is only one', () => {
  expect(
    boundsOf([
      [0, 10],
      [100, 20, 50, 15],
    ]),
  ).toEqual({ x: [-12, 112], y: [8.8, 21.2] });
  expect(boundsOf([[3, 4]])).toEqual({ x: [2, 4], y: [3, 5] });
  expect(boundsOf([])).toEqual({ x: [-1, 1], y: [-1, 1] });
});

test('a pixel has the colour of the likeliest class, and none where all are as likely', () => {
  const pixels = planePixels(
    [1, 0, 0.5, 0.5, 0.25, 0.75, Number.NaN, Number.NaN],
    [
      [200, 0, 0],
      [0, 100, 0],
    ],
    [0, 0, 0],
  );
  expect([...pixels]).toEqual([110, 0, 0, 255, 0, 0, 0, 255, 0, 28, 0, 255, 0, 0, 0, 0]);
});
