import type { DType, Node } from '@descent/core';
import { cast } from '@descent/core/ops';

/** `compute` of `inputs` in a type that core has arithmetic for: bytes and booleans are computed as int32, and are bytes again. */
export function inNumbers<const T extends readonly [Node, ...Node[]]>(inputs: T, compute: (inputs: T) => Node): Node {
  const { dtype } = inputs[0].type;
  if (dtype !== 'uint8' && dtype !== 'bool') return compute(inputs);
  return cast(compute(inputs.map((x) => cast(x, 'int32')) as unknown as T), dtype);
}

const ORDER: readonly DType[] = ['bool', 'uint8', 'int32', 'float32'];

/** The type of two that holds the values of both. */
export function joinedDType(a: Node, b: Node): DType {
  const [i, j] = [ORDER.indexOf(a.type.dtype), ORDER.indexOf(b.type.dtype)];
  return ORDER[Math.max(i, j)] as DType;
}
