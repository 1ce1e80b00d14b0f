import type { Arrays, Graph } from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { evaluate, expectClose } from './compare.ts';
import type { ConformanceTest, Tolerance } from './test-case.ts';

export interface Computation {
  readonly graph: Graph;
  readonly feeds: Arrays;
}

/** A test that a backend computes what the reference interpreter computes, which does so once for all backends that are tried. */
export function referenceTest(
  name: string,
  make: () => Computation,
  toleranceOf: (tolerance: Tolerance) => number,
): ConformanceTest {
  const computed = once(async () => {
    const { graph, feeds } = make();
    return { graph, feeds, expected: await evaluate(referenceBackend(), graph, feeds) };
  });
  return {
    name,
    comparesWithReference: true,
    async run(backend, tolerance) {
      const { graph, feeds, expected } = await computed();
      expectClose(await evaluate(backend, graph, feeds), expected, toleranceOf(tolerance));
    },
  };
}

/** `make`, which runs when its value is first asked for, and never again. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
