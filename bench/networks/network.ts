import type { AnyBatch, AnyLayer, AnyLoss } from '@descent/core';
import type { Draws } from './draws.ts';

/** What makes the updates, by the names and with the defaults of both sides. */
export interface OptimizerSpec {
  readonly kind: 'sgd' | 'adam' | 'adamW';
  readonly lr: number;
  /** Of `sgd`. Default 0. */
  readonly momentum?: number;
}

/**
 * A network and its task in Descent's words. `nets/<name>.py` has the same in PyTorch's, with the same names of parameters: `make()` gives the module,
 * `loss(net, x, y)` the number to minimize. Neither draws anything in training, so that both have the same losses.
 */
export interface Network {
  readonly title: string;
  readonly model: AnyLayer;
  readonly loss: AnyLoss;
  readonly optimizer: OptimizerSpec;
  /** One batch of made-up data; the next draws give another. */
  readonly batch: (draws: Draws) => AnyBatch;
}
