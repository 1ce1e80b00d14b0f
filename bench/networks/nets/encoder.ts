import {
  crossEntropy,
  type Layer,
  layer,
  linear,
  type Node,
  sequential,
  sinusoidalPositions,
  transformerEncoder,
  transformerEncoderLayer,
} from '@descent/core';
import { mean } from '@descent/core/ops';
import type { Network } from '../network.ts';

const [BATCH, TIME, INPUTS, WIDTH, HEADS, CLASSES] = [4, 512, 16, 64, 4, 10];

/** Tells classes of long sequences by the mean over all places, behind two layers in which each place looks at all. */
export function encoder(): Network {
  const encoderLayer = transformerEncoderLayer(WIDTH, HEADS, { dimFeedforward: 4 * WIDTH, dropout: 0 });
  const overTime: Layer = layer('overTime', {}, (x: Node) => mean(x, { axes: [1] }));
  return {
    title: `transformer encoder, 2 layers of ${WIDTH}, ${BATCH} sequences of ${TIME} steps`,
    model: sequential({
      embed: linear(INPUTS, WIDTH),
      positions: sinusoidalPositions(),
      encoder: transformerEncoder(encoderLayer, 2),
      overTime,
      head: linear(WIDTH, CLASSES),
    }),
    loss: crossEntropy(),
    optimizer: { kind: 'adam', lr: 1e-3 },
    batch: (draws) => ({ x: draws.normal(BATCH, TIME, INPUTS), y: draws.integers(0, CLASSES, BATCH) }),
  };
}
