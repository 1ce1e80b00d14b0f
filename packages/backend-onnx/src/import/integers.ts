import type { Node } from '@descent/core';
import { node, topologicalOrder } from '@descent/core/backend';
import {
  abs,
  absOp,
  add,
  addOp,
  cast,
  div,
  divOp,
  equal,
  greater,
  greaterEqual,
  less,
  logicalAnd,
  mul,
  mulOp,
  negOp,
  sub,
  subOp,
  sumOp,
  where,
} from '@descent/core/ops';
import { boundsOf, computed, INT32 } from './bounds.ts';
import type { ElementType } from './known.ts';
import { refusedWhere } from './refused.ts';

// A network computes with int32 where a file has integers of 8 to 64 bits. int8, int16, uint8, uint16 and int32 wrap around, as they do in ONNX Runtime. What
// int64, uint32 and uint64 hold and int32 does not is refused: when the network is built where it is known, else by the run that comes to it. Of powers and
// some reductions of int32 the runtimes do not agree: they are refused as well.

/** Operators whose results may be integers beyond their type where their operands are not. */
const GROWING: ReadonlySet<string> = new Set([
  ...['Abs', 'Add', 'CumSum', 'Div', 'Mul', 'Neg', 'Range', 'ReduceL1', 'ReduceMean', 'ReduceProd', 'ReduceSum'],
  ...['ReduceSumSquare', 'Scatter', 'ScatterElements', 'ScatterND', 'Sub', 'Sum'],
]);

/** Those that ONNX Runtime computes in wider numbers, or in floats, and which then do not wrap around. */
const REDUCING: ReadonlySet<string> = new Set(['ReduceL1', 'ReduceMean', 'ReduceProd', 'ReduceSum', 'ReduceSumSquare']);

/** `y`, what an operator of a file makes of `given`, as integers of `type`. Nodes that the file computes only where `guard` holds count only there. */
export function asIntegers(
  operator: string,
  y: Node,
  given: readonly Node[],
  type: ElementType | undefined,
  guard: Node | undefined,
): Node {
  if (y.type.dtype !== 'int32' || !GROWING.has(operator)) return y;
  if (type === 'int32' && !REDUCING.has(operator)) return y;
  const narrow = type !== undefined && Object.hasOwn(BITS, type) ? BITS[type] : undefined;
  if (narrow !== undefined) return wrappedAround(y, ...narrow);
  const isWrong = topologicalOrder([y], new Set(given)).flatMap(beyond);
  const kept = isWrong.reduce((sofar, wrong) => refusedWhere(wrong, sofar, 'integers', guard), y);
  return type === 'uint32' || type === 'uint64' ? notNegative(kept, guard) : kept;
}

/** Bits, and whether there are negative numbers. */
const BITS: Readonly<Partial<Record<ElementType, readonly [number, boolean]>>> = {
  int8: [8, true],
  int16: [16, true],
  uint16: [16, false],
};

/** `x` in integers of another type. */
export function converted(x: Node, to: ElementType, guard: Node | undefined): Node {
  const narrow = BITS[to];
  if (narrow !== undefined) return wrappedAround(cast(x, 'int32'), ...narrow);
  const isFloat = x.type.dtype === 'float32';
  const y = cast(x, to === 'uint8' ? 'uint8' : to === 'bool' ? 'bool' : 'int32');
  if (to === 'uint32' || to === 'uint64') return notNegative(isFloat ? within32(x, y, guard) : y, guard);
  return to === 'int64' && isFloat ? within32(x, y, guard) : y;
}

/** `v` as an element of `to`; undefined for a negative number as one of many bits without a sign, which a network does not hold. */
export function convertedNumber(v: number, to: ElementType, isFloat: boolean): number | undefined {
  if (to === 'bool') return v === 0 ? 0 : 1;
  const bits = ALL_BITS[to];
  if (bits === undefined) return v;
  const whole = Math.trunc(v) || 0;
  const isSigned = to.startsWith('int');
  if (bits === 64 || (isFloat && to === 'uint32')) return whole >= 0 || isSigned ? whole : undefined;
  const held = isFloat ? Math.min(Math.max(whole, INT32[0]), INT32[1]) : whole;
  // The largest integers of 64 bits are rounded to a power of two that they do not reach.
  const exact = held === 2 ** 63 ? 2n ** 63n - 1n : BigInt(held);
  return Number(isSigned ? BigInt.asIntN(bits, exact) : BigInt.asUintN(bits, exact));
}

const ALL_BITS: Readonly<Partial<Record<ElementType, number>>> = {
  int8: 8,
  uint8: 8,
  int16: 16,
  uint16: 16,
  int32: 32,
  uint32: 32,
  int64: 64,
  uint64: 64,
};

function notNegative(y: Node, guard: Node | undefined): Node {
  return boundsOf(y)[0] >= 0 ? y : refusedWhere(less(y, 0), y, 'integers', guard);
}

/** `y`, the integers of `x`, which are 64 bits long: those beyond are undefined in ONNX, and become the nearest; those between are refused. */
function within32(x: Node, y: Node, guard: Node | undefined): Node {
  const size = abs(x);
  const isOutside = where(less(x, 0), less(x, INT32[0]), greaterEqual(x, INT32[1] + 1));
  return refusedWhere(logicalAnd(isOutside, less(size, 2 ** 63)), y, 'integers', guard);
}

/** `y` modulo 2 to the power of `bits`. */
export function wrappedAround(y: Node, bits: number, isSigned: boolean): Node {
  const whole = 2 ** bits;
  const [least, most] = isSigned ? [-whole / 2, whole / 2 - 1] : [0, whole - 1];
  const [low, high] = boundsOf(y);
  if (low >= least && high <= most) return y;
  const rest = sub(y, mul(div(y, whole), whole));
  const raised = where(less(rest, least), add(rest, whole), rest);
  return where(greater(raised, most), sub(raised, whole), raised);
}

/** Where what `n` computes is another number in 32 bits; nothing where that cannot be. */
function beyond(n: Node): readonly Node[] {
  if (n.type.dtype !== 'int32') return [];
  const [a, b] = n.inputs as [Node, Node];
  if (n.op === negOp || n.op === absOp) return boundsOf(a)[0] > INT32[0] ? [] : [equal(a, INT32[0])];
  if (n.op === divOp) {
    const isPossible = boundsOf(a)[0] === INT32[0] && boundsOf(b)[0] <= -1 && boundsOf(b)[1] >= -1;
    return isPossible ? [logicalAnd(equal(a, INT32[0]), equal(b, -1))] : [];
  }
  if (!EXACT.has(n.op)) return [];
  const exact = computed(n, boundsOf);
  if (exact !== undefined && exact[0] >= INT32[0] && exact[1] <= INT32[1]) return [];
  // What lies between a number and what is left of it in 32 bits is a multiple of 2³²; rounding to float32 is far below this.
  const wide = node(
    n.op,
    n.inputs.map((x) => cast(x, 'float32')),
    n.attrs,
  );
  return [greater(abs(sub(wide, cast(n, 'float32'))), 2 ** 30)];
}

const EXACT: ReadonlySet<unknown> = new Set([addOp, subOp, mulOp, sumOp]);
