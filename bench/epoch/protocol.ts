import type { DataFiles } from '../lib/data.ts';
import type { LayerSpec } from '../lib/nets.ts';

export interface EpochTask {
  readonly layers: readonly LayerSpec[];
  readonly batchSize: number;
  readonly lr: number;
  readonly threads: number;
  readonly files: DataFiles;
  /** PyTorch's data set: one item after the other as in torchvision, or tensors that were converted beforehand. */
  readonly dataset?: 'items' | 'tensors';
}

/** What a process is asked; `torch_epoch.py` answers the same. */
export type EpochRequest =
  | { readonly do: 'prepare'; readonly task: EpochTask }
  /** A new network, two epochs. */
  | { readonly do: 'train'; readonly seed: number };

export interface EpochTiming {
  /** With everything that is done once: building, compiling, moving the data set. */
  readonly firstMs: number;
  readonly nextMs: number;
  /** Of all threads, for one epoch of the two. */
  readonly cpuMs: number;
  /** On the training set, while the second epoch went on. */
  readonly accuracy: number;
}
