import { writeFile } from 'node:fs/promises';
import { DTypeError, type NDArray, ShapeError } from '@descent/core';
import { DataFileError } from '../errors.ts';
import { loadSharp } from './sharp.ts';

/**
 * Writes one grey image, uint8 `[height, width]` with any number of leading 1s (such as `[1, 1, 28, 28]`), as an 8-bit PNG file.
 * @throws DTypeError or ShapeError for any other array, DataFileError when the file cannot be written.
 */
export async function writePng(path: string, image: NDArray): Promise<void> {
  if (image.dtype !== 'uint8') {
    throw new DTypeError('writePng takes bytes', {
      received: image.dtype,
      expected: 'uint8, 0 black to 255 white',
      fix: 'multiply by 255 and convert',
    });
  }
  const [height, width] = image.shape.slice(-2);
  if (height === undefined || width === undefined || height * width === 0 || image.data.length !== height * width) {
    throw new ShapeError('writePng writes one grey image', {
      received: `[${image.shape.join(', ')}] with ${image.data.length} bytes`,
      expected: '[height, width] with any number of leading 1s',
      fix: 'take one item: subset(dataset, [0]).x',
    });
  }
  const sharp = await loadSharp();
  const pixels = new Uint8Array(image.data);
  const png = await sharp(pixels, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
  await writeFile(path, png).catch((cause: unknown) => {
    throw new DataFileError('the picture cannot be written', {
      file: path,
      received: String((cause as Error).message),
      cause,
    });
  });
}
