import { DTypeError, type NDArray, ShapeError } from '@descent/core';
import { encodePng } from '#platform/pixels.js';
import { writeAtomically } from '#platform/writing.js';
import { expectArgument, expectHostArray } from '../arguments.ts';

/**
 * Writes one image as an 8-bit PNG file: grey, uint8 `[height, width]`, or RGB, `[3, height, width]`, with any number of leading 1s (such as
 * `[1, 1, 28, 28]`).
 * @throws DTypeError or ShapeError for any other array, FileError when the file cannot be written, DataFileError in a browser: see `pngBytes`.
 */
export async function writePng(path: string, image: NDArray): Promise<void> {
  expectArgument('writePng', typeof path === 'string', path, 'the path of a file');
  await writeAtomically(path, await encoded('writePng', image), { summary: 'the picture cannot be written' });
}

/** The bytes of such a file. Throws a DTypeError or ShapeError for any other array. */
export function pngBytes(image: NDArray): Promise<Uint8Array> {
  return encoded('pngBytes', image);
}

async function encoded(what: string, image: NDArray): Promise<Uint8Array> {
  expectHostArray(what, image);
  if (image.dtype !== 'uint8') {
    throw new DTypeError(`${what} takes bytes`, {
      received: image.dtype,
      expected: 'uint8, 0 black to 255 white',
      fix: 'multiply by 255 and convert',
    });
  }
  const [height = 0, width = 0] = image.shape.slice(-2);
  const size = height * width;
  const channels = image.shape.at(-3) === 3 ? 3 : 1;
  if (size === 0 || image.data.length !== channels * size) {
    throw new ShapeError(`${what} takes one image, grey or RGB`, {
      received: `[${image.shape.join(', ')}] with ${image.data.length} bytes`,
      expected: '[height, width] or [3, height, width] with any number of leading 1s',
      fix: 'take one item: subset(dataset, [0]).x',
    });
  }
  // PNG has the channels of a pixel side by side.
  const data = Uint8Array.from(
    image.data,
    (_, i) => image.data[(i % channels) * size + Math.floor(i / channels)] as number,
  );
  return encodePng({ data, width, height, channels });
}
