import type { NDArray, SampleType } from '@descent/core';
import type { ArrayDataset } from '@descent/datasets';
import { subset } from '@descent/datasets';
import type { ImagePreprocessing } from '../onnx.ts';

/** Samples that an export is proved with. */
const PROOF_SAMPLES = 64;

/** Real inputs for the proof of an export: as many as its batch takes, over and over when the data has fewer. */
export function proofInputs(data: ArrayDataset, batch: 'dynamic' | number = 'dynamic'): NDArray {
  const count = batch === 'dynamic' ? Math.min(PROOF_SAMPLES, data.length) : batch;
  return subset(
    data,
    Uint32Array.from({ length: count }, (_, i) => i % data.length),
  ).x;
}

/** How a picture becomes a sample of `data`; `null` when samples are no pictures. */
export function preprocessingOf({ shape }: SampleType, data: ArrayDataset): ImagePreprocessing | null {
  const [channels, height, width] = shape;
  if (shape.length !== 3 || (channels !== 1 && channels !== 3) || width === undefined || height === undefined)
    return null;
  // Photos have no background; for drawings it is what the border shows.
  if (channels === 3 || data.x.dtype !== 'uint8') return { width, height, channels };
  return { width, height, channels, background: borderMean(data, height, width) < 127.5 ? 'dark' : 'light' };
}

function borderMean({ x, length }: ArrayDataset, height: number, width: number): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < Math.min(length, 100); i++) {
    for (let p = 0; p < height * width; p++) {
      const [row, column] = [Math.floor(p / width), p % width];
      if (row > 0 && row < height - 1 && column > 0 && column < width - 1) continue;
      sum += x.data[i * height * width + p] as number;
      count++;
    }
  }
  return sum / count;
}
