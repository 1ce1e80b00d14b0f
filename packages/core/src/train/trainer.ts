import type { Backend } from '../backend/contract.ts';
import type { Node } from '../ir/node.ts';
import type { ArraysOf, Tensors } from '../ir/tree.ts';
import type { Layer } from '../layers/layer.ts';
import type { Loss } from '../losses/loss.ts';
import type { Metric } from '../metrics/metric.ts';
import type { Parameters } from '../model/parameters.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Batch, BatchTypes } from './batch.ts';
import type { ParameterGradients, StepGradients } from './gradients.ts';
import type { Metrics } from './metrics.ts';
import type { ResidentData } from './resident.ts';
import type { TrainerState } from './saved.ts';
import type { Directions } from './watch.ts';

export interface TrainerOptions<
  In extends Tensors = Node,
  Out extends Tensors = Node,
  Target extends Tensors = Node,
  Name extends string = string,
> {
  readonly model: Layer<In, Out>;
  readonly loss: Loss<Out, Target>;
  readonly optimizer: Optimizer;
  readonly backend: Backend;
  /** Default none; the loss is always reported. */
  readonly metrics?: readonly Metric<Out, Target, Name>[];
  /** Of initialization and dropout, default 0. */
  readonly seed?: number;
  /** Start from these instead of drawing them. */
  readonly parameters?: Parameters;
  /** Parameters that stay as they are, besides those that a group of the optimizer freezes: those whose name matches. Default none. */
  readonly freeze?: RegExp;
  /**
   * Programs that stay compiled, one for each shape of batch in training and one in evaluation; the least recently used goes first. Default 16.
   */
  readonly maxPrograms?: number;
}

/** Batches for a trainer, in order. */
export type Batches<In extends Tensors = Node, Target extends Tensors = Node> =
  | Iterable<Batch<ArraysOf<In>, ArraysOf<Target>>>
  | AsyncIterable<Batch<ArraysOf<In>, ArraysOf<Target>>>;

/**
 * Trains a network that takes `In` and gives `Out`, against targets `Target`: one tensor each, or several by name. Its metrics are called
 * `Name`.
 */
export interface Trainer<
  In extends Tensors = Node,
  Out extends Tensors = Node,
  Target extends Tensors = Node,
  Name extends string = string,
> {
  readonly model: Layer<In, Out>;
  /** Which way the loss and each metric get better; a loss is better lower. */
  readonly directions: Directions;
  /** What it was made of. */
  readonly options: TrainerOptions<In, Out, Target, Name>;
  /** Number of updates made. */
  readonly stepCount: number;
  /**
   * One update on one batch; gives its loss and metrics from before the update.
   * @throws NumericError when the loss or anything that the step would write is not finite, with the step, the layer and the parameter; the
   * parameters stay those from before the step.
   * @throws ValueError when a target is not what the loss or a metric takes, such as a label without a class, with its row.
   */
  step(x: ArraysOf<In>, y: ArraysOf<Target>): Promise<Metrics<Name>>;
  /**
   * The first half of a step: gradients of one batch, with its loss, its metrics, and what its layers would set. It changes nothing, and draws
   * what the next step draws. `averageGradients` makes one of several.
   * @throws NumericError and ValueError as `step` does.
   */
  gradients(x: ArraysOf<In>, y: ArraysOf<Target>): Promise<StepGradients<Name>>;
  /**
   * The second half of a step: `update(await gradients(x, y))` is `step(x, y)`.
   * @throws NumericError for gradients and updates that are not finite; the parameters stay those from before. StateError for gradients of
   * another network, or when some are missing.
   */
  update(gradients: ParameterGradients): Promise<void>;
  /** Throws what a step on a batch of these types would throw, such as a `ShapeError` that names a layer, without making one. */
  check(types: BatchTypes): void;
  /** Means as of one batch of all samples, without dropout and without an update. */
  evaluate(batches: Batches<In, Target>): Promise<Metrics<Name>>;
  /** The network's output for `x`, without dropout. */
  predict(x: ArraysOf<In>): Promise<ArraysOf<Out>>;
  /** The current parameters, copied to the host. */
  parameters(): Promise<Parameters>;
  state(): Promise<TrainerState>;
  /** Takes up a saved state. Throws a `StateError` naming every difference when it is another network's or optimizer's. */
  load(state: TrainerState): Promise<void>;
  /**
   * Copies a data set to the device, once however often it is called with the same object; `dispose` of the result frees it.
   * @throws ValueError, ShapeError or DTypeError when the loss or a metric is not for its targets.
   */
  resident(data: Batch<ArraysOf<In>, ArraysOf<Target>>): Promise<ResidentData<Name>>;
  /** Frees what is on the device once the calls that were made have ended. Calls after it throw a `BackendError`. */
  dispose(): void;
}

/** A trainer of whatever network. */
// biome-ignore lint/suspicious/noExplicitAny: a trainer of less than any tensors is none of any.
export type AnyTrainer<Name extends string = string> = Trainer<any, any, any, Name>;
