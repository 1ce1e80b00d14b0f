import type { ImagePreprocessing } from '@descent/core';
import { key } from '@descent/core/random';
import { uprightSize } from '#platform/pixels.js';
import { expectArgument } from '../arguments.ts';
import { checkedImageOptions, type LoadImageOptions } from '../image/load-image.ts';
import type { PreparedImage } from '../image/prepare-image.ts';
import { type DataSource, sourceBytes, sourceName } from '../sources/source.ts';
import type { ItemType } from '../transforms/kernel.ts';
import { kernelOf } from '../transforms/kernels.ts';
import { type Motion, movedBoxes, STAYING, shift, stretch, undone } from '../transforms/motion.ts';

/** Where the points of a picture are in the sample that was made of it. */
export interface PicturePlace {
  /** Of the picture, turned upright. */
  readonly size: { readonly width: number; readonly height: number };
  /** From pixels of the picture to pixels in front of the transforms, which have the size that preprocessing says. */
  readonly placed: Motion;
  /** From pixels of the picture to pixels of the sample. */
  readonly motion: Motion;
}

/**
 * Where a picture is in the sample that `prepareImage` made of it with the same preprocessing.
 * @throws what `prepareImage` throws for a source that cannot be read.
 */
export async function picturePlace(
  source: DataSource,
  preprocessing: ImagePreprocessing,
  prepared: Pick<PreparedImage, 'box' | 'placed'>,
  limits: Pick<LoadImageOptions, 'limit' | 'maxPixels'> = {},
): Promise<PicturePlace> {
  const wanted = 'the preprocessing of a dataset or a model: { width, height, channels, … }';
  expectArgument('picturePlace', isObject(preprocessing), preprocessing, wanted);
  expectArgument('picturePlace', isObject(prepared) && isObject(prepared.placed), prepared, 'what prepareImage gave');
  const { transforms = [], dtype = 'uint8', width, height, channels } = preprocessing;
  const { box, placed: at } = prepared;
  const file = sourceName(source, 'image data');
  const { limit, maxPixels } = checkedImageOptions(limits);
  const size = await uprightSize(await sourceBytes('loadImage', source, limit, file), file, maxPixels);
  const part = box ?? { left: 0, top: 0, ...size };
  const placed = [
    shift(-part.left, -part.top),
    stretch(at.width / part.width, at.height / part.height),
    shift(at.left, at.top),
  ].reduce(after, STAYING);
  let [motion, type]: [Motion, ItemType] = [placed, { dtype, shape: [channels, height, width] }];
  for (const { transform, options } of transforms) {
    const kernel = kernelOf({ transform, options });
    const next = kernel.type(type, options);
    // None of them draws: `prepareImage` takes no others.
    if (kernel.places !== undefined) motion = after(motion, kernel.places.motion(type, options, key(0), next));
    type = next;
  }
  return { size, placed, motion };
}

/**
 * Boxes of a sample (left, top, right, bottom, one behind the other) in pixels of the picture that it was made of, cut to this picture: what lies in the
 * padding around it is no part of it.
 */
export function boxesInPicture(boxes: ArrayLike<number>, place: PicturePlace): Float64Array {
  const isList = isObject(boxes) && boxes.length % 4 === 0;
  expectArgument('boxesInPicture', isList, boxes, 'four numbers for each box: left, top, right, bottom');
  const isPlace = isObject(place) && isObject(place.size) && isObject(place.motion) && place.motion.length === 6;
  expectArgument('boxesInPicture', isPlace, place, 'what picturePlace gave');
  const { size, motion } = place;
  return movedBoxes(boxes, Math.floor(boxes.length / 4), undone(motion), size);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** One motion, and then another. */
function after([a, b, c, d, e, f]: Motion, [p, q, r, s, t, u]: Motion): Motion {
  return [p * a + q * d, p * b + q * e, p * c + q * f + r, s * a + t * d, s * b + t * e, s * c + t * f + u];
}
