import { adam, adamW, type Backend, createTrainer, type Optimizer, type Parameters, sgd } from '@descent/core';
import { type NetworkFiles, readNetworkFiles } from './files.ts';
import type { Network, OptimizerSpec } from './network.ts';

/** A loop of `trainer.step(x, y)` over the batches of the files, from their weights; each call gives the loss of the next step. */
export async function descentNetwork(
  { model, loss, optimizer }: Pick<Network, 'model' | 'loss' | 'optimizer'>,
  files: NetworkFiles,
  backend: Backend,
): Promise<() => Promise<number>> {
  const { weights, batches } = await readNetworkFiles(files);
  const trainer = await createTrainer({
    model,
    loss,
    optimizer: optimizerOf(optimizer),
    backend,
    parameters: weights as Parameters,
  });
  let next = 0;
  return async () => {
    const { x, y } = batches[next++ % batches.length] as (typeof batches)[number];
    return (await trainer.step(x, y)).loss;
  };
}

function optimizerOf({ kind, ...options }: OptimizerSpec): Optimizer {
  if (kind === 'sgd') return sgd(options);
  const { lr } = options;
  return kind === 'adam' ? adam({ lr }) : adamW({ lr });
}
