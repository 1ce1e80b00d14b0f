// What a page bundles that trains an MLP, measured by core.pack.test.ts. The backend is passed in, so none is part of it; see the entries beside this.
import {
  accuracy,
  type Backend,
  createTrainer,
  crossEntropy,
  fit,
  flatten,
  linear,
  type Metrics,
  relu,
  rescale,
  sequential,
  sgd,
} from '@descent/core';

export async function train(backend: Backend, data: Parameters<typeof fit>[1]['train']): Promise<Metrics | undefined> {
  const trainer = await createTrainer({
    model: sequential(rescale(1 / 255), flatten(), linear(784, 256), relu(), linear(256, 10)),
    loss: crossEntropy(),
    optimizer: sgd({ lr: 0.1 }),
    metrics: [accuracy()],
    backend,
  });
  const { history } = await fit(trainer, { train: data, epochs: 1 });
  return history[0]?.train;
}
