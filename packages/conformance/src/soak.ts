import {
  type Backend,
  batchNorm2d,
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

export interface SoakOptions {
  /** Default 10,000. */
  readonly steps?: number;
  /** A level that should not rise, such as resident memory in MB or the number of tensors. */
  readonly measure: () => number;
}

export interface SoakResult {
  /** Median of all measurements after the warm-up, which is the first quarter. */
  readonly level: number;
  /** Median of the last quarter less that of the one after the warm-up: collectors of memory make the level go up and down. */
  readonly growth: number;
  readonly loss: number;
}

/** Trains a small network with convolution, pooling, batch normalization, dropout and momentum for many steps, and measures what leaks. */
export async function soak(backend: Backend, { steps = 10_000, measure }: SoakOptions): Promise<SoakResult> {
  const model = sequential(
    ...[rescale(1 / 255), conv2d(1, 2, 3), batchNorm2d(2), relu(), maxPool2d(2)],
    ...[flatten(), dropout(0.1), linear(18, 3)],
  );
  const trainer = await createTrainer({
    model,
    loss: crossEntropy(),
    optimizer: sgd({ lr: 0.01, momentum: 0.9 }),
    backend,
  });
  const x = ndarray(
    'uint8',
    [4, 1, 8, 8],
    Uint8Array.from({ length: 256 }, (_, i) => (i * 37) % 256),
  );
  const y = ndarray('int32', [4], Int32Array.of(0, 1, 2, 0));
  const levels: number[] = [];
  let loss = Number.NaN;
  for (let step = 1; step <= steps; step++) {
    ({ loss } = await trainer.step(x, y));
    if (step > steps / 4 && step % Math.max(1, Math.floor(steps / 400)) === 0) levels.push(measure());
  }
  trainer.dispose();
  const part = Math.max(1, Math.floor(levels.length / 3));
  return { level: median(levels), growth: median(levels.slice(-part)) - median(levels.slice(0, part)), loss };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
