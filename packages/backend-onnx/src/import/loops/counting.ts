import type { Node, Shape } from '@descent/core';
import { add, constant, mul, reshape } from '@descent/core/ops';
import { number, numbers } from '../attributes.ts';
import { constantArray } from '../constant-array.ts';
import type { ImportedNode } from '../graph.ts';
import { type ElementType, isKnown, type Known, known } from '../known.ts';
import {
  isCount,
  isKnownCount,
  isStepwise,
  knownPair,
  type Line,
  type Local,
  least,
  mapPair,
  once,
  type Pair,
  pairOf,
  type Stepwise,
  type Turn,
} from './stepwise.ts';

const NONE: Pair = [0, 0];

/**
 * What `node` gives where some of its inputs count the steps of a loop: sums, differences and products that count as well, comparisons that turn at a
 * step, the entry of a tensor that such a number names. Undefined for all else. `build` makes it as a tensor of the graph.
 */
export function countedOutput(
  node: ImportedNode,
  inputs: readonly (Local | undefined)[],
  build: () => Node,
): Local | undefined {
  if (node.domain !== '') return undefined;
  const [a, b] = inputs;
  if (COMPARED.has(node.opType)) return compared(node.opType, a, b, build);
  switch (node.opType) {
    case 'Identity':
      return a;
    case 'And':
      return both(a, b, build);
    case 'Not':
      return isStepwise(a) && a.turn !== undefined
        ? { ...a, turn: { ...a.turn, before: !a.turn.before }, node: once(build) }
        : undefined;
    case 'Gather':
      return entry(node, a, b);
    default:
      return lineOf(node, inputs);
  }
}

/** A line as a value of the body. */
export function counting(line: Line, elementType: ElementType, shape: Shape): Local {
  if (line.step[0] === 0 && line.step[1] === 0) return knownPair(line.base, elementType, shape);
  const constantOf = (pair: Pair): Node => constant(constantArray(knownPair(pair, 'int64'), 'a number of a loop'));
  const node = once((): Node => {
    if (elementType === 'int64') line.course.lifted?.(line);
    const scaled =
      line.step[0] === 1 && line.step[1] === 1
        ? line.course.variable()
        : mul(line.course.variable(), constantOf(line.step));
    const moved = line.base[0] === 0 && line.base[1] === 0 ? scaled : add(scaled, constantOf(line.base));
    return shape.length === 0 ? moved : reshape(moved, shape);
  });
  return { kind: 'stepwise', elementType, shape, line, node };
}

function lineOf(node: ImportedNode, inputs: readonly (Local | undefined)[]): Local | undefined {
  const [a, b] = inputs;
  if (a === undefined || !isLine(a)) return undefined;
  const { elementType } = a;
  switch (node.opType) {
    case 'Cast': {
      const to = TYPES.get(number(node, 'to'));
      return to === undefined || !isStepwise(a) ? undefined : counting(a.line as Line, to, a.shape);
    }
    case 'Neg':
      return isStepwise(a) ? counting(scaled(a.line as Line, [-1, -1]), elementType, a.shape) : undefined;
    case 'Squeeze':
    case 'Unsqueeze':
    case 'Reshape':
      return isStepwise(a) ? reshaped(node, a, b) : undefined;
    case 'Add':
    case 'Sub':
    case 'Mul':
      return b !== undefined && isLine(b) ? arithmetic(node.opType, a, b) : undefined;
    default:
      return undefined;
  }
}

/** INT32 and INT64 of ONNX. */
const TYPES: ReadonlyMap<number, ElementType> = new Map([
  [6, 'int32'],
  [7, 'int64'],
]);

type Counted = Known | (Stepwise & { readonly line: Line });

function isLine(value: Local): value is Counted {
  return isStepwise(value) ? value.line !== undefined && isCount(value) : isKnownCount(value);
}

function partsOf(value: Counted): { readonly course?: Line['course']; readonly base: Pair; readonly step: Pair } {
  return isStepwise(value) ? value.line : { base: pairOf(value), step: NONE };
}

function scaled({ course, base, step }: Line, by: Pair): Line {
  return { course, base: mapPair(base, by, (x, y) => x * y), step: mapPair(step, by, (x, y) => x * y) };
}

function arithmetic(operator: 'Add' | 'Sub' | 'Mul', a: Counted, b: Counted): Local | undefined {
  const [x, y] = [partsOf(a), partsOf(b)];
  const course = x.course ?? y.course;
  if (course === undefined || (x.course !== undefined && y.course !== undefined && x.course !== y.course))
    return undefined;
  const shape = a.shape.length >= b.shape.length ? a.shape : b.shape;
  if (operator === 'Mul') {
    if (x.course !== undefined && y.course !== undefined) return undefined;
    const [line, factor] = x.course === undefined ? [y, x.base] : [x, y.base];
    return counting(scaled({ ...line, course }, factor), a.elementType, shape);
  }
  const combine = (p: number, q: number): number => (operator === 'Add' ? p + q : p - q);
  return counting(
    { course, base: mapPair(x.base, y.base, combine), step: mapPair(x.step, y.step, combine) },
    a.elementType,
    shape,
  );
}

