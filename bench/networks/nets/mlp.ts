import { crossEntropy, linear, relu, sequential } from '@descent/core';
import type { Network } from '../network.ts';

const [INPUTS, CLASSES] = [784, 10];

export interface MlpSizes {
  readonly batch: number;
  readonly width: number;
  /** Layers before the last. */
  readonly depth: number;
}

export const MLP: MlpSizes = { batch: 200, width: 256, depth: 2 };

/** A perceptron. */
export function mlp(sizes: Partial<MlpSizes> = {}): Network {
  const { batch, width, depth } = { ...MLP, ...sizes };
  const layers = Array.from({ length: depth }, (_, i) => [linear(i === 0 ? INPUTS : width, width), relu()]).flat();
  return {
    title: `MLP ${INPUTS}-${depth} × ${width}-${CLASSES}, ${batch} samples`,
    model: sequential(...layers, linear(width, CLASSES)),
    loss: crossEntropy(),
    optimizer: { kind: 'sgd', lr: 0.01 },
    batch: (draws) => ({ x: draws.normal(batch, INPUTS), y: draws.integers(0, CLASSES, batch) }),
  };
}
