import type { Arrays, Program } from '../backend/contract.ts';
import { mapArrays } from '../backend/steps.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { isOp, type Node } from '../ir/node.ts';
import type { TensorType } from '../ir/op.ts';
import { constantOp } from '../ops/leaf/constant.ts';
import { decompose } from '../passes/decompose.ts';
import { copyOf } from './messages.ts';

/** A program as plain data, which can be sent to another thread. */
export interface ProgramData {
  readonly nodes: readonly NodeData[];
  /** The place of each output among the nodes. */
  readonly outputs: readonly (readonly [name: string, node: number])[];
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** In memory of their own, which can be moved. */
  readonly constants: Arrays;
}

interface NodeData {
  readonly op: string;
  /** Places among the nodes, all before this one. */
  readonly inputs: readonly number[];
  readonly attrs: object;
  readonly type: TensorType;
}

/**
 * The data of `program` for a backend that has lowerings for the composites `native`: all others are expanded, as it would do, for what they are
 * made of is code.
 */
export function programData(
  { graph: g, reads, writes, constants = {} }: Program,
  native: readonly string[],
): ProgramData {
  const { nodes, outputs } = decompose(g, (name) => native.includes(name));
  const places = new Map(nodes.map((n, i) => [n, i]));
  const placeOf = (n: Node): number => places.get(n) as number;
  return {
    nodes: nodes.map((n) => ({
      op: n.op.name,
      inputs: n.inputs.map(placeOf),
      attrs: isOp(n, constantOp) ? { value: copyOf(n.attrs.value as NDArray) } : n.attrs,
      type: n.type,
    })),
    outputs: [...outputs].map(([name, n]) => [name, placeOf(n)]),
    reads,
    writes,
    constants: mapArrays(constants, copyOf),
  };
}
