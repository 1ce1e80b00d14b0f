import type {
  AnyLayer,
  AnyLoss,
  AnyMetric,
  AxisRanges,
  EarlyStoppingOptions,
  FitOptions,
  ImagePreprocessing,
  Initializer,
  InitRule,
  Layer,
  MetricPath,
  Mode,
  NDArrays,
  Optimizer,
} from '@descent/core';
import type {
  BatchTransform,
  BoxFolderOptions,
  CsvOptions,
  DatasetOptions,
  EmnistSplit,
  FitTableOptions,
  FitWindowsOptions,
  LoadImageOptions,
  MaskFolderOptions,
  PictureTableOptions,
  TableDatasetOptions,
  TextDatasetOptions,
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

/** How a CSV or TSV file is written. */
export interface CsvNotation
  extends Pick<CsvOptions, 'delimiter' | 'comment' | 'header' | 'decimal' | 'thousands' | 'types'> {
  /** Texts that stand for a missing value, such as `['?']`. Default: nothing, `NA`, `N/A`, `NaN`, `nan`, `null`, `NULL`. */
  readonly missingTexts?: readonly string[];
}

/** A CSV or TSV file as float32 `[features]`. Numbers to predict are `[1]`, as `linear(…, 1)` gives them. */
export interface CsvData extends Pick<TableDatasetOptions, 'target' | 'features' | 'oneHot' | 'missing'>, CsvNotation {
  readonly csv: string;
  /** Default `'classification'`. */
  readonly task?: 'classification' | 'regression';
  /** Another such file, or a share of the rows. Default: no test data. */
  readonly test?: string | number | Share;
}

/**
 * A table of numbers and categories in a CSV, TSV, Parquet (`.parquet`) or JSON lines (`.jsonl`, `.ndjson`) file, prepared by what its training rows say, as
 * `fitTable` of `@descent/datasets` does it: `{ numbers, categories }`, float32 and int32, for a network that takes them by these names; where all columns are
 * numbers, one float32 array. The preparation is in the metadata of the ONNX file as `table`.
 */
export interface TableData
  extends Pick<
      FitTableOptions,
      'target' | 'task' | 'features' | 'categories' | 'minCount' | 'missing' | 'unknown' | 'separator'
    >,
    CsvNotation {
  readonly table: string;
  /** `(value − mean) / std` of the training rows for each column of numbers. Default true. */
  readonly standardize?: boolean;
  /** The same for numbers to predict: losses and metrics are then in standard deviations, and the report in units of the target. Default false. */
  readonly standardizeTarget?: boolean;
  /** Another such file, or a share of the rows. Default: no test data. */
  readonly test?: string | number | Share;
}

/**
 * A CSV, TSV, Parquet or JSON lines file of numbers with a row for each step of time, as windows: float32 `[length, features]`, and the rows behind each
 * to predict, float32 `[horizon]`, or `[horizon, columns]` where `target` is a list. All are standardised by what the training rows say, which is in the
 * metadata of the ONNX file as `windows`. Validation and test data are the last rows, not some at random.
 */
export interface SeriesData
  extends Pick<FitWindowsOptions, 'length' | 'target' | 'horizon' | 'stride' | 'features' | 'time' | 'missing'>,
    CsvNotation {
  readonly series: string;
  /** Another such file, or the share of the last rows. Default: no test data. */
  readonly test?: string | number;
}

/** A token for each character, or the file `tokenizer.json` of Hugging Face's tokenizers. */
export type TokenizerChoice =
  | 'characters'
  | {
      readonly file: string;
      /** Whether `[CLS]` and the like are put in as the file says. Default true. */
      readonly specialTokens?: boolean;
      /** The token of padding. Default: the one that the file names. */
      readonly padding?: string;
    };

interface PaddedTexts {
  /** Default `'characters'`: those of the texts to train on, behind a token for padding (0) and one for what is unknown (1). */
  readonly tokenizer?: TokenizerChoice;
  /** Tokens that a text has room for; shorter ones are filled up. */
  readonly maxLength: number;
  /** Keep the first or the last tokens of longer texts. Default: they are an error. */
  readonly truncate?: 'end' | 'start';
  /**
   * What the network takes. `'token'` (the default): int32 `[maxLength]`, filled up with the token of padding. `'lengths'`: `{ x, lengths }` for a recurrent layer
   * behind `branches`. `'mask'`: `{ src, srcKeyPaddingMask }` for `transformerEncoder`. `'attention'`: `{ input_ids, attention_mask }` for an imported file of transformers, and
   * `'segments'`: these and `token_type_ids`, which are 0.
   */
  readonly padding?: 'token' | 'lengths' | 'mask' | 'attention' | 'segments';
  /** Lengths that batches to train on are cut to, with texts of similar lengths in one batch; for `padding: 'lengths'`. Default: none are cut. */
  readonly buckets?: readonly number[];
}

/**
 * Texts with a class or a number each, from a CSV, TSV, Parquet or JSON lines file, or from a folder with one folder of `.txt` files a class. What made tokens of
 * them is in the metadata of the ONNX file as `text`.
 */
export interface TextsData extends PaddedTexts, Pick<TextDatasetOptions, 'missing' | 'classes'>, CsvNotation {
  readonly texts: string;
  /** The column of texts; of a folder there is none. */
  readonly text?: string;
  /** The column to predict; of a folder there is none. */
  readonly target?: string;
  /** Default `'classification'`. */
  readonly task?: 'classification' | 'regression';
  /** Another such file or folder, or a share of the texts. Default: no test data. */
  readonly test?: string | number | Share;
}

/** The film reviews of Maas et al. 2011: the folder `aclImdb` that you unpacked their archive to. */
export interface ImdbData extends PaddedTexts {
  readonly imdb: string;
}

/**
 * One long text to learn what comes next: int32 `[blockLength]` and, as targets, the same one token on. Validation and test data are its end. What made tokens
 * of it is in the metadata of the ONNX file as `text`.
 */
export interface CorpusData {
  /** The path of a text file, or `'moby-dick'`, the text that ships with the data sets. */
  readonly corpus: string;
  /** Default `'characters'`: all that are in the text. */
  readonly tokenizer?: TokenizerChoice;
  /** Whether other characters are an error later (the default) or have a token of their own. */
  readonly unknown?: 'error' | 'token';
  /** Tokens of a window. */
  readonly blockLength: number;
  /** Tokens from the start of one window to that of the next. Default `blockLength`. */
  readonly stride?: number;
  /** Another file, or the share of the end of the text. Default: no test data. */
  readonly test?: string | number;
}

/** How large pictures become. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
  /** 1 for grey (the default) or 3 for colours. */
  readonly channels?: 1 | 3;
  /** `'contain'` (the default) keeps proportions and pads; `'fill'` stretches. */
  readonly fit?: 'contain' | 'fill';
}

