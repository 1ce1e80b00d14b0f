import type { StepsRequest } from '../lib/clock.ts';
import type { DataFiles } from '../lib/data.ts';
import type { LayerSpec } from '../lib/nets.ts';

/** What a process of an engine is asked; `torch_step.py` answers the same. */
export type StepRequest = { readonly do: 'prepare'; readonly task: TaskMessage; readonly steps: number } | StepsRequest;

export interface TaskMessage {
  readonly net: string;
  readonly layers: readonly LayerSpec[];
  readonly batchSize: number;
  readonly lr: number;
  readonly threads: number;
  readonly files: DataFiles;
}

export interface Prepared {
  /** Of the first steps. */
  readonly losses: readonly number[];
  readonly stepsPerRun: number;
}
