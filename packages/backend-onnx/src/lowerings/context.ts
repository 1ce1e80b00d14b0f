import type { Graph } from '@descent/core/backend';
import type { GraphBuilder } from '../model/builder.ts';
import type { Value } from '../model/value.ts';
import type { Strategies } from '../strategies.ts';

/**
 * Which operators a model may use: `'cpu'`, all that the CPU provider has; `'webgpu'`, those that the WebGPU provider runs on the GPU and
 * computes correctly.
 */
export type Dialect = 'cpu' | 'webgpu';

/** What a choice among lowerings depends on besides the shapes. */
export interface Target {
  readonly dialect: Dialect;
  /** Threads that share the work of one operator. */
  readonly threads: number;
}

/** What lowerings work with. */
export interface Context extends Target {
  readonly builder: GraphBuilder;
  /** Picks the way to compute an op that has several. */
  readonly strategies: Strategies;
  /** Records a choice, for `Executable.describe()`. */
  note(text: string): void;
  /** The outputs of a graph that a node holds, from its inputs by name, written with `builder`. */
  lower(body: Graph, inputs: ReadonlyMap<string, Value>, builder: GraphBuilder): ReadonlyMap<string, Value>;
  /** What `make` gives at its first call with this `key`. */
  once<T>(key: object, make: () => T): T;
}

/** The operands of a node, none of which is missing. */
export type Operands = readonly [Value, Value, Value];
