import type { ImagePreprocessing, SampleType } from '@descent/core';
import type { ImagesData } from '../config/define-config.ts';
import { UsageError } from '../errors.ts';

/** How pixels become the numbers that a network was trained with. */
export type Normalization = 'imagenet' | 'unit' | 'signed' | 'none';

/** What is known of the pictures of a network. */
export interface PictureFacts {
  readonly sample: SampleType | { readonly shape: readonly (number | string)[]; readonly dtype?: string };
  readonly preprocessing?: ImagePreprocessing;
}

export interface PictureOptions {
  readonly normalize?: Normalization;
  /** Of a file that leaves it open. */
  readonly size?: readonly [width: number, height: number];
}

/** How pictures are read, and the layers in front of the network that make its input of their bytes. */
export interface Pictures {
  readonly data: Omit<ImagesData, 'images' | 'test'>;
  readonly layers: readonly (readonly unknown[])[];
  /** What was assumed, for people; `null` where the file or an option says it. */
  readonly assumed: string | null;
}

/** The mean and standard deviation of the red, green and blue of ImageNet, which most networks of photographs are trained with. */
const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/** @throws UsageError for a network that does not take pictures, or of unknown size. */
export function picturesFor({ sample, preprocessing }: PictureFacts, { normalize, size }: PictureOptions): Pictures {
  const { shape, dtype = 'float32' } = sample;
  const isLast = shape.length === 3 && (shape[2] === 1 || shape[2] === 3) && shape[0] !== 1 && shape[0] !== 3;
  const [channels, height, width] = isLast ? [shape[2], shape[0], shape[1]] : shape;
  if (shape.length !== 3 || (channels !== 1 && channels !== 3)) {
    throw new UsageError('the network takes no pictures', {
      received: `samples of ${dtype}[${shape.join(', ')}]`,
      expected: '[channels, height, width] or [height, width, channels] of 1 or 3 channels',
      fix: 'train it in code, or by a config: { "importOnnx": "net.onnx" }',
    });
  }
  const sides = { width: side('width', width, size?.[0]), height: side('height', height, size?.[1]) };
  const { fit, invert, transforms = [], range } = preprocessing ?? {};
  const told = preprocessing !== undefined && preprocessing.assumed !== true && transforms.length === 0;
  const { layers, assumed } = numbers(channels, dtype, normalize, told ? range : 'unknown');
  return {
    data: {
      ...sides,
      channels,
      ...(told && fit !== undefined && { fit }),
      ...(told && invert !== undefined && { invert }),
    },
    layers: [...layers, ...(isLast ? [['permute', [0, 2, 3, 1]]] : [])],
    assumed,
  };
}

function numbers(
  channels: 1 | 3,
  dtype: string,
  normalize: Normalization | undefined,
  range: ImagePreprocessing['range'],
): Pick<Pictures, 'layers' | 'assumed'> {
  if (dtype === 'uint8') {
    if (normalize === undefined || normalize === 'none') return { layers: [], assumed: null };
    throw new UsageError('the network takes bytes of pixels and prepares them itself', {
      received: `--normalize ${normalize}`,
      fix: 'leave --normalize out',
    });
  }
  if (normalize === undefined && Array.isArray(range)) {
    const [black, white] = range as readonly [number, number];
    return { layers: [['rescale', (white - black) / 255, ...(black === 0 ? [] : [black])]], assumed: null };
  }
  const way = normalize ?? (channels === 3 ? 'imagenet' : 'unit');
  const assumed =
    normalize === undefined ? `the file does not say how its pictures were prepared; taken as ${way}` : null;
  const layers: Readonly<Record<Normalization, readonly (readonly unknown[])[]>> = {
    none: [['rescale', 1]],
    unit: [['rescale', 1 / 255]],
    signed: [['rescale', 2 / 255, -1]],
    imagenet: [
      ['rescale', 1 / 255],
      ['normalize', channels === 3 ? IMAGENET.mean : [0.449], channels === 3 ? IMAGENET.std : [0.226]],
    ],
  };
  return { layers: layers[way], assumed };
}

function side(what: string, known: number | string | undefined, given: number | undefined): number {
  if (typeof known === 'number' && given !== undefined && given !== known) {
    throw new UsageError('the network takes pictures of one size', {
      received: `--size with ${what} ${given}`,
      expected: `${what} ${known}`,
      fix: 'leave --size out',
    });
  }
  if (typeof known === 'number') return known;
  if (given !== undefined) return given;
  throw new UsageError('the file leaves the size of its pictures open', {
    received: `${what} ${known}`,
    expected: 'one size for all pictures',
    fix: '--size 224x224',
  });
}

/** A regular expression of exactly these names behind `prefix`. */
export function namesPattern(prefix: string, names: readonly string[]): string {
  const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return `^${literal(prefix)}(${names.map(literal).join('|')})$`;
}
