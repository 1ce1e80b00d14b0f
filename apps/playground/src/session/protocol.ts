import type { DataTask, PreparedFiles } from '@descent/cli/config';
import type { Finding, ImagePreprocessing, NDArray, NDArrays, Parameters } from '@descent/core';
import type { TextPreparation } from '@descent/datasets';
import type { EngineName, Experiment } from '../state/experiment.ts';

/** What the page prepared from the user's own files. Named sets are loaded in the worker. */
export type OwnData = OwnArrays | PreparedFiles;

/** Samples and targets of one array each. */
export interface OwnArrays {
  readonly train: LabelledArrays;
  readonly test: LabelledArrays | null;
  /** Of the numbers of a row of a table, such as `colour=red`. */
  readonly features?: readonly string[];
  /** How texts became tokens. */
  readonly text?: TextPreparation;
}

export interface LabelledArrays {
  readonly x: NDArray;
  readonly y: NDArray;
  /** Names of the classes; none for numbers. */
  readonly classes: readonly string[];
}

/** An error as it travels: what `DescentError` says, part by part. */
export interface Problem {
  /** The class of the error, such as `StateError`; `Error` for what is no error of Descent. */
  readonly name: string;
  /** What is wrong, without the parts below. */
  readonly message: string;
  /** Such as `model.3`, or a layer of the network. */
  readonly path?: string;
  readonly received?: string;
  readonly expected?: string;
  readonly fix?: string;
}

/** A parameter by its name in the tree, such as `1.weight`. */
export interface ParameterInfo {
  readonly name: string;
  readonly shape: readonly number[];
  /** False for running means and the like, which no gradient changes. */
  readonly isTrained: boolean;
}

/** How an engine came up. */
export interface EngineInfo {
  readonly engine: EngineName;
  /** Of WebAssembly; `null` where the engine does not compute with threads of the processor. */
  readonly threads: number | null;
  /** Whether the page may have more than one thread. */
  readonly isIsolated: boolean;
}

/** What was opened. */
export interface Opened {
  readonly sampleShape: readonly number[];
  readonly outputShape: readonly number[];
  readonly classes: readonly string[];
  /** Whether each sample has one of the classes; whether numbers are predicted; `other` of data in files that are learned for something else. */
  readonly task: 'classification' | 'regression' | 'other';
  /** Whether samples and targets are one array each, which views can show. */
  readonly isPlain: boolean;
  /** What is learned, for the default loss and the record of the run. */
  readonly learned: DataTask;
  /** How rows became samples. */
  readonly preparation?: Pick<PreparedFiles, 'table' | 'windows'>;
  readonly pictures?: ImagePreprocessing;
  readonly trainSamples: number;
  readonly validationSamples: number;
  readonly testSamples: number;
  readonly parameterCount: number;
  readonly parameters: readonly ParameterInfo[];
  /** Batches of an epoch. */
  readonly stepsAnEpoch: number;
  readonly engine: EngineInfo;
  /** What the optimizer calls itself, such as `sgd`. */
  readonly optimizer: string;
  /** How texts became tokens. */
  readonly text?: TextPreparation;
}

/** Numbers of one evaluation; accuracy for classes only. */
export interface Scores {
  readonly loss: number;
  readonly accuracy: number | null;
}

export interface EpochScores {
  readonly epoch: number;
  readonly train: Scores;
  readonly validation: Scores | null;
  readonly test: Scores | null;
  readonly seconds: number;
}

/** What happened while training; steps come in groups, about 20 groups a second. */
export type SessionEvent =
  | {
      readonly type: 'loading';
      readonly what: 'data' | 'engine';
    }
  | { readonly type: 'opened'; readonly opened: Opened }
  /** Losses and accuracies of the batches `from`, `from + 1`, …, counted from 1 over all epochs. */
  | {
      readonly type: 'steps';
      readonly from: number;
      readonly losses: readonly number[];
      readonly accuracies: readonly (number | null)[];
    }
  | { readonly type: 'epoch'; readonly scores: EpochScores }
  | { readonly type: 'findings'; readonly findings: readonly Finding[] }
  /** Another engine goes on after that many steps. */
  | { readonly type: 'engine'; readonly info: EngineInfo; readonly step: number }
  /** A checkpoint was taken up: so many steps and these epochs are done, and what was drawn before is of another run. */
  | { readonly type: 'restored'; readonly step: number; readonly epochs: readonly EpochScores[] };

