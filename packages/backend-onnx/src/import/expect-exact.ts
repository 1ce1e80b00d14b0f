import { BackendError, type DType, type NDArray, type Node } from '@descent/core';
import { topologicalOrder } from '@descent/core/backend';
import { addOp, cast, constant, mulOp, negOp, subOp, sumOp } from '@descent/core/ops';
import { constantValues } from '@descent/core/reference';

/** Operations on integers whose results may be beyond 32 bits where their operands are not. */
const GROWING: ReadonlySet<unknown> = new Set([addOp, subOp, mulOp, negOp, sumOp]);

/** What lies between a number and what is left of it in 32 bits is at least 2³¹; rounding to float32 is far below this. */
const ROUNDING = 2 ** 24;

/**
 * Throws a `BackendError` where integers of a file, which are 64 bits long, do not fit the 32 bits that they are computed in: they would come out as others.
 * `nodes` depend on constants alone.
 */
export function expectExact(nodes: readonly Node[]): void {
  const growing = topologicalOrder(nodes).filter(({ op, type }) => GROWING.has(op) && type.dtype === 'int32');
  if (growing.length === 0) return;
  const results = constantValues(growing) ?? [];
  const operands = constantValues(growing.flatMap(({ inputs }) => inputs)) ?? [];
  let next = 0;
  const operand = (): Node => cast(constant(operands[next++] as NDArray<DType>), 'float32');
  const wide = growing.map((n) => ({
    ...n,
    type: { ...n.type, dtype: 'float32' as const },
    inputs: n.inputs.map(operand),
  }));
  const floats = constantValues(wide);
  for (const [i, { data }] of results.entries()) {
    const exact = floats?.[i]?.data ?? data;
    const at = data.findIndex((v, k) => Math.abs(v - (exact[k] as number)) > ROUNDING);
    if (at < 0) continue;
    throw new BackendError('integers of the file grow beyond 32 bits', {
      received: String(exact[at]),
      expected: 'integers from -2147483648 to 2147483647',
      fix: 'compute it in floating point, or export the network with fixed sizes',
    });
  }
}
