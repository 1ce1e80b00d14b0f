import { jit, type NDArray, type Node } from '@descent/core';
import { referenceBackend } from '@descent/core/reference';

/** Core's definition of every op: what the pages of this view compute with, where no trained network is needed. */
export const REFERENCE = referenceBackend();

/** What `f` gives for `args`. */
export async function compute(f: (...args: readonly Node[]) => Node, args: readonly NDArray[]): Promise<NDArray> {
  const run = jit(f, { backend: REFERENCE });
  try {
    return await run(...args);
  } finally {
    run.dispose();
  }
}
