import type { Node, Shape } from '@descent/core';
import { type ElementType, isKnown, type Known, known, PROBES, type Value } from '../known.ts';

/** A number for each of the two sizes of the open axis; equal where it does not depend on it. */
export type Pair = readonly [number, number];

/** What numbers follow: the steps of a loop, or a state of it of which nothing is known yet. */
export interface Course {
  /** What stands for the number of the step in the body. */
  readonly variable: () => Node;
  /** The entry of `x` along `axis` that the numbers of `line` name in each step, taken for all steps at once. None where it changes from step to step. */
  readonly entry?: (x: Node, axis: number, line: Line) => Node | undefined;
  /** Is told of each line of 64 bits that becomes a tensor, whose integers have 32. */
  readonly lifted?: (line: Line) => void;
}

/** `base + step · t` in step t of `course`. */
export interface Line {
  readonly course: Course;
  readonly base: Pair;
  readonly step: Pair;
}

/** A truth value that is first `before`, and the contrary in the step of number `at`. */
export interface Turn {
  readonly course: Course;
  readonly before: boolean;
  readonly at: Pair;
  /** Whether it is known to be `before` in all steps up to then; otherwise it may have turned before. */
  readonly isExact: boolean;
}

/** A single number in the body of a loop, of which more is known than its type: it counts, or it turns from true to false. */
export interface Stepwise {
  readonly kind: 'stepwise';
  readonly elementType: ElementType;
  readonly shape: Shape;
  readonly line?: Line;
  readonly turn?: Turn;
  /** The same as a tensor of the graph. Throws where it follows from the size of the open axis. */
  readonly node: () => Node;
}

/** What flows in the body of a control flow operator. */
export type Local = Value | Stepwise;

export function isStepwise(value: Local | undefined): value is Stepwise {
  return value !== undefined && (value as Stepwise).kind === 'stepwise';
}

/** The only number of `value` for both sizes of the open axis. */
export function pairOf({ data, second }: Known): Pair {
  return [data[0] as number, (second ?? data)[0] as number];
}

export function knownPair([a, b]: Pair, elementType: ElementType, shape: Shape = []): Known {
  const first = known(elementType, shape, [a]);
  return a === b ? first : { ...first, second: [b] };
}

export function mapPair(a: Pair, b: Pair, f: (a: number, b: number, probe: 0 | 1) => number): Pair {
  return [f(a[0], b[0], 0), f(a[1], b[1], 1)];
}

/** For `mapPair`. */
export function least(a: number, b: number): number {
  return Math.min(a, b);
}

export function isSamePair(a: Pair, b: Pair): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** The size for both sizes of the open axis. */
export function pairOfSize(size: number): Pair {
  return size < 0 ? [-size * PROBES[0], -size * PROBES[1]] : [size, size];
}

/** `f` of what it is called for the first time only. */
export function once<T extends object>(f: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= f());
}

/** Whether `value` is a single whole number that is known. */
export function isKnownCount(value: Local | undefined): value is Known {
  return isKnown(value as Value) && isCount(value as Known);
}

/** Whether it is a single whole number. */
export function isCount({ elementType, shape }: { readonly elementType: ElementType; readonly shape: Shape }): boolean {
  return (elementType === 'int64' || elementType === 'int32') && shape.every((d) => d === 1);
}
