import { DTypeError, type NDArray, ShapeError } from '@descent/core';
import { writeAtomically } from '@descent/files';
import { expectArgument, expectHostArray } from '../arguments.ts';
import { loadSharp } from './sharp.ts';

/**
 * Writes one image as an 8-bit PNG file: grey, uint8 `[height, width]`, or RGB, `[3, height, width]`, with any number of leading 1s (such as
 * `[1, 1, 28, 28]`).
 * @throws DTypeError or ShapeError for any other array, FileError when the file cannot be written.
 */
export async function writePng(path: string, image: NDArray): Promise<void> {
  expectArgument('writePng', typeof path === 'string', path, 'the path of a file');
  expectHostArray('writePng', image);
  if (image.dtype !== 'uint8') {
    throw new DTypeError('writePng takes bytes', {
      received: image.dtype,
      expected: 'uint8, 0 black to 255 white',
      fix: 'multiply by 255 and convert',
    });
  }
  const [height = 0, width = 0] = image.shape.slice(-2);
  const size = height * width;
  const channels = image.shape.at(-3) === 3 ? 3 : 1;
  if (size === 0 || image.data.length !== channels * size) {
    throw new ShapeError('writePng writes one image, grey or RGB', {
      received: `[${image.shape.join(', ')}] with ${image.data.length} bytes`,
      expected: '[height, width] or [3, height, width] with any number of leading 1s',
      fix: 'take one item: subset(dataset, [0]).x',
    });
  }
  const sharp = await loadSharp();
  // PNG has the channels of a pixel side by side.
  const pixels = Uint8Array.from(
    image.data,
    (_, i) => image.data[(i % channels) * size + Math.floor(i / channels)] as number,
  );
  const png = await sharp(pixels, { raw: { width, height, channels } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .png()
    .toBuffer();
  await writeAtomically(path, png, { summary: 'the picture cannot be written' });
}
