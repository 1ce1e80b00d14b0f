import type { NDArray } from '../ir/ndarray.ts';
import type { AnyLayer, Layer } from '../layers/layer.ts';
import type { AnyLoss, Loss } from '../losses/loss.ts';
import type { AnyMetric, Metric } from '../metrics/metric.ts';
import type { Parameters } from '../model/parameters.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Trainer, TrainerOptions } from './trainer.ts';

/** One of several trainers of the same parameters. */
export interface TrainerPart {
  /** Its network. A layer that networks have in common, under one name, is the same layer with the same parameters. */
  readonly model: AnyLayer;
  readonly loss: AnyLoss;
  readonly optimizer: Optimizer;
  readonly metrics?: readonly AnyMetric[];
  /** What this trainer leaves as it is: parameters of the other trainers, running means included. Default none. */
  readonly freeze?: RegExp;
}

/** Trainers by name. */
export type TrainerParts = Readonly<Record<string, TrainerPart>>;

type InOf<P extends TrainerPart> = P['model'] extends Layer<infer In, infer _> ? In : never;
type OutOf<P extends TrainerPart> = P['model'] extends Layer<infer _, infer Out> ? Out : never;
type TargetOf<P extends TrainerPart> = P['loss'] extends Loss<infer _, infer Target> ? Target : never;
type NameOf<P extends TrainerPart> = P extends { readonly metrics: readonly Metric<infer _, infer __, infer Name>[] }
  ? Name
  : never;

/** Loss and metrics that take what the network of a part gives. */
export type Fitting<P extends TrainerPart> = {
  readonly loss: Loss<OutOf<P>, TargetOf<P>>;
  readonly metrics?: readonly Metric<OutOf<P>, TargetOf<P>>[];
};

export interface TrainersOptions<Parts extends TrainerParts>
  extends Pick<TrainerOptions, 'backend' | 'seed' | 'parameters' | 'maxPrograms'> {
  /** Each trains those parameters of its network that it does not freeze. One may be trained by several, or by none. */
  readonly trainers: Parts & { readonly [K in keyof Parts]: Fitting<Parts[K]> };
}

/** An ordinary trainer of a part. */
export type TrainerOf<P extends TrainerPart> = Trainer<InOf<P>, OutOf<P>, TargetOf<P>, NameOf<P>>;

/** Trainers that take turns on one set of parameters. Calls of all of them are made one after the other. */
export interface Trainers<Parts extends TrainerParts = TrainerParts> {
  /** Each with slots, random draws and a number of steps of its own. Loading a state into one loads its parameters for all. */
  readonly trainers: { readonly [K in keyof Parts]: TrainerOf<Parts[K]> };
  /** All current parameters, copied to the host. */
  parameters(): Promise<Parameters>;
  state(): Promise<TrainersState<keyof Parts & string>>;
  /** Takes up a saved state of all. Throws a `StateError` that names every difference, and then has changed nothing. */
  load(state: TrainersState<keyof Parts & string>): Promise<void>;
  /** Ends all trainers, and frees what is on the device once the calls that were made have ended. */
  dispose(): void;
}

/** Everything that trainers of one set of parameters need to go on. */
export interface TrainersState<Name extends string = string> {
  readonly parameters: Parameters;
  readonly trainers: Readonly<
    Record<Name, { readonly step: number; readonly slots: Readonly<Record<string, NDArray>> }>
  >;
}
