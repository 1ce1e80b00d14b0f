import type { ImagePreprocessing, NDArray } from '@descent/core';
import { type Box, loadImage, prepareImage } from '@descent/datasets';

/** A picture with all that it goes through until it is a sample. */
export interface Prepared {
  /** The file as it was given or drawn. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Its size, turned upright. */
  readonly width: number;
  readonly height: number;
  /** In grey, before it is inverted, of a size for show; `null` for pictures in colours. */
  readonly grey: NDArray<'uint8'> | null;
  readonly inverted: boolean;
  /** The part that was cut out, in pixels of the picture; `null` where nothing was. */
  readonly box: Box | null;
  /** `[1, channels, height, width]`, as the network takes it. */
  readonly x: NDArray;
}

/** The longest side of what is shown of a step on the way. */
const SHOWN = 280;

/** How `descent predict` would prepare a picture, with its `--fit mnist` where `isCentred`. */
export function preprocessingFor(preprocessing: ImagePreprocessing, isCentred: boolean): ImagePreprocessing {
  return isCentred ? { ...preprocessing, fit: 'mnist' } : preprocessing;
}

/** Prepares a picture as `descent predict` does. Throws what `prepareImage` throws. */
export async function prepare(
  bytes: Uint8Array<ArrayBuffer>,
  preprocessing: ImagePreprocessing,
  size: { readonly width: number; readonly height: number },
): Promise<Prepared> {
  const { x, inverted, box } = await prepareImage(bytes, preprocessing);
  const scale = Math.min(1, SHOWN / Math.max(size.width, size.height));
  const [width, height] = [size.width, size.height].map((side) => Math.max(1, Math.round(side * scale))) as [
    number,
    number,
  ];
  const grey =
    preprocessing.channels === 1 ? await loadImage(bytes, { width, height, fit: 'fill', invert: false }) : null;
  return { bytes, ...size, grey, inverted, box, x: { ...x, shape: [1, ...x.shape] } as NDArray };
}

/** Size of a picture, turned upright. Throws where the browser cannot open it; `prepareImage` says more about that. */
export async function sizeOf(bytes: Uint8Array<ArrayBuffer>): Promise<{ width: number; height: number }> {
  const bitmap = await createImageBitmap(new Blob([bytes]), { imageOrientation: 'from-image' });
  const { width, height } = bitmap;
  bitmap.close();
  return { width, height };
}
