// What is done with every device, in Node and in pages alike.
import { type ConformanceTest, conformanceTests, DEFAULT_TOLERANCE, reasonFor, type Skip } from '@descent/conformance';
import type { Backend, Batch } from '@descent/core';
import { graph } from '@descent/core/backend';
import { input } from '@descent/core/ops';
import { NETS, type NetName } from '../lib/nets.ts';
import { median } from '../lib/statistics.ts';
import { BATCH, JOBS, trainCurve } from '../parity/curves.ts';
import { fitOn } from '../train-step/descent.ts';
import type { BenchFindings, ConformanceFindings, CurveFindings, Effort, Findings } from './findings.ts';
import { firstWeights, type TrainingImages } from './training-images.ts';

/** What a device is examined with. */
export interface Examination {
  readonly effort: Effort;
  readonly isGraphics: boolean;
  /** Tests of what the engine is known not to do. */
  readonly limits: readonly Skip[];
  readonly data: TrainingImages;
}

/** Tells what was found so far, so that it is known when the process does not survive what comes next. */
export type Tell = (part: Partial<Findings>) => void | Promise<void>;

/**
 * Trains, measures and tests; each part is told when it ends, and one that fails is told as a problem.
 * @throws the error of a device that does not start.
 */
export async function examine(backend: Backend, examination: Examination, tell: Tell): Promise<void> {
  const { effort, data } = examination;
  await expectStart(backend);
  const parts: readonly (readonly [name: string, run: () => Promise<Partial<Findings>>])[] = [
    [
      'curves',
      async () => (effort.curveSteps > 0 ? { curves: await curvesOn(backend, data, effort.curveSteps, tell) } : {}),
    ],
    [
      'bench',
      async () => (effort.benchSeconds > 0 ? { bench: await benchOn(backend, data, effort.benchSeconds) } : {}),
    ],
    [
      'conformance',
      async () =>
        effort.conformanceSeconds > 0 ? { conformance: await conformanceOn(backend, examination, tell) } : {},
    ],
  ];
  for (const [name, run] of parts) {
    const part = await run().catch((error: unknown) => ({ problems: [`${name}: ${messageOf(error)}`] }));
    await tell(part);
  }
}

/** Engines are loaded and devices opened when a program is compiled. */
async function expectStart(backend: Backend): Promise<void> {
  const executable = await backend.compile({ graph: graph({ y: input('x', []) }), reads: [], writes: [] });
  executable.dispose();
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function curvesOn(
  backend: Backend,
  data: TrainingImages,
  steps: number,
  tell: Tell,
): Promise<readonly CurveFindings[]> {
  const curves: CurveFindings[] = [];
  const batches = Array.from({ length: steps }, (_, i) => batchOf(data.train, i * BATCH, BATCH));
  const held = [batchOf(data.held, 0, data.held.count)];
  for (const job of JOBS) {
    const { losses, accuracy } = await trainCurve(job, backend, batches, held);
    curves.push({ job: job.name, losses, accuracy });
    await tell({ curves });
  }
  return curves;
}

function batchOf({ images, labels }: TrainingImages['train'], start: number, count: number): Batch {
  return {
    x: { dtype: 'uint8', shape: [count, 1, 28, 28], data: images.slice(start * 784, (start + count) * 784) },
    y: { dtype: 'int32', shape: [count], data: labels.slice(start, start + count) },
  };
}

/** Runs until the number of steps in one call has settled. */
const SETTLING_RUNS = 8;

async function benchOn(backend: Backend, data: TrainingImages, seconds: number): Promise<readonly BenchFindings[]> {
  const results: BenchFindings[] = [];
  for (const net of Object.keys(NETS) as NetName[]) {
    const { layers, lr, batchSize } = NETS[net];
    const weights = firstWeights(layers);
    const engine = await fitOn({ layers, lr, batchSize, threads: 1, data: data.train, weights }, backend);
    const samples: number[] = [];
    let steps = 0;
    const begun = performance.now();
    for (let run = 0; samples.length === 0 || performance.now() - begun < seconds * 1000; run++) {
      const start = performance.now();
      const { length } = await engine.run();
      // The first run compiles; where even the second takes all the time, it is what there is.
      const isSettled = run >= SETTLING_RUNS || (run > 0 && performance.now() - begun > (seconds * 1000) / 2);
      if (isSettled) samples.push((performance.now() - start) / length);
      if (isSettled) steps += length;
    }
    results.push({ net, median: median(samples), min: Math.min(...samples), stepsPerRun: engine.stepsPerRun, steps });
  }
  return results;
}

/** Tests this far apart are run first, so that those of all kinds come early. */
const STRIDE = 32;
/** So that little is lost of a device whose time is up, or whose process ends. */
const TELL_EVERY_MS = 3000;

async function conformanceOn(
  backend: Backend,
  { effort, isGraphics, limits: known }: Examination,
  tell: Tell,
): Promise<ConformanceFindings> {
  const { part: { index, of } = { index: 0, of: 1 } } = effort;
  const all = spread(conformanceTests(effort.conformanceSeconds < 10 ? { seeds: 1, cases: 4 } : {}));
  const tests = all.filter((_, i) => i % of === index);
  const failed: { readonly name: string; readonly message: string }[] = [];
  const limits: string[] = [];
  let passed = 0;
  let run = 0;
  const found = (): ConformanceFindings => ({ passed, failed, limits, skipped: tests.length - run });
  const begun = performance.now();
  let told = begun;
  for (const test of tests) {
    const now = performance.now();
    if (now - begun > effort.conformanceSeconds * 1000) break;
    if (now - told > TELL_EVERY_MS) {
      await tell({ conformance: found() });
      told = now;
    }
    run++;
    try {
      await test.run(backend, { ...DEFAULT_TOLERANCE, gradient: isGraphics ? 1e-4 : DEFAULT_TOLERANCE.gradient });
      passed++;
    } catch (error) {
      if (reasonFor(test, known) !== null) limits.push(test.name);
      else failed.push({ name: test.name, message: messageOf(error) });
    }
  }
  return found();
}

function spread(tests: readonly ConformanceTest[]): readonly ConformanceTest[] {
  return Array.from({ length: STRIDE }, (_, offset) => tests.filter((__, i) => i % STRIDE === offset)).flat();
}
