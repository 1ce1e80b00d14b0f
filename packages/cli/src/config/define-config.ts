import type { EarlyStoppingOptions, Layer, Loss, Metric, MetricPath, NDArray, Optimizer } from '@descent/core';

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

/** Your own data; `validation` and `test` are evaluated after each epoch. */
export interface OwnData {
  readonly train: Examples;
  readonly validation?: Examples;
  readonly test?: Examples;
}

/** A call in JSON: a function's name, or its name with its arguments, such as `["linear", 784, 10]`. */
export type Call = string | readonly [name: string, ...args: unknown[]];

/** One backend for all, or one to train on and one to ask the trained network on. */
export type BackendChoice = string | { readonly training: string; readonly inference?: string };

/** When the state of training is saved, so that `descent resume` can go on. Each is a file in the folder `checkpoints` of the run. */
export interface CheckpointConfig {
  /** After each multiple of so many updates. Default: none within an epoch. */
  readonly everySteps?: number;
  /** After each multiple of so many epochs. Default 1. */
  readonly everyEpochs?: number;
  /** How many to keep. Default 3. */
  readonly keepLast?: number;
  /** Also keep that of the best epoch by this number, such as `'validation.loss'`. Default: what early stopping watches, else none. */
  readonly best?: MetricPath;
}

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
  readonly backend?: BackendChoice;
  /** Share of the training data that is kept back and evaluated after each epoch, above 0 and below 1. Default: none. */
  readonly validation?: number;
  /** Default: after each epoch, but not more often than every 5 seconds, and at the end. */
  readonly checkpoints?: CheckpointConfig;
  /** Stop when a number of held-out data gets no better, and keep the best epoch. Default: off; `true` for the options' defaults. */
  readonly earlyStopping?: boolean | EarlyStoppingOptions;
  /** Write event files for TensorBoard into the folder `events` of the run. Default true. */
  readonly tensorboard?: boolean;
  /** The run's folder, relative to the folder that the command runs in. Default: a new one in `runs`, named after the config. */
  readonly out?: string;
}

/** Returns `config` as it is; gives editors its type. */
export function defineConfig(config: DescentConfig): DescentConfig {
  return config;
}
