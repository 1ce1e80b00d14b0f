import { crossEntropy, embedding, layer, linear, type Node, sequential } from '@descent/core';
import { mean } from '@descent/core/ops';
import type { Network } from '../network.ts';

const [WORDS, WIDTH, BATCH, LENGTH, CLASSES] = [30_000, 64, 64, 100, 2];

/** Tells classes of texts by the mean of their words' vectors. */
export function words(): Network {
  return {
    title: `embedding of ${WORDS} words, mean, linear; ${BATCH} texts of ${LENGTH} words`,
    model: sequential({
      embed: embedding(WORDS, WIDTH),
      overWords: layer('overWords', {}, (x: Node) => mean(x, { axes: [1] })),
      head: linear(WIDTH, CLASSES),
    }),
    loss: crossEntropy(),
    optimizer: { kind: 'adam', lr: 1e-3 },
    batch: (draws) => ({ x: draws.integers(0, WORDS, BATCH, LENGTH), y: draws.integers(0, CLASSES, BATCH) }),
  };
}
