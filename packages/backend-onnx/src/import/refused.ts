import { BackendError, DescentError, type Node } from '@descent/core';
import {
  add,
  cast,
  constant,
  gather,
  greaterEqual,
  less,
  logicalAnd,
  logicalOr,
  minimum,
  mul,
  sum,
} from '@descent/core/ops';

/** Why a run of an imported network is refused. */
export type Reason = keyof typeof CODES;

/** The entries that are asked of a table of one, which has none of them: engines refuse that, and say the number. */
const CODES = { integers: 2147480032, places: 2147480001 } as const;

/**
 * `x`, integers, of a run that is refused where `isWrong` holds anywhere, and `guard` does: a graph has no exceptions, but an entry that a table does not have
 * ends a run on all engines of processors.
 */
export function refusedWhere(isWrong: Node, x: Node, reason: Reason, guard?: Node): Node {
  const wrong = bothOf(guard, isWrong);
  const count = sum(cast(wrong, 'int32'), { axes: wrong.type.shape.map((_, i) => i) });
  const entry = mul(minimum(count, 1), CODES[reason]);
  return add(x, gather(constant({ dtype: 'int32', shape: [1], data: Int32Array.of(0) }), entry));
}

/** Where the file computes what stands in a body: where `outer` holds as well. */
export function bothOf(outer: Node | undefined, inner: Node): Node {
  return outer === undefined ? inner : logicalAnd(outer, inner);
}

/** Whether entries, counted from the front, are none of `size`. */
export function isBeyond(places: Node, size: number): Node {
  return logicalOr(less(places, 0), greaterEqual(places, size));
}

/** What `compute` gives, which computes numbers of a file; the refusal of a run as an error about the file. */
export function saidOfFile<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof DescentError)) throw error;
    const reason = (Object.keys(CODES) as Reason[]).find((key) => error.message.includes(`${CODES[key]}`));
    if (reason === undefined) throw error;
    throw new BackendError(SAID[reason], FIXES[reason]);
  }
}

const SAID = {
  integers: 'integers of the file grow beyond 32 bits',
  places: 'an operator of the file names an entry that its tensor does not have',
} as const;
const FIXES = {
  integers: {
    expected: 'integers from -2147483648 to 2147483647',
    fix: 'compute it in floating point, or export the network with fixed sizes',
  },
  places: { fix: 'export the model again; ONNX Runtime refuses it, too' },
} as const;
