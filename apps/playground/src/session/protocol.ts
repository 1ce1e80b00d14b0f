import type { NDArray, Parameters } from '@descent/core';
import type { EngineName, Experiment } from '../state/experiment.ts';

/** Samples and targets that the page prepared from the user's own files. Named sets are loaded in the worker. */
export interface OwnData {
  readonly train: LabelledArrays;
  readonly test: LabelledArrays | null;
}

export interface LabelledArrays {
  readonly x: NDArray;
  readonly y: NDArray;
  /** Names of the classes; none for numbers. */
  readonly classes: readonly string[];
}

/** An error as it travels: what `DescentError` says, part by part. */
export interface Problem {
  readonly message: string;
  /** Such as `model.3`, or a layer of the network. */
  readonly path?: string;
  readonly received?: string;
  readonly expected?: string;
  readonly fix?: string;
}

/** What was opened. */
export interface Opened {
  readonly sampleShape: readonly number[];
  readonly outputShape: readonly number[];
  readonly classes: readonly string[];
  readonly task: 'classification' | 'regression';
  readonly trainSamples: number;
  readonly validationSamples: number;
  readonly testSamples: number;
  readonly parameterCount: number;
  /** Batches of an epoch. */
  readonly stepsAnEpoch: number;
  /** What the engine had to say, such as that it has one thread only. */
  readonly notes: readonly string[];
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
      readonly what: 'engine' | 'data';
      readonly loaded: number;
      readonly total: number | null;
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
  | { readonly type: 'findings'; readonly findings: readonly { readonly rule: string; readonly text: string }[] }
  | { readonly type: 'engine'; readonly engine: EngineName; readonly step: number };

/** A parameter of one layer in one step: the numbers of the course notes' question of where a weight lives and how it changes. */
export interface WeightView {
  readonly name: string;
  readonly shape: readonly number[];
  readonly index: readonly number[];
  readonly before: number;
  readonly gradient: number;
  readonly after: number;
}

export interface StepView {
  readonly step: number;
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
 * One network in training, in a worker. Each method but `pause`, `resume` and `stop` waits until the one before has ended. All throw what the
 * network, the data or the engine has to say, as `Problem`.
 */
export interface SessionApi {
  /** Builds network, data and engine anew; the numbers of what was trained before are gone. */
  open(experiment: Experiment, own: OwnData | null): Promise<Opened>;
  /** Trains until `epochs` epochs are done in all; ends early when stopped. Gives the number of epochs done. */
  train(epochs: number): Promise<number>;
  pause(): void;
  resume(): void;
  stop(): void;
  /** One update on the next batch, looked at. `seen` are the weights to show: names of parameters with an index each; none: one of each parameter. */
  step(seen: readonly { readonly name: string; readonly index: readonly number[] }[]): Promise<StepView>;
  /** Goes on with the same numbers on another engine. */
  switchEngine(engine: EngineName): Promise<readonly string[]>;
  parameters(): Promise<Parameters>;
  predict(x: NDArray): Promise<OutputView>;
  activations(x: NDArray): Promise<readonly Activation[]>;
  evaluate(set: SetName, mistakes: number): Promise<Evaluation>;
  /** Samples of a set, for pictures of it. */
  samples(set: SetName, from: number, count: number): Promise<LabelledArrays>;
  /** Raises the learning rate from step to step on a copy of the network, which is thrown away. */
  rangeTest(options: {
    readonly from: number;
    readonly to: number;
    readonly steps: number;
  }): Promise<readonly RangePoint[]>;
  exportOnnx(): Promise<Uint8Array>;
  exportSafetensors(): Promise<Uint8Array>;
  checkpoint(): Promise<Uint8Array>;
  /** Takes up a checkpoint, or the parameters of safetensors, of the same network. */
  restore(bytes: Uint8Array, kind: 'checkpoint' | 'safetensors'): Promise<void>;
  dispose(): void;
}
