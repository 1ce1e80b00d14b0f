import { basename, extname, isAbsolute, join } from 'node:path';
import { type ImagePreprocessing, type NDArray, NumericError, type OutputKind } from '@descent/core';
import { prepareImage, writePng } from '@descent/datasets';
import { makeFolder } from '@descent/files';
import type { Io } from '../io.ts';

/** A class for each pixel of a picture. */
export interface Mask {
  /** Class numbers, uint8 `[height, width]`. */
  readonly classes: NDArray<'uint8'>;
  /** How much of the picture each class is, the largest first; those that do not occur are left out. */
  readonly shares: readonly { readonly label: string; readonly index: number; readonly share: number }[];
}

/** Whether the output `[1, classes, height, width]` says a class for each pixel. */
export function isMask({ shape }: NDArray, kind: OutputKind, labels: readonly string[]): boolean {
  const [, classes = 0, height = 1, width = 1] = shape;
  const isOfClasses = kind === 'logits' || kind === 'probabilities' || kind === 'log-probabilities';
  return (
    shape.length === 4 &&
    isOfClasses &&
    height * width > 1 &&
    classes > 1 &&
    classes <= 256 &&
    (labels.length === 0 || labels.length === classes)
  );
}

/** The class of each pixel, the first of equals. Throws a NumericError where a number is NaN. */
export function maskOf({ shape, data }: NDArray, labels: readonly string[]): Mask {
  const [, count, height, width] = shape as readonly [number, number, number, number];
  const size = height * width;
  const classes = new Uint8Array(size);
  const pixels = new Float64Array(count);
  for (let p = 0; p < size; p++) {
    let best = 0;
    for (let c = 0; c < count; c++) {
      const value = data[c * size + p] as number;
      if (Number.isNaN(value)) throw new NumericError('the answer is not a number', { received: 'NaN' });
      if (value > (data[best * size + p] as number)) best = c;
    }
    classes[p] = best;
    pixels[best] = (pixels[best] as number) + 1;
  }
  const shares = [...pixels].map((n, index) => ({ label: labels[index] ?? String(index), index, share: n / size }));
  return {
    classes: { dtype: 'uint8', shape: [height, width], data: classes },
    shares: shares.filter(({ share }) => share > 0).sort((a, b) => b.share - a.share),
  };
}

/** The mask as a grey picture: each class a shade of its own, the first black. */
export function shadesOf({ classes }: Mask): NDArray<'uint8'> {
  const most = classes.data.reduce((a, b) => Math.max(a, b), 1);
  return { ...classes, shape: [1, ...classes.shape], data: classes.data.map((c) => Math.round((255 * c) / most)) };
}

/** Colours of the classes behind the first, in turn; the first is left as it is. */
const COLOURS = [
  [230, 80, 60],
  [60, 120, 230],
  [50, 180, 110],
  [230, 170, 40],
  [160, 70, 200],
  [60, 190, 210],
  [220, 90, 160],
] as const;

/** Writes the picture with its mask painted over, as `<index>-<name>.png` in `folder`; returns the path. */
export async function paintMask(
  { name, index, mask }: { readonly name: string; readonly index: number; readonly mask: Mask },
  preprocessing: ImagePreprocessing,
  folder: string,
  io: Io,
): Promise<string> {
  const [height, width] = mask.classes.shape as readonly [number, number];
  const { fit } = preprocessing;
  const plain = {
    width,
    height,
    channels: 3,
    dtype: 'uint8',
    invert: false,
    ...(fit !== undefined && { fit }),
  } as const;
  const { x } = await prepareImage(isAbsolute(name) ? name : join(io.cwd, name), plain);
  const size = height * width;
  const painted = Uint8Array.from(x.data as Uint8Array, (value, i) => {
    const c = mask.classes.data[i % size] as number;
    const colour = COLOURS[(c - 1) % COLOURS.length];
    return c === 0 || colour === undefined ? value : Math.round((value + (colour[Math.floor(i / size)] as number)) / 2);
  });
  await makeFolder(folder);
  const path = join(folder, `${index}-${basename(name, extname(name))}.png`);
  await writePng(path, { dtype: 'uint8', shape: [3, height, width], data: painted });
  return path;
}