/** One number of a parameter: its name, and an index for each axis. */
export interface WeightPlace {
  readonly name: string;
  readonly index: readonly number[];
}

/** One number of a parameter in one step: how it stood, what the batch said of it, and what the optimizer made of that. */
export interface WeightView extends WeightPlace {
  readonly shape: readonly number[];
  readonly before: number;
  readonly gradient: number;
  /** Of this parameter in this step. */
  readonly lr: number;
  readonly after: number;
}

/** One update, looked at. */
export interface StepView {
  /** Number of updates made, this one included. */
  readonly step: number;
  readonly samples: number;
  readonly loss: number;
  readonly accuracy: number | null;
  readonly weights: readonly WeightView[];
}

/** The output of one layer for given samples. */
export interface Activation {
  readonly path: string;
  readonly label: string;
  readonly output: NDArray;
}

export interface RangePoint {
  readonly lr: number;
  readonly loss: number;
}

/** From which learning rate to which, in how many steps; each is the one before times a factor. */
export interface RangeOptions {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}

export interface OnnxExport {
  readonly bytes: Uint8Array;
  /** Between the file in a fresh session and the network in the reference interpreter. */
  readonly maxAbsDifference: number;
  /** How many samples were compared. */
  readonly samples: number;
}

export interface Mistake {
  /** Row of the set that was judged. */
  readonly index: number;
  readonly sample: NDArray;
  readonly label: number;
  readonly predicted: number;
  readonly probability: number;
}

export interface Evaluation {
  readonly scores: Scores;
  /** Rows are labels, columns are predictions; for classes only. */
  readonly confusion: readonly (readonly number[])[] | null;
  /** The most certain first, at most as many as were asked for. */
  readonly mistakes: readonly Mistake[];
}

export interface OutputView {
  /** Probabilities where the output says classes, else the numbers as they are; `[n, …]`. */
  readonly output: NDArray;
  readonly isProbabilities: boolean;
}

export type SetName = 'train' | 'validation' | 'test';

/**
 * One network in training. While `train` runs, what only looks (`parameters` to `checkpoint`) has its turn between two steps; `step` and
 * `switchEngine` do, too, and training goes on after them; `open` and `restore` end it. All throw what the network, the data or the engine has to say.
 */
export interface SessionApi {
  /** Builds network, data and engine anew; the numbers of what was trained before are gone. */
  open(experiment: Experiment, own: OwnData | null): Promise<Opened>;
  /** Trains until `epochs` epochs are done in all; ends early when stopped. Gives the number of epochs done. */
  train(epochs: number): Promise<number>;
  /** Lets training wait after the steps that run now; nothing is lost. */
  pause(): void;
  resume(): void;
  /** Ends `train`, which goes on from there when it is called again. */
  stop(): void;
  /** One update on the next batch, looked at. `seen` are the weights to show; none: of each parameter that is trained, the one with the largest gradient. */
  step(seen: readonly WeightPlace[]): Promise<StepView>;
  /** Goes on with the same numbers on another engine. When that one does not open, the old one stays. */
  switchEngine(engine: EngineName): Promise<EngineInfo>;
  parameters(): Promise<Parameters>;
  predict(x: NDArray): Promise<OutputView>;
  /** The output of each layer, in the order of computation, for samples `[n, …]`. */
  activations(x: NDArray): Promise<readonly Activation[]>;
  evaluate(set: SetName, mistakes: number): Promise<Evaluation>;
  /** Samples of a set, for pictures of it. */
  samples(set: SetName, from: number, count: number): Promise<LabelledArrays>;
  /** A whole set, of one array or of several. */
  whole(set: SetName): Promise<{ readonly x: NDArrays; readonly y: NDArrays }>;
  /** Raises the learning rate from step to step on a copy of the network, which is thrown away. */
  rangeTest(options: RangeOptions): Promise<readonly RangePoint[]>;
  exportOnnx(): Promise<OnnxExport>;
  exportSafetensors(): Promise<Uint8Array>;
  checkpoint(): Promise<Uint8Array>;
  /** Takes up a checkpoint, or the parameters of safetensors, of the same network. */
  restore(bytes: Uint8Array, kind: 'checkpoint' | 'safetensors'): Promise<void>;
  dispose(): Promise<void>;
}

/** What the worker offers. */
export interface WorkerApi extends SessionApi {
  /** Gets what happens from now on. */
  listen(listener: (event: SessionEvent) => void): void;
}