/** Pictures of a folder with a table that says what each shows: a class, numbers, or several labels. */
export interface LabelledImagesData
  extends PictureSize,
    Pick<PictureTableOptions, 'file' | 'target' | 'task' | 'separator' | 'classes'>,
    CsvNotation {
  readonly images: string;
  /** A CSV, TSV, Parquet or JSON lines file, one picture a row. */
  readonly labels: string;
  /** Another table (and folder), or a share of the pictures. Default: no test data. */
  readonly test?: number | Share | { readonly labels: string; readonly images?: string };
}

/** Pictures with a mask for each, which says the class of each pixel: uint8 `[channels, height, width]`, targets int32 `[height, width]`. */
export interface MasksData
  extends PictureSize,
    Pick<MaskFolderOptions, 'classes' | 'palette' | 'ignore' | 'maskSuffix'> {
  readonly images: string;
  /** The folder of masks, PNG files of the names of the pictures. */
  readonly masks: string;
  /** Two other such folders, or a share of the pictures. Default: no test data. */
  readonly test?: number | Share | { readonly images: string; readonly masks: string };
}

/** Pictures with one box each, as two targets: `boxes` float32 `[1, 4]`, left, top, right, bottom in pixels, and `labels` int32 `[1]`. */
export interface BoxesData extends PictureSize, Pick<BoxFolderOptions, 'classes' | 'outside'> {
  readonly images: string;
  /** A CSV file with the columns file, x, y, w, h, label, or a JSON file of COCO. */
  readonly boxes: string;
  /** Another such file (and folder), or a share of the pictures. Default: no test data. */
  readonly test?: number | { readonly boxes: string; readonly images?: string };
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

/** How parameters of some names start, as `initialize` of `@descent/core` takes it. */
export interface InitConfig extends Pick<InitRule, 'match'> {
  readonly init: Initializer | Call;
}

export type OpenShape = readonly (number | string)[];

/** Data in files of the user, by the key that tells them apart. */
export type FileData =
  | CsvData
  | TableData
  | SeriesData
  | TextsData
  | ImdbData
  | CorpusData
  | ImagesData
  | LabelledImagesData
  | MasksData
  | BoxesData
  | NpzData;

/** The network of an ONNX file, which starts with the numbers of the file. */
export interface ImportedNetwork {
  /** The file, from the folder of the config, in which it must lie. */
  readonly importOnnx: string;
  /** Other layers in the place of some, by the paths that `descent summary` shows: `{ "fc": ["linear", 512, 5] }`. */
  readonly replace?: Readonly<Record<string, Call>>;
  /** Whose statistics batch normalizations take in training: those of each batch, or the running ones, which then stay as they are. Default `'batch'`. */
  readonly batchNorm?: 'batch' | 'running';
  /**
   * Which float tensors of the file training changes, by their names: a regular expression, or a list. Default: weights, and not what is none as far as the file
   * tells, such as buffers and tables of positions; `descent inspect` lists those.
   */
  readonly trainable?: string | readonly string[];
  /**
   * A new linear layer for `classes` behind a file that gives numbers for each token of a text, such as an encoder without a head: what it takes is the first
   * token's numbers (`'first'`) or the mean over all tokens that count (`'mean'`). Default: none.
   */
  readonly head?: { readonly classes: number; readonly pool: 'first' | 'mean' };
}

/** What `descent train` trains. */
export interface DescentConfig {
  /**
   * The network; in JSON a list of layers, such as `["flatten", ["linear", 784, 10]]`. One of them may be an ONNX file: `{ "importOnnx": "net.onnx" }`, alone
   * or in the list.
   */
  readonly model: AnyLayer | ImportedNetwork | readonly (Layer | Call | ImportedNetwork)[];
  readonly data: DatasetName | NamedData | FileData | OwnData;
  /**
   * Default `crossEntropy()`, of masks with `classAxis: 1` and `ignoreIndex: -100`; `mse()` for data that say they are numbers to predict; `bceWithLogits()` for
   * several labels; for several targets there is none.
   */
  readonly loss?: AnyLoss | Call;
  readonly optimizer: Optimizer | Call;
  /** With the default loss `[accuracy()]`, `[f1()]` for several labels, `[jaccard()]` for masks, `[perplexity()]` for text; none for numbers, nor with another loss. */
  readonly metrics?: readonly (AnyMetric | Call)[];
  /**
   * Initializers of parameters by their names: each by the first rule that matches it, such as `[{ match: /weight$/, init: truncatedNormal({ std: 0.02 }) }]`.
   * Default: those of the layers.
   */
  readonly init?: readonly InitConfig[];
  /** Default 64. */
  readonly batchSize?: number;
  /** Default 10. */
  readonly epochs?: number;
  /** Of initialization, shuffling and dropout. Default 0. */
  readonly seed?: number;
  /** Such as `'onnx:cpu'`; `descent backends` lists them. Default `'auto'`: the one that trains fastest here, by a short measurement that is remembered. */
  readonly backend?: BackendChoice;
  /**
   * Where `onnx:cpu` can compute something in several ways: `'rules'` choose one, or the fastest here is `'measured'`, for 0.3 s once, and kept with the run. The
   * last bits then differ from machine to machine, and not when the run goes on. Default `'rules'`.
   */
  readonly choices?: 'rules' | 'measured';
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
