import type { StepsRequest } from '../lib/clock.ts';
import type { NetworkFiles } from './files.ts';
import type { OptimizerSpec } from './network.ts';
import type { Way } from './ways.ts';

/** What a process of an engine is asked; `torch_networks.py` answers the same. */
export type NetworkRequest =
  | { readonly do: 'prepare'; readonly task: NetworkTask; readonly steps: number }
  | { readonly do: 'memory' }
  | StepsRequest;

export interface NetworkTask {
  readonly net: string;
  /** The file that describes it to PyTorch. */
  readonly torch: string;
  /** What its `make` is given. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly optimizer: OptimizerSpec;
  readonly threads: number;
  readonly files: NetworkFiles;
  /** How PyTorch does it. */
  readonly way: Way;
}

export interface Prepared {
  /** Of the first steps. */
  readonly losses: readonly number[];
  /** Building the network, compiling it, and the first step. */
  readonly firstStepMs: number;
}

export interface Memory {
  /** The most that was resident so far. */
  readonly peakMiB: number;
}
