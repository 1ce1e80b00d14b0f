import { DescentError } from '@descent/core';
import { KEPT_SIDE, PICTURE_BYTES, PICTURE_PIXELS } from './limits.ts';

/**
 * A picture of any kind that the browser opens as a PNG file of at most 256 pixels on a side: upright, on white, in sRGB. What is kept, exported and learned from
 * are the same pixels then, here and in Node.
 * @throws DescentError for what is no picture, or a larger one than the page takes.
 */
export async function shrunk(file: Blob): Promise<Blob> {
  if (file.size > PICTURE_BYTES) throw tooLarge(`${file.size} bytes`, `at most ${PICTURE_BYTES} bytes`);
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch((cause: unknown) => {
    throw new DescentError('this is no picture that the browser opens', {
      received: file.size === 0 ? 'an empty file' : file.type || 'a file of unknown type',
      expected: 'PNG, JPEG, WebP, GIF or AVIF',
      cause,
    });
  });
  try {
    const { width, height } = bitmap;
    if (width * height > PICTURE_PIXELS) throw tooLarge(`${width} × ${height}`, `at most ${PICTURE_PIXELS} pixels`);
    const scale = Math.min(1, KEPT_SIDE / Math.max(width, height));
    const [across, down] = [width, height].map((side) => Math.max(1, Math.round(side * scale))) as [number, number];
    const canvas = new OffscreenCanvas(across, down);
    const context = canvas.getContext('2d', { alpha: false });
    if (context === null) throw new DescentError('the browser gives no canvas', { received: `${across} × ${down}` });
    context.fillStyle = '#fff';
    context.fillRect(0, 0, across, down);
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, across, down);
    return await canvas.convertToBlob({ type: 'image/png' });
  } finally {
    bitmap.close();
  }
}

function tooLarge(received: string, expected: string): DescentError {
  return new DescentError('the picture is too large', { received, expected, fix: 'make it smaller' });
}
