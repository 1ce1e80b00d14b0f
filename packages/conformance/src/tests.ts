import { searchTests } from './search/search.ts';
import { accuracyTests } from './suites/accuracy.ts';
import { edgeTests } from './suites/edges.ts';
import { layerTests } from './suites/layers/index.ts';
import { lifecycleTests } from './suites/lifecycle.ts';
import { longSumTests } from './suites/long-sums.ts';
import { lossTests } from './suites/losses.ts';
import { metricTests } from './suites/metrics.ts';
import { nonFiniteTests } from './suites/non-finite.ts';
import { opTests } from './suites/ops.ts';
import { randomTests } from './suites/random.ts';
import { refusalTests } from './suites/refusals.ts';
import { trainersTests } from './suites/trainers.ts';
import { trainingTests } from './suites/training.ts';
import type { ConformanceTest } from './test-case.ts';

export interface TestOptions {
  /**
   * How many graphs of random shapes and attributes to try for each family of ops, and how many times 50 programs with hostile values.
   * Default 8.
   */
  readonly seeds?: number;
  /** How many random shapes and attributes there are in each of these graphs. Default 20. */
  readonly cases?: number;
}

/** Everything that a backend must do. */
export function conformanceTests({ seeds = 8, cases = 20 }: TestOptions = {}): readonly ConformanceTest[] {
  return [
    ...opTests(),
    ...edgeTests(),
    ...randomTests(seeds, cases),
    ...accuracyTests(),
    ...longSumTests(),
    ...refusalTests(),
    ...layerTests(),
    ...lossTests(),
    ...metricTests(),
    ...trainingTests(),
    ...trainersTests(),
    ...nonFiniteTests(),
    ...lifecycleTests(),
    ...searchTests(seeds, 50),
  ];
}
