import { formatShape, type ImagePreprocessing, numel, ShapeError, ValueError } from '@descent/core';
import { key } from '@descent/core/random';
import { expectArgument } from '../arguments.ts';
import { type DataSource, sourceName } from '../sources/source.ts';
import { applyTransforms, transformedType } from '../transforms/apply.ts';
import type { Item } from '../transforms/transform.ts';
import { expectFixed } from '../transforms/transformed.ts';
import type { Box } from './centered.ts';
import { checkedImageOptions, decodeImage, type LoadImageOptions, type Placed } from './load-image.ts';

/** A picture as a sample of a network. */
export interface PreparedImage {
  /** `[channels, height, width]`, unless transforms made something else of it. */
  readonly x: Item;
  /** Whether dark and bright were exchanged. */
  readonly inverted: boolean;
  /** The part of the picture that the sample shows, in pixels of the picture turned upright; `null` where it is all of it. */
  readonly box: Box | null;
  /** Where that part is, in front of the transforms; around it is the colour of the border. */
  readonly placed: Placed;
}

/** The most numbers that a step on the way may hold: a model file says what the steps are, and may say anything. */
const MAX_NUMBERS = 2 ** 28;

/**
 * Opens a picture file (or its bytes) the way that `preprocessing` says; folders of pictures are read by this same function, so that a trained network is
 * asked about exactly what it was trained on.
 * @throws what `loadImage` throws; ValueError when the range is unknown, or a transform is random or not known; ShapeError when one does not fit.
 */
export function prepareImage(
  source: DataSource,
  preprocessing: ImagePreprocessing,
  limits: ImageLimits = {},
): Promise<PreparedImage> {
  return prepareNamed(source, sourceName(source, 'image data'), preprocessing, limits);
}

export type ImageLimits = Pick<LoadImageOptions, 'limit' | 'maxPixels'>;

/** As `prepareImage`; `file` is the name in errors. */
export async function prepareNamed(
  source: DataSource,
  file: string,
  preprocessing: ImagePreprocessing,
  limits: ImageLimits,
): Promise<PreparedImage> {
  expectArgument(
    'prepareImage',
    typeof preprocessing === 'object' && preprocessing !== null,
    preprocessing,
    'the preprocessing of a dataset or a model: { width, height, channels, … }',
  );
  const { width, height, channels, fit = 'contain', invert = false, dtype = 'uint8', transforms = [] } = preprocessing;
  const { range = dtype === 'uint8' ? [0, 255] : [0, 1] } = preprocessing;
  if (range === 'unknown') {
    throw new ValueError('it is not known which numbers black and white become', {
      path: 'range',
      fix: 'say which, such as range: [0, 1], or train on pictures whose samples are bytes and let the network rescale them',
    });
  }
  expectRepeatable(preprocessing);
  const { x, inverted, box, placed } = await decodeImage(
    source,
    { ...limits, width, height, channels, fit, invert },
    file,
  );
  const item: Item = { dtype, shape: x.shape.slice(1), data: scaled(x.data, dtype, range) };
  return { x: transforms.length === 0 ? item : applyTransforms(transforms, item, key(0)), inverted, box, placed };
}

/** Throws for transforms that draw, that are unknown, or that make something huge. */
function expectRepeatable({ width, height, channels, dtype = 'uint8', transforms = [] }: ImagePreprocessing): void {
  expectFixed(transforms);
  for (let i = 1; i <= transforms.length; i++) {
    const { shape } = typeAfter(transforms.slice(0, i), { dtype, shape: [channels, height, width] });
    if (numel(shape) <= MAX_NUMBERS) continue;
    throw new ShapeError('the picture becomes too large', {
      path: `transforms[${i - 1}]`,
      received: formatShape(shape),
      expected: `at most ${MAX_NUMBERS} numbers`,
    });
  }
}

function typeAfter(...[transforms, type]: Parameters<typeof transformedType>): ReturnType<typeof transformedType> {
  try {
    return transformedType(transforms, type);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ValueError('the transforms have other options than those of that name', {
      path: 'transforms',
      received: error.message,
      expected: 'what resize, centerCrop, pad, toFloat and normalize make',
      cause: error,
    });
  }
}

/** How `loadImage` opens a picture with these options, which are checked, as a sample `[channels, height, width]`. */
export function preprocessingOf(options: LoadImageOptions): ImagePreprocessing {
  const { width, height, channels, fit, invert } = checkedImageOptions(options);
  return { width, height, channels, fit, invert, dtype: 'uint8', range: [0, 255], transforms: [] };
}

/** Bytes from 0 to 255 on the scale from black to white; bytes again are rounded. */
function scaled(
  bytes: Uint8Array,
  dtype: 'uint8' | 'float32',
  [black, white]: readonly [number, number],
): Uint8Array | Float32Array {
  if (dtype === 'uint8') {
    if (black === 0 && white === 255) return bytes;
    return bytes.map((v) => Math.min(255, Math.max(0, Math.round(black + (white - black) * (v / 255)))));
  }
  return Float32Array.from(bytes, (v) => black + (white - black) * (v / 255));
}
