import { DescentError, formatShape, type ImagePreprocessing, type NDArray } from '@descent/core';
import { type PicturePlace, picturePlace, prepareImage } from '@descent/datasets';
import type { ImageModel } from './image-model.ts';

/** What the command line says instead of the model. */
export interface ImageOverrides {
  readonly fit?: 'contain' | 'fill' | 'mnist';
  readonly invert?: boolean | 'auto';
  readonly range?: readonly [number, number];
}

/** How pictures are prepared for a model, and what about that people should know. */
export interface ImageInput {
  readonly preprocessing: ImagePreprocessing;
  readonly notes: readonly string[];
}

/** Throws a DescentError unless the model takes pictures. */
export function imageInput(
  model: Pick<ImageModel, 'input' | 'preprocessing'>,
  path: string,
  overrides: ImageOverrides = {},
): ImageInput {
  const said = model.preprocessing ?? assumed(model);
  if (said === undefined) throw noImages(model, path);
  const { transforms = [], dtype = transforms.length === 0 && model.input.dtype === 'float32' ? 'float32' : 'uint8' } =
    said;
  const { fit = 'contain', invert = false, range = dtype === 'uint8' ? [0, 255] : [0, 1] } = said;
  const own = { fit, invert, range } as const;
  const notes = Object.entries(overrides)
    .filter(([name, value]) => String(value) !== String(own[name as keyof typeof own]))
    .map(
      ([name, value]) =>
        `--${name} ${value} is not how the training pictures were prepared: ${name} ${own[name as keyof typeof own]}`,
    );
  const preprocessing = { ...said, ...own, dtype, transforms, ...overrides };
  if (preprocessing.range === 'unknown') {
    throw new DescentError('it is not known how pictures become the numbers that this model takes', {
      path,
      received: 'a model that was trained on arrays whose numbers are no pixels: negative, or above 255',
      fix: 'say what black and white are, such as --range 0,1 or --range -1,1; better, train on bytes and put rescale() and normalize() into the network',
    });
  }
  if (said.assumed !== true) return { preprocessing, notes };
  const { width, height, channels } = said;
  const taken = `${channels === 1 ? 'grey' : 'RGB'} ${width} × ${height}, black ${preprocessing.range[0]}, white ${preprocessing.range[1]}, fit ${preprocessing.fit}, invert ${preprocessing.invert}`;
  return {
    preprocessing,
    notes: [
      `the model does not say how its pictures were prepared; taken as ${taken} (--fit, --invert and --range change that)`,
      ...notes,
    ],
  };
}

/** A picture, of a file or its bytes, as a batch of one, whether dark and bright were exchanged, and where the picture is in it. */
export async function openImage(
  file: string | Uint8Array,
  model: Pick<ImageModel, 'input'>,
  { preprocessing }: ImageInput,
): Promise<{ readonly x: NDArray; readonly inverted: boolean; readonly place: () => Promise<PicturePlace> }> {
  const prepared = await prepareImage(file, preprocessing);
  const { x, inverted } = prepared;
  const { dtype, shape } = model.input;
  const fits =
    x.dtype === dtype &&
    shape.length === x.shape.length + 1 &&
    x.shape.every((d, i) => shape[i + 1] === d || (shape[i + 1] ?? 0) < 0);
  const { box, placed } = prepared;
  let found: Promise<PicturePlace> | undefined;
  const place = () => (found ??= picturePlace(file, preprocessing, { box, placed }));
  if (fits) return { x: { ...x, shape: [1, ...x.shape] }, inverted, place };
  throw new DescentError('pictures prepared as the model says are not what it takes', {
    received: `${x.dtype} ${formatShape([1, ...x.shape])}`,
    expected: `${dtype} ${formatShape(shape)}`,
    fix: 'write the file again with descent export',
  });
}

/** For a model that says nothing, as other programs write them. */
function assumed({ input: { dtype, shape } }: Pick<ImageModel, 'input'>): ImagePreprocessing | undefined {
  const [, channels, height = -1, width = -1] = shape;
  const fits =
    shape.length === 4 &&
    (channels === 1 || channels === 3) &&
    height > 0 &&
    width > 0 &&
    (dtype === 'uint8' || dtype === 'float32');
  return fits ? { width, height, channels, dtype, assumed: true } : undefined;
}

function noImages({ input }: Pick<ImageModel, 'input'>, path: string): DescentError {
  return new DescentError('this model does not take images', {
    path,
    received: `input '${input.name}': ${input.dtype}${formatShape(input.shape)}`,
    expected: 'uint8 or float32 [batch, 1 or 3, height, width], of a fixed height and width',
    fix: 'train on images of that shape and let flatten() be a layer of the network',
  });
}
