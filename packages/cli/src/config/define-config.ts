import type {
  AnyLayer,
  AnyLoss,
  AnyMetric,
  AxisRanges,
  EarlyStoppingOptions,
  FitOptions,
  ImagePreprocessing,
  Layer,
  MetricPath,
  Mode,
  NDArrays,
  Optimizer,
} from '@descent/core';
import type {
  BatchTransform,
  CsvOptions,
  DatasetOptions,
  EmnistSplit,
  LoadImageOptions,
  TableDatasetOptions,
  ToyOptions,
  Transform,
} from '@descent/datasets';
import type { DATASET_NAMES } from './dataset-names.ts';

/** Ids of the named datasets of `@descent/datasets`; `descent datasets` lists them. */
export type DatasetName = (typeof DATASET_NAMES)[number];

/**
 * A named dataset. `root` is relative to the folder that the command runs in; `samples`, `noise` and `seed` are of sets of points. Their `seed` is not that of
 * training, so that all runs have the same points.
 */
export interface NamedData
  extends Pick<DatasetOptions, 'root' | 'download' | 'mirrors' | 'offline'>,
    Pick<ToyOptions, 'samples' | 'noise' | 'seed'> {
  readonly name: DatasetName;
  /** Of `emnist`. Default `'balanced'`. */
  readonly split?: EmnistSplit;
  /** Of `cifar100`: 100 classes, or the 20 groups of them. Default `'fine'`. */
  readonly labels?: 'fine' | 'coarse';
}

/** A share of data that is taken out at random: the same items for the same seed. */
export interface Share {
  /** Above 0 and below 1. */
  readonly share: number;
  /** Not that of training, so that all runs are tested on the same. Default 0. */
  readonly seed?: number;
  /** Keep the share of each class the same. Default: where there are classes. */
  readonly stratified?: boolean;
}

/** A folder of PNG, JPEG or WebP files with one folder a class, as uint8 `[channels, height, width]`. */
export interface ImagesData extends Pick<LoadImageOptions, 'width' | 'height' | 'channels' | 'invert' | 'fit'> {
  /** Relative to the folder that the command runs in, as all paths. */
  readonly images: string;
  /** Another such folder, or a share of the images. Default: no test data. */
  readonly test?: string | number | Share;
}

/** A CSV or TSV file as float32 `[features]`. Numbers to predict are `[1]`, as `linear(…, 1)` gives them. */
export interface CsvData
  extends Pick<TableDatasetOptions, 'target' | 'features' | 'oneHot' | 'missing'>,
    Pick<CsvOptions, 'delimiter' | 'comment' | 'header' | 'decimal' | 'thousands' | 'types'> {
  readonly csv: string;
  /** Default `'classification'`. */
  readonly task?: 'classification' | 'regression';
  /** Texts that stand for a missing value, such as `['?']`. Default: nothing, `NA`, `N/A`, `NaN`, `nan`, `null`, `NULL`. */
  readonly missingTexts?: readonly string[];
  /** Another such file, or a share of the rows. Default: no test data. */
  readonly test?: string | number | Share;
}

/**
 * Arrays of a `.npz` file of NumPy: samples `[n, …]` as uint8 or float32, targets `[n]` as class indices or numbers. Of several targets each is what its
 * element type says: whole numbers are labels, floats are numbers to predict.
 */
export interface NpzData {
  readonly npz: string;
  /** Name of the array of samples; names of several for a network that takes them by these names. */
  readonly x: string | readonly string[];
  /** Name of the array of targets; names of several for a loss that takes them by these names, such as `lossOn({ target: 'label' }, crossEntropy())`. */
  readonly y: string | readonly string[];
  /** Of one array of targets. Default: regression where they are floats. */
  readonly task?: 'classification' | 'regression';
  /** The shape of a sample of one array, such as `[1, 28, 28]` for images that were saved as 28 × 28. Default: as it is. */
  readonly shape?: readonly number[];
  /**
   * Which samples are tokens, for a network that looks them up: `true` for those of one array, or names of arrays. They stay whole numbers; all
   * others but bytes become float32. Default none.
   */
  readonly tokens?: boolean | readonly string[];
  /** Of one array of targets. Default: `'0'`, `'1'`, … up to the largest label. */
  readonly classes?: readonly string[];
  /** Another such file, the names of other arrays in this one, or a share of the samples. Default: no test data. */
  readonly test?: string | number | Share | Pick<NpzData, 'x' | 'y'>;
}

