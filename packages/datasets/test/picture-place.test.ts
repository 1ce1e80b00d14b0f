import type { ImagePreprocessing } from '@descent/core';
import { boxesInPicture, centerCrop, loadImage, pad, picturePlace, prepareImage, resize } from '@descent/datasets';
import { expect, test } from 'vitest';
import { pngBytes } from '../src/image/write-png.ts';

type Box = readonly [number, number, number, number];

/** A picture with a white rectangle on black. */
function picture(width: number, height: number, [left, top, right, bottom]: Box): Promise<Uint8Array> {
  const data = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x >= left && x < right && y >= top && y < bottom ? 255 : 0;
  });
  return pngBytes({ dtype: 'uint8', shape: [1, height, width], data });
}

/** Where it is in a sample: pixels that are partly in it count by their brightness. */
function seen({ shape, data }: { readonly shape: readonly number[]; readonly data: ArrayLike<number> }): Box {
  const [, height = 0, width = 0] = shape;
  const across = Array.from({ length: width }, (_, x) =>
    Math.max(...Array.from({ length: height }, (__, y) => (data[y * width + x] as number) / 255)),
  );
  const down = Array.from({ length: height }, (_, y) =>
    Math.max(...Array.from({ length: width }, (__, x) => (data[y * width + x] as number) / 255)),
  );
  const ends = (levels: readonly number[]): readonly [number, number] => {
    const middle = levels.reduce((sum, v, i) => sum + v * (i + 0.5), 0) / levels.reduce((sum, v) => sum + v, 0);
    const span = levels.reduce((sum, v) => sum + v, 0);
    return [middle - span / 2, middle + span / 2];
  };
  const [[left, right], [top, bottom]] = [ends(across), ends(down)];
  return [left, top, right, bottom];
}

const CASES: readonly (readonly [width: number, height: number, box: Box, Partial<ImagePreprocessing>])[] = [
  [64, 64, [10, 20, 40, 50], {}],
  [200, 100, [40, 20, 140, 80], {}],
  [90, 301, [30, 60, 60, 240], {}],
  [20, 10, [4, 2, 14, 8], {}],
  [200, 100, [40, 20, 140, 80], { fit: 'fill' }],
  [33, 77, [8, 20, 25, 60], { fit: 'fill' }],
  [200, 100, [60, 30, 130, 70], { transforms: [centerCrop(48)] }],
  [100, 160, [30, 50, 70, 110], { transforms: [pad([3, 9, 5, 1]), resize([40, 90])] }],
  [64, 48, [20, 10, 50, 40], { transforms: [resize(32), centerCrop([28, 24])], fit: 'fill' }],
];

test.each(CASES)('a box in a picture of %d × %d is found again: %j, %j', async (width, height, box, how) => {
  const bytes = await picture(width, height, box);
  const preprocessing: ImagePreprocessing = { width: 64, height: 64, channels: 1, ...how };
  const prepared = await prepareImage(bytes, preprocessing);
  const place = await picturePlace(bytes, preprocessing, prepared);
  expect(place.size).toEqual({ width, height });
  const found = boxesInPicture(seen(prepared.x), place);
  // Edges are blurred by a pixel of the sample.
  const pixel = Math.max(width, height) / 28;
  for (const [i, side] of box.entries()) expect(Math.abs((found[i] as number) - side)).toBeLessThan(pixel / 2);
});

test('of a drawing that was cut out as MNIST did, too; what reaches beyond the picture is cut', async () => {
  const box: Box = [50, 30, 90, 110];
  const bytes = await picture(160, 120, box);
  const preprocessing: ImagePreprocessing = { width: 28, height: 28, channels: 1, fit: 'mnist' };
  const prepared = await prepareImage(bytes, preprocessing);
  expect(prepared.x.data).toEqual((await loadImage(bytes, { fit: 'mnist', invert: false })).data);
  const place = await picturePlace(bytes, preprocessing, prepared);
  const found = boxesInPicture(seen(prepared.x), place);
  for (const [i, side] of box.entries()) expect(Math.abs((found[i] as number) - side)).toBeLessThan(2);
  expect(Array.from(boxesInPicture([-500, -500, 500, 500], place))).toEqual([0, 0, 160, 120]);
});