function reshaped(node: ImportedNode, a: Stepwise, axes: Local | undefined): Local | undefined {
  const rank = rankBehind(node, a.shape.length, axes);
  if (rank === undefined) return undefined;
  return counting(
    a.line as Line,
    a.elementType,
    Array.from({ length: rank }, () => 1),
  );
}

/** How many axes a single number has behind `node`, where that is known. */
function rankBehind(node: ImportedNode, rank: number, axes: Local | undefined): number | undefined {
  const name = node.opType === 'Reshape' ? 'shape' : 'axes';
  const attribute = node.attributes.has(name) ? numbers(node, name).length : undefined;
  const count =
    attribute ?? (axes === undefined ? undefined : isKnown(axes as Known) ? (axes as Known).data.length : null);
  if (count === null) return undefined;
  if (node.opType === 'Reshape') return count;
  if (node.opType === 'Unsqueeze') return count === undefined ? undefined : rank + count;
  return count === undefined ? 0 : rank - count;
}

const COMPARED: ReadonlySet<string> = new Set(['Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual', 'Equal']);

function compared(operator: string, a: Local | undefined, b: Local | undefined, build: () => Node): Local | undefined {
  if (a === undefined || b === undefined || !isLine(a) || !isLine(b)) return undefined;
  const difference = arithmetic('Sub', a, b);
  if (difference === undefined) return undefined;
  const shape = a.shape.length >= b.shape.length ? a.shape : b.shape;
  const holds = (d: number): number => Number(HOLDS[operator as keyof typeof HOLDS](d));
  if (isKnown(difference as Known)) {
    const [first, second] = pairOf(difference as Known);
    return knownPair([holds(first), holds(second)], 'bool', shape);
  }
  const { course, base, step } = (difference as Stepwise).line as Line;
  const firsts = mapPair(base, step, (d) => holds(d));
  const at = mapPair(base, step, (d, k) => turnsAt(operator as keyof typeof HOLDS, d, k));
  if (firsts[0] !== firsts[1]) return undefined;
  const before = firsts[0] === 1;
  if (!Number.isFinite(at[0]) && !Number.isFinite(at[1])) return known('bool', shape, [firsts[0]]);
  if (!Number.isFinite(at[0] + at[1])) return undefined;
  return {
    kind: 'stepwise',
    elementType: 'bool',
    shape,
    turn: { course, before, at, isExact: true },
    node: once(build),
  };
}

const HOLDS = {
  Less: (d: number): boolean => d < 0,
  LessOrEqual: (d: number): boolean => d <= 0,
  Greater: (d: number): boolean => d > 0,
  GreaterOrEqual: (d: number): boolean => d >= 0,
  Equal: (d: number): boolean => d === 0,
};

/** The first step t from 1 on in which what `operator` says of `base + step · t` is not what it says of `base`. */
function turnsAt(operator: keyof typeof HOLDS, base: number, step: number): number {
  const holds = HOLDS[operator];
  const first = holds(base);
  if (operator === 'Equal') {
    const hit = -base / step;
    return first ? 1 : Number.isInteger(hit) && hit > 0 ? hit : Number.POSITIVE_INFINITY;
  }
  if (holds(step * Number.MAX_SAFE_INTEGER) === first) return Number.POSITIVE_INFINITY;
  // One of the steps around where the line crosses 0.
  const near = Math.max(1, Math.floor(-base / step) - 1);
  for (let t = near; t <= near + 3; t++) if (holds(base + step * t) !== first) return t;
  return Number.POSITIVE_INFINITY;
}

/** Both hold until the first of them does not. */
function both(a: Local | undefined, b: Local | undefined, build: () => Node): Local | undefined {
  if (a === undefined || b === undefined) return undefined;
  for (const [x, y] of [
    [a, b],
    [b, a],
  ] as const) {
    if (isKnown(x as Known) && (x as Known).shape.length === 0 && (x as Known).second === undefined)
      return (x as Known).data[0] === 0 ? x : y;
  }
  const turns = [a, b].flatMap((x) => (isStepwise(x) && x.turn?.before ? [x.turn] : []));
  const [first, second] = turns;
  if (first === undefined || (second !== undefined && second.course !== first.course)) return undefined;
  const turn: Turn = {
    course: first.course,
    before: true,
    at: second === undefined ? first.at : mapPair(first.at, second.at, least),
    isExact: second !== undefined && first.isExact && second.isExact,
  };
  return { kind: 'stepwise', elementType: 'bool', shape: [], turn, node: once(build) };
}

/** The entry of a tensor that a counting number names. */
function entry(node: ImportedNode, x: Local | undefined, index: Local | undefined): Local | undefined {
  if (x === undefined || isStepwise(x) || isKnown(x) || !isStepwise(index) || index.line === undefined)
    return undefined;
  const rank = x.type.shape.length;
  const given = number(node, 'axis', 0);
  const axis = given < 0 ? given + rank : given;
  if (axis < 0 || axis >= rank) return undefined;
  const found = index.line.course.entry?.(x, axis, index.line);
  if (found === undefined || index.shape.length === 0) return found;
  const { shape } = found.type;
  return reshape(found, [...shape.slice(0, axis), ...index.shape, ...shape.slice(axis)]);
}
