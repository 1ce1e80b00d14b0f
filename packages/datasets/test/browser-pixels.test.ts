import sharp from 'sharp';
import { afterEach, expect, test, vi } from 'vitest';
import { uprightSize } from '../src/browser/pixels.ts';
import { rejection } from './helpers.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

test('a picture of more pixels than the limit is not decoded to learn its size', async () => {
  let kept = new Uint8ClampedArray();
  const context = {
    putImageData: ({ data }: { readonly data: Uint8ClampedArray<ArrayBuffer> }) => {
      kept = data;
    },
    getImageData: () => ({ data: kept }),
  };
  const decode = vi.fn(async () => ({ width: 3, height: 4, close: () => {} }));
  vi.stubGlobal('createImageBitmap', decode);
  vi.stubGlobal('OffscreenCanvas', function canvas() {
    return { getContext: () => context };
  });
  vi.stubGlobal('ImageData', function imageData(data: Uint8ClampedArray) {
    return { data };
  });
  const png = await sharp({ create: { width: 4, height: 3, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const error = await rejection(uprightSize(png, 'a.png', 11));
  expect([error.name, error.message.includes('4 × 3 pixels'), decode.mock.calls.length]).toEqual([
    'DataFileError',
    true,
    0,
  ]);
  expect(await uprightSize(png, 'a.png', 12)).toEqual({ width: 3, height: 4 });
});
