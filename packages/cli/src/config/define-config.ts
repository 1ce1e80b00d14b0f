import type { Layer, Loss, Metric, NDArray, Optimizer } from '@descent/core';

/** Names of the datasets that need no files, or only a folder. */
export type DatasetName = 'mnist-sample' | 'mnist' | 'fashion-mnist';

/** A named dataset; `root` is the folder of its files and is not needed for `mnist-sample`. */
export interface NamedData {
  readonly name: DatasetName;
  /** Relative to the folder that the command runs in. */
  readonly root?: string;
}

/** Samples and targets, such as the datasets of `@descent/datasets` have them. */
export interface Examples {
  /** `[n, …sample]`; bytes or floats. */
  readonly x: NDArray<'uint8' | 'float32'>;
  /** `[n]` class indices, or whatever the loss takes. */
  readonly y: NDArray<'int32' | 'uint8' | 'float32'>;
  /** For messages. */
  readonly name?: string;
  /** Class names, kept in the exported model. */
  readonly classes?: readonly string[];
}

/** Your own data; `test` is evaluated after each epoch. */
export interface OwnData {
  readonly train: Examples;
  readonly test?: Examples;
}

/** A call in JSON: a function's name, or its name with its arguments, such as `["linear", 784, 10]`. */
export type Call = string | readonly [name: string, ...args: unknown[]];

/** What `descent train` trains. */
export interface DescentConfig {
  /** The network; in JSON a list of layers, such as `["flatten", ["linear", 784, 10]]`. */
  readonly model: Layer | readonly Call[];
  readonly data: DatasetName | NamedData | OwnData;
  /** Default `crossEntropy()`. */
  readonly loss?: Loss | Call;
  readonly optimizer: Optimizer | Call;
  /** Default `[accuracy()]` with the default loss, else none. */
  readonly metrics?: readonly (Metric | Call)[];
  /** Default 64. */
  readonly batchSize?: number;
  /** Default 10. */
  readonly epochs?: number;
  /** Of initialization, shuffling and dropout. Default 0. */
  readonly seed?: number;
  /** Such as `'onnx:cpu'`; `descent backends` lists them. Default `'auto'`: the fastest that works. */
  readonly backend?: string;
  /** The run's folder, relative to the folder that the command runs in. Default: a new one in `runs`, named after the config. */
  readonly out?: string;
}

/** Returns `config` as it is; gives editors its type. */
export function defineConfig(config: DescentConfig): DescentConfig {
  return config;
}
