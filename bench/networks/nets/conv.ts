import { conv2d, crossEntropy, flatten, linear, maxPool2d, relu, sequential } from '@descent/core';
import type { Network } from '../network.ts';

const [SIZE, CLASSES] = [28, 10];

export interface ConvSizes {
  readonly batch: number;
  /** Filters of each convolution. */
  readonly width: number;
  /** Convolutions behind the first; pooling halves the images after the first two. */
  readonly depth: number;
}

export const CONV: ConvSizes = { batch: 64, width: 16, depth: 1 };

/** Convolutions of 3 × 3 over small images. */
export function conv(sizes: Partial<ConvSizes> = {}): Network {
  const { batch, width, depth } = { ...CONV, ...sizes };
  const convolution = (channels: number) => [conv2d(channels, width, 3, { padding: 1 }), relu()];
  const rest = Array.from({ length: depth }, (_, i) => [...convolution(width), ...(i === 0 ? [maxPool2d(2)] : [])]);
  return {
    title: `${depth + 1} convolutions of ${width} filters, ${batch} images`,
    model: sequential(
      ...convolution(1),
      maxPool2d(2),
      ...rest.flat(),
      flatten(),
      linear((SIZE / 4) ** 2 * width, CLASSES),
    ),
    loss: crossEntropy(),
    optimizer: { kind: 'sgd', lr: 0.01 },
    batch: (draws) => ({ x: draws.normal(batch, 1, SIZE, SIZE), y: draws.integers(0, CLASSES, batch) }),
  };
}
