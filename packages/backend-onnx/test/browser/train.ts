import {
  type Backend,
  conv2d,
  createTrainer,
  crossEntropy,
  dropout,
  flatten,
  linear,
  maxPool2d,
  ndarray,
  relu,
  rescale,
  sequential,
  sgd,
} from '@descent/core';

/** Losses of a small network with every kind of layer that has strategies, from one seed: the same on every device within rounding. */
export async function trainedLosses(backend: Backend, steps: number): Promise<readonly number[]> {
  const trainer = await createTrainer({
    model: sequential(
      ...[rescale(1 / 255), conv2d(1, 6, 3), relu(), maxPool2d(2), conv2d(6, 16, 3), relu()],
      ...[flatten(), linear(144, 20), relu(), dropout(0.2), linear(20, 4)],
    ),
    loss: crossEntropy(),
    optimizer: sgd({ lr: 0.1, momentum: 0.9 }),
    backend,
    seed: 5,
  });
  const y = ndarray('int32', [8], Int32Array.of(0, 1, 2, 3, 0, 1, 2, 3));
  const pixels = Uint8Array.from(
    { length: 8 * 144 },
    (_, i) => ((i % 144) * (1 + (Math.floor(i / 144) % 4)) * 11) % 256,
  );
  const x = ndarray('uint8', [8, 1, 12, 12], pixels);
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) losses.push((await trainer.step(x, y)).loss);
  trainer.dispose();
  return losses;
}
