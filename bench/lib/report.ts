import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import type { BrowserBench } from '../browser/run.ts';
import type { CheckResult } from '../check/run.ts';
import type { CompileResult } from '../compile/run.ts';
import type { DataResult } from '../data/result.ts';
import type { EpochResult } from '../epoch/run.ts';
import type { InferenceReport } from '../inference/run.ts';
import type { JavaScriptResult } from '../javascript/run.ts';
import type { MemoryResult } from '../memory/run.ts';
import type { NetworkResult } from '../networks/result.ts';
import type { Comparison } from '../parity/curves.ts';
import type { ServeReport } from '../serve/result.ts';
import type { StepResult } from '../train-step/result.ts';
import { BENCH_FOLDER } from './paths.ts';

/** Everything that a run measured, and where. */
export interface Report {
  readonly date: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly platform: string;
    readonly node: string;
    readonly torch: string | null;
  };
  readonly dataset: string;
  readonly quick: boolean;
  readonly rounds: number;
  readonly trainStep: readonly StepResult[];
  readonly networks: readonly NetworkResult[];
  readonly scaling: readonly NetworkResult[];
  readonly epoch: EpochResult | null;
  readonly javascript: readonly JavaScriptResult[];
  readonly data: DataResult | null;
  readonly memory: MemoryResult | null;
  readonly compile: CompileResult | null;
  readonly check: readonly CheckResult[];
  readonly inference: InferenceReport | null;
  readonly serve: ServeReport | null;
  readonly parity: readonly Comparison[];
  readonly browser: BrowserBench | null;
}

export function machine(torch: string | null): Report['machine'] {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    platform: `${process.platform}-${process.arch}`,
    node: process.versions.node,
    torch,
  };
}

/** Where a report goes when no path was given. */
export function defaultReportPath(date: string): string {
  return join(BENCH_FOLDER, 'results', `${date.replaceAll(':', '-').replace(/\..*$/, '')}.json`);
}

/** Writes the report as JSON, making the folder if needed. */
export async function writeReport(report: Report, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(report, rounded, 1)}\n`);
}

/** Six digits are more than a clock gives. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
}
