import { type ConformanceTest, conformanceTests, DEFAULT_TOLERANCE, type SoakResult, soak } from '@descent/conformance';
import { type Backend, graph } from '@descent/core/backend';
import { input } from '@descent/core/ops';
import { trainedLosses } from './train.ts';

/** What is asked of a device. */
export interface Examination {
  /** Largest accepted difference of gradients from the reference interpreter. */
  readonly gradient: number;
  /** Of the cases of ops, every so many are run. */
  readonly every: number;
  /** Of all other tests, every so many. Default 1. */
  readonly everyOther?: number;
  /** Steps of training after which memory is looked at. */
  readonly soak: number;
}

export interface DeviceReport {
  readonly backend: string;
  readonly count: number;
  readonly failures: readonly string[];
  /** Losses of a network trained from one seed. */
  readonly losses: readonly number[];
  /** What many steps of training leave behind, in MB. */
  readonly soaked: SoakResult | null;
  /** The first lines of `describe()`: what the device says about itself. */
  readonly notes: string;
}

const PROGRESS_EVERY = 100;

/** The conformance kit on a device, the curve of one seed, and what many steps leave behind of what `measure` measures. */
export async function examine(
  backend: Backend,
  { gradient, every, everyOther = 1, soak: steps }: Examination,
  measure: () => number,
  onProgress: (text: string) => unknown,
): Promise<DeviceReport> {
  const chosen = ({ name }: ConformanceTest, i: number): boolean =>
    i % (/^(op|random|edge|search)\//.test(name) ? every : everyOther) === 0;
  const tests = conformanceTests().filter(chosen);
  const failures: string[] = [];
  for (const [i, test] of tests.entries()) {
    if (i % PROGRESS_EVERY === 0) await onProgress(`${i} of ${tests.length} tests`);
    try {
      await test.run(backend, { ...DEFAULT_TOLERANCE, gradient });
    } catch (error) {
      failures.push(`${test.name}: ${(error as Error).message}`);
    }
  }
  const losses = await trainedLosses(backend, 24);
  const soaked = await soak(backend, { steps, measure });
  const executable = await backend.compile({ graph: graph({ y: input('x', []) }), reads: [], writes: [] });
  return { backend: backend.name, count: tests.length, failures, losses, soaked, notes: executable.describe() };
}
