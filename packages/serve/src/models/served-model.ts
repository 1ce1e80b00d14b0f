import type {
  AxisRanges,
  DType,
  ImagePreprocessing,
  NDArray,
  NDArrays,
  OutputKind,
  Prediction,
  Shape,
} from '@descent/core';
import type { Datatype } from '../protocol/datatypes.ts';

/** An input or output of a network. */
export interface ServedPort {
  readonly name: string;
  /** What Descent computes with. */
  readonly dtype: DType;
  /** What travels. */
  readonly datatype: Datatype;
  /** -1 for sizes that are open. */
  readonly shape: Shape;
  /** Whether nothing is known of the shape; `shape` is then empty, and any fits. */
  readonly anyShape?: boolean;
}

export type Feeds = Readonly<Record<string, NDArray>>;

/** Of one run. */
export interface RunOptions {
  /** Whether the memory of the feeds is not needed any more: it may go along to another thread. */
  readonly move: boolean;
}

/** A picture, a row or a text, as people have them. */
export type PredictItem =
  | { readonly kind: 'image'; readonly bytes: Uint8Array }
  | { readonly kind: 'row'; readonly row: Readonly<Record<string, unknown>> | readonly unknown[] }
  | { readonly kind: 'text'; readonly text: string };

/** What is said about one item. */
export type PredictAnswer =
  | {
      readonly predictions: readonly Prediction[];
      /** Where any number of labels may be right: those that are. */
      readonly labels?: readonly string[];
    }
  | { readonly values: readonly number[] };

/** Prepares items as training did, and says what outputs mean. */
export interface Predictor {
  readonly accepts: readonly PredictItem['kind'][];
  /** Of rows: the columns that the network takes, in order, where they are known. */
  readonly columns?: readonly string[];
  /** What columns of categories were in training, by their names; a part of them where they are many. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  /** Why nothing is accepted, where that is so. */
  readonly why?: string;
  /** One sample, with its batch in front. Throws a DescentError for what cannot be read, or does not fit. */
  prepare(item: PredictItem): Promise<{ readonly x: NDArrays; readonly inverted?: boolean }>;
  /** What the outputs of one sample say; the `top` most probable of classes. Throws a DescentError for outputs that say nothing, such as NaN. */
  answer(outputs: Feeds, top: number): PredictAnswer;
}

/** A network that is open and can be asked. */
export interface ServedModel {
  /** As Triton calls it: `onnxruntime_onnx` for ONNX files. */
  readonly platform: string;
  /** Where it runs: `onnx:cpu`. */
  readonly backend: string;
  readonly inputs: readonly ServedPort[];
  readonly outputs: readonly ServedPort[];
  /** What the numbers of the first output are. */
  readonly outputKind?: OutputKind;
  /** Names of the classes, where they are known. */
  readonly labels?: readonly string[];
  readonly preprocessing?: ImagePreprocessing;
  /** Which sizes open axes may have, by their names. */
  readonly axes?: AxisRanges;
  readonly predictor?: Predictor;
  /** Runs the network. Throws a DescentError for values that it cannot take. */
  run(feeds: Feeds, options?: RunOptions): Promise<Feeds>;
  dispose(): void | Promise<void>;
}
