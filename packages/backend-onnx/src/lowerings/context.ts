import type { Graph, LoweringInfo } from '@descent/core/backend';
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
  /** Whether one thread alone does it for certain, whatever else runs in this process. */
  readonly isSequential: boolean;
}

/** ONNX operators in place of what they compute. Files have them, and training has not, so that a page which trains does not load them. */
export interface Operators {
  /** `graph` with operators of `opset` where there are such. */
  replace(graph: Graph, opset: number): Graph;
  /** The lowering of an operator. */
  write(operands: readonly Value[], info: LoweringInfo<object>, context: Context): Value;
}

/** A graph that computes the same in another way. */
export type GraphRewrite = (graph: Graph) => Graph;

/** What lowerings work with. */
export interface Context extends Target {
  readonly builder: GraphBuilder;
  /** Rewrites a graph when all else is done; null where nothing does. */
  readonly inBlocks: GraphRewrite | null;
  /** What ONNX has one operator for becomes that operator. */
  readonly operators: Operators | undefined;
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
