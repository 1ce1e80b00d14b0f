import type { Backend } from '@descent/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectSkips, type Skip, skipFor } from './skips.ts';
import { type ConformanceTest, DEFAULT_TOLERANCE, type Tolerance } from './test-case.ts';
import { conformanceTests } from './tests.ts';

export interface ConformanceOptions {
  readonly create: () => Backend | Promise<Backend>;
  /**
   * Tests that the backend is known to fail. They run all the same: one that passes is an error, unless the skip says that machines differ, so the
   * list can only shrink.
   */
  readonly skip?: readonly Skip[];
  readonly tolerance?: Partial<Tolerance>;
  /** Time for one test in milliseconds. Default: vitest's own. */
  readonly timeout?: number;
  /** Graphs of random shapes to try for each family of ops. Default: the environment variable `DESCENT_SEEDS`, else 8. */
  readonly seeds?: number;
  /** Of the tests of single ops, every so many are run: for what another run has shown of all. Default 1. */
  readonly sample?: number;
  /** The tests to run. Default: all, with `seeds`. Several backends in one file share what the reference computes by sharing `sharedTests()`. */
  readonly tests?: readonly ConformanceTest[];
}

/** All tests, to be given to each `runConformance` of a file: what they expect is then computed once, not for each backend. */
export function sharedTests(): readonly ConformanceTest[] {
  return testsFor(seedsAskedFor());
}

function testsFor(seeds: number | undefined): readonly ConformanceTest[] {
  return conformanceTests(seeds === undefined ? {} : { seeds });
}

/** Registers every conformance test with vitest, under the backend's name. */
export function runConformance({
  create,
  skip = [],
  tolerance,
  timeout,
  seeds = seedsAskedFor(),
  sample = 1,
  tests = testsFor(seeds),
}: ConformanceOptions): void {
  const limits = { ...DEFAULT_TOLERANCE, ...tolerance };
  expectSkips(skip, tests);
  describe('conformance', () => {
    let backend: Backend;
    beforeAll(async () => {
      backend = await create();
    });
    afterAll(() => backend.dispose());

    for (const one of tests.filter(({ name }, i) => i % sample === 0 || !OF_OPS.test(name))) {
      const known = skipFor(one, skip);
      if (known === null) test(one.name, () => one.run(backend, limits), timeout);
      else {
        const { reason, onSomeMachines = false } = known;
        test(
          `${one.name} (known to fail: ${reason})`,
          async () => {
            const failed = await one.run(backend, limits).then(
              () => false,
              () => true,
            );
            if (onSomeMachines) return;
            expect(failed, `this test passes now: remove it from the skips for "${reason}"`).toBe(true);
          },
          timeout,
        );
      }
    }
  });
}

/** Names of tests of single ops. */
const OF_OPS = /^(op|random|edge|search)\//;

function seedsAskedFor(): number | undefined {
  const asked = process.env['DESCENT_SEEDS'];
  return asked === undefined ? undefined : Number(asked);
}
