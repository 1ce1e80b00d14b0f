import type { Backend } from '@descent/core';

/** One thing that every backend must do. Knows nothing of a test framework, so that it runs in a browser page, too. */
export interface ConformanceTest {
  /** Unique, with slashes from the general to the particular: `op/matmul/gradient/transposes both`. */
  readonly name: string;
  /** What is expected comes from the reference interpreter, which this test says nothing about. */
  readonly comparesWithReference?: true;
  /** Throws when the backend does not conform. */
  run(backend: Backend, tolerance: Tolerance): Promise<void>;
}

/** Largest accepted `|difference| / max(1, |value|)` from the reference interpreter. */
export interface Tolerance {
  readonly forward: number;
  readonly gradient: number;
}

export const DEFAULT_TOLERANCE: Tolerance = { forward: 1e-5, gradient: 2e-5 };
