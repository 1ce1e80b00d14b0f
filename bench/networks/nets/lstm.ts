import { crossEntropy, linear, lstm as lstmLayer, sequential } from '@descent/core';
import type { Network } from '../network.ts';

const [INPUTS, CLASSES] = [28, 10];

export interface LstmSizes {
  readonly batch: number;
  readonly steps: number;
  readonly width: number;
}

export const LSTM: LstmSizes = { batch: 32, steps: 128, width: 128 };

/** Tells classes of sequences of `steps` by the state at their end. */
export function lstm(sizes: Partial<LstmSizes> = {}): Network {
  const { batch, steps, width } = { ...LSTM, ...sizes };
  return {
    title: `LSTM ${INPUTS}-${width}, ${batch} sequences of ${steps} steps`,
    model: sequential({ rnn: lstmLayer(INPUTS, width, { return: 'last' }), head: linear(width, CLASSES) }),
    loss: crossEntropy(),
    optimizer: { kind: 'sgd', lr: 0.1, momentum: 0.9 },
    batch: (draws) => ({ x: draws.normal(batch, steps, INPUTS), y: draws.integers(0, CLASSES, batch) }),
  };
}
