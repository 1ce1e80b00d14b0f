import type { LayerContext, Node } from '@descent/core';
import type { ImportedGraph, ImportedNode } from './graph.ts';
import type { ElementType, Known, Value } from './known.ts';
import type { Frame } from './loops/frame.ts';
import type { Local } from './loops/stepwise.ts';

/** What a rule may use. Inputs are asked for by their position. */
export interface RuleContext {
  /** Whether the network is being trained: dropout and batch normalization differ. */
  readonly training: boolean;
  /** Whether batch normalization takes the statistics of the batch and moves the running ones: in training, unless the import says otherwise. */
  readonly usesBatch: boolean;
  /** Number of inputs; some of them may be left out. */
  readonly count: number;
  has(input: number): boolean;
  /** The input as it is. Throws a `BackendError` when the file leaves it out. */
  value(input: number): Value;
  /** The input as a tensor of the graph: known numbers become a constant. */
  node(input: number): Node;
  /** The same of an input that may be left out. */
  optional(input: number): Node | undefined;
  /** All inputs as tensors of the graph. */
  nodes(): readonly Node[];
  /** The numbers of an input that must be known when the graph is built, or undefined where it is a tensor of the graph. */
  known(input: number): Known | undefined;
  /**
   * The numbers of an input that must be known, such as the target of a reshape; a multiple of the open axis is that multiple of `DYNAMIC`. `fallback` is
   * for one that is left out. Throws a `BackendError` where it depends on what is fed.
   */
  numbers(input: number, fallback?: readonly number[]): readonly number[];
  /** The first of `numbers`. */
  number(input: number, fallback?: number): number;
  /** The value as a tensor of the graph. */
  lift(value: Local): Node;
  /** Random numbers, new at every step. */
  readonly random: LayerContext['random'];
  /** Sets the state that stands behind an input, such as a running mean, after this step. Nothing where the input is no state. */
  assign(input: number, value: Node): void;
  /** Interprets the body of a control flow operator: its outputs for `inputs`, with the values around it. */
  run(body: ImportedGraph, inputs: readonly (Local | undefined)[], inside?: Inside): readonly Local[];
  /** How many loops the node stands in, of those that are loops of the graph. */
  readonly depth: number;
  /** Holds where the file computes the node; undefined where it always does. Elsewhere places are brought into the tensors that they are places of. */
  readonly guard: Node | undefined;
  /** The element type that an input has in the file, where that can be told. */
  typeOf(input: number): ElementType | undefined;
  /** Whether the outcome follows from numbers that are known: those of the inputs, and those that the bodies see. */
  readonly isKnownThroughout: boolean;
  /** An error about the node, for what cannot be imported. */
  unsupported(received: string, expected: string, fix?: string): Error;
}

/** What differs in a body. */
export interface Inside {
  /** The loop whose step it is. */
  readonly frame?: Frame;
  /** What it sees of a value around it. */
  readonly see?: (x: Node) => Node;
  /** Holds where the file computes it. */
  readonly guard?: Node;
  /** Where it stands, for the refusal of state that training moves; without it the state is that of the network. */
  readonly keepsState?: string;
}

/** What an operator of a file computes, in terms of core's ops: its output, or its outputs in their order. */
export type Rule = (node: ImportedNode, context: RuleContext) => Local | readonly (Local | undefined)[];

/** Operators by name; those of other domains than ONNX's own with the domain in front: `com.microsoft.Gelu`. */
export type Rules = Readonly<Record<string, Rule>>;

/** The name of an operator in tables. */
export function operatorName({ domain, opType }: Pick<ImportedNode, 'domain' | 'opType'>): string {
  return domain === '' ? opType : `${domain}.${opType}`;
}
