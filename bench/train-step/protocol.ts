import type { DataFiles } from '../lib/data.ts';
import type { LayerSpec } from '../lib/nets.ts';

/** What a process of an engine is asked; `torch_step.py` answers the same. */
export type StepRequest =
  | { readonly do: 'prepare'; readonly task: TaskMessage; readonly steps: number }
  /** Make `warm` steps, then measure `steps`. */
  | { readonly do: 'steps'; readonly warm: number; readonly steps: number }
  /** Make `warm` steps, then measure as many as begin within `ms`. */
  | { readonly do: 'burst'; readonly warm: number; readonly ms: number };

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
