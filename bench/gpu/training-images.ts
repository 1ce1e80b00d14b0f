import { initParameters } from '@descent/core';
import type { Images } from '../lib/data.ts';
import { descentModel, type LayerSpec } from '../lib/nets.ts';

/** What every device trains on, in order, and is evaluated on. */
export interface TrainingImages {
  readonly train: Images;
  readonly held: Images;
}

/** The same on every device. */
export function firstWeights(layers: readonly LayerSpec[]): readonly Float32Array[] {
  return Object.values(initParameters(descentModel(layers), 0)).map(({ data }) => data);
}

/** In one file: the numbers of images, 784 bytes for each image, one byte for each label. */
export function packImages({ train, held }: TrainingImages): Uint8Array {
  const counts = Uint32Array.of(train.count, held.count);
  const parts = [counts, train.images, held.images, train.labels, held.labels];
  const bytes = new Uint8Array(8 + (train.count + held.count) * 785);
  let at = 0;
  for (const part of parts) {
    // Labels are small numbers, a byte each.
    const piece = part instanceof Uint32Array ? new Uint8Array(part.buffer) : Uint8Array.from(part);
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

export function unpackImages(bytes: Uint8Array): TrainingImages {
  const [train, held] = new Uint32Array(bytes.slice(0, 8).buffer) as unknown as [number, number];
  const labels = 8 + (train + held) * 784;
  const part = (first: number, count: number): Images => ({
    images: bytes.slice(8 + first * 784, 8 + (first + count) * 784),
    labels: Int32Array.from(bytes.subarray(labels + first, labels + first + count)),
    count,
  });
  return { train: part(0, train), held: part(train, held) };
}
