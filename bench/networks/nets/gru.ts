import { crossEntropy, gru as gruLayer, layer, linear, type Node } from '@descent/core';
import type { Network } from '../network.ts';

const [BATCH, TIME, INPUTS, HIDDEN, CLASSES] = [64, 28, 28, 128, 10];

/** Tells classes of sequences of 1 to 28 steps by the state at the end of each. */
export function gru(): Network {
  return {
    title: `GRU ${INPUTS}-${HIDDEN}, ${BATCH} sequences of up to ${TIME} steps`,
    model: layer(
      'classifier',
      { rnn: gruLayer(INPUTS, HIDDEN, { return: 'last' }), head: linear(HIDDEN, CLASSES) },
      (given: { readonly x: Node; readonly lengths: Node }, { rnn, head }) => head(rnn(given)),
    ),
    loss: crossEntropy(),
    optimizer: { kind: 'adam', lr: 1e-3 },
    batch: (draws) => ({
      x: { x: draws.normal(BATCH, TIME, INPUTS), lengths: draws.integers(1, TIME + 1, BATCH) },
      y: draws.integers(0, CLASSES, BATCH),
    }),
  };
}
