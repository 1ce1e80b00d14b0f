import { layerTests } from './suites/layers.ts';
import { lifecycleTests } from './suites/lifecycle.ts';
import { opTests } from './suites/ops.ts';
import { refusalTests } from './suites/refusals.ts';
import { trainingTests } from './suites/training.ts';
import type { ConformanceTest } from './test-case.ts';

/** Everything that a backend must do. */
export function conformanceTests(): readonly ConformanceTest[] {
  return [...opTests(), ...refusalTests(), ...layerTests(), ...trainingTests(), ...lifecycleTests()];
}
