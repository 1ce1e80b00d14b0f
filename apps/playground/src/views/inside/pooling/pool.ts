import { type Node, ndarray, vjp } from '@descent/core';
import { avgPool2d, maxPool2d } from '@descent/core/ops';
import { REFERENCE } from '../reference.ts';

export const POOLS = ['max', 'mean'] as const;
export type PoolName = (typeof POOLS)[number];

/** A square image, and a square window that moves over it. */
export interface PoolSetup {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
}

export interface Pooled {
  /** `[size', size']`. */
  readonly output: readonly number[];
  /** `[size, size]`: how much each number of the image moves the outputs, each weighted with its `dy`. */
  readonly gradient: readonly number[];
}

const POOL: Readonly<Record<PoolName, (x: Node, kernel: number, stride: number) => Node>> = {
  max: (x, kernel, stride) => maxPool2d(x, kernel, { stride }),
  mean: (x, kernel, stride) => avgPool2d(x, kernel, { stride }),
};

export function pooledSize({ size, kernel, stride }: PoolSetup): number {
  return Math.floor((size - kernel) / stride) + 1;
}

/** What core computes for `image`, and the gradient that comes back when `dy` arrives at the output. */
export async function pool(
  name: PoolName,
  setup: PoolSetup,
  image: Float32Array<ArrayBuffer>,
  dy: Float32Array<ArrayBuffer>,
): Promise<Pooled> {
  const side = pooledSize(setup);
  const run = vjp((x) => POOL[name](x!, setup.kernel, setup.stride), { backend: REFERENCE });
  try {
    const { value, grads } = await run(
      [ndarray('float32', [1, 1, setup.size, setup.size], image)],
      ndarray('float32', [1, 1, side, side], dy),
    );
    return { output: [...(value.data as Float32Array)], gradient: [...(grads[0]!.data as Float32Array)] };
  } finally {
    run.dispose();
  }
}