/** Samples and targets, such as the datasets of `@descent/datasets` have them. */
export interface Examples {
  /** `[n, …sample]`: bytes, floats, or whole numbers such as tokens; several by name for a network that takes them by these names. */
  readonly x: NDArrays;
  /** `[n]` class indices, or whatever the loss takes; several by name for a loss that takes them by these names. */
  readonly y: NDArrays;
  /** For messages. */
  readonly name?: string;
  /** Class names, kept in the exported model. */
  readonly classes?: readonly string[];
  /** How a picture file becomes a sample, as `imageFolder` says it; kept for `descent predict`. */
  readonly pictures?: ImagePreprocessing;
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
  /** Whether the smallest or the largest number is the best. Default: as the metric says. */
  readonly mode?: Mode;
}

/** Which axes of samples have any size in the exported file, such as the length of a sequence. */
export interface ExportConfig {
  /** The shape of a sample with names for these axes, such as `['time']` or `[1, 'height', 'width']`; by name for samples of several arrays. */
  readonly shape: OpenShape | { readonly [name: string]: OpenShape };
  /** Which sizes they may have, such as `{ time: { max: 128 } }`. Default: any from 1 on. */
  readonly axes?: AxisRanges;
}

export type OpenShape = readonly (number | string)[];

/** What `descent train` trains. */
export interface DescentConfig {
  /** The network; in JSON a list of layers, such as `["flatten", ["linear", 784, 10]]`. */
  readonly model: AnyLayer | readonly (Layer | Call)[];
  readonly data: DatasetName | NamedData | CsvData | ImagesData | NpzData | OwnData;
  /** Default `crossEntropy()`, or `mse()` for data that say they are numbers to predict; for several targets there is none. */
  readonly loss?: AnyLoss | Call;
  readonly optimizer: Optimizer | Call;
  /** Default `[accuracy()]` with the default loss, else none. */
  readonly metrics?: readonly (AnyMetric | Call)[];
  /** Default 64. */
  readonly batchSize?: number;
  /** Default 10. */
  readonly epochs?: number;
  /** Of initialization, shuffling and dropout. Default 0. */
  readonly seed?: number;
  /** Such as `'onnx:cpu'`; `descent backends` lists them. Default `'auto'`: the one that trains fastest here, by a short measurement that is remembered. */
  readonly backend?: BackendChoice;
  /**
   * Fixed changes of every sample, such as `[resize(32), centerCrop(28)]`: of training data, held-out data, and pictures that `descent predict` opens.
   * Default none.
   */
  readonly transform?: readonly (Transform | Call)[];
  /**
   * Random changes of the training samples, such as `[randomCrop(28, { padding: 2 })]`, and of batches, such as `mixup({ classes: 10 })`: drawn anew in each
   * epoch, from the seed. They keep shape and element type. Default none.
   */
  readonly augment?: readonly (Transform | BatchTransform | Call)[];
  /** Threads that prepare training batches, where there is something to prepare; the numbers do not depend on it. Default 0. */
  readonly workers?: number;
  /** Data move to the device once, while they are at most so many bytes together; 0: each batch travels. Default 512 MiB. */
  readonly maxResidentBytes?: NonNullable<FitOptions['maxResidentBytes']>;
  /** Share of the training data that is kept back and evaluated after each epoch, above 0 and below 1. Default: none. */
  readonly validation?: number;
  /** Default: after each epoch, but not more often than every 5 seconds, and at the end. */
  readonly checkpoints?: CheckpointConfig;
  /** Stop when a number of held-out data gets no better, and keep the best epoch. Default: off; `true` for the options' defaults. */
  readonly earlyStopping?: boolean | EarlyStoppingOptions;
  /** Axes of any size in `model.onnx`. Default: the batch alone. */
  readonly export?: ExportConfig;
  /** Write event files for TensorBoard into the folder `events` of the run. Default true. */
  readonly tensorboard?: boolean;
  /** The run's folder, relative to the folder that the command runs in. Default: a new one in `runs`, named after the config. */
  readonly out?: string;
}

/** Returns `config` as it is; gives editors its type. */
export function defineConfig(config: DescentConfig): DescentConfig {
  return config;
}
