import type { Arrays, Program } from '../backend/contract.ts';
import { mapArrays } from '../backend/steps.ts';
import type { Graph } from '../ir/graph.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { isOp, type Node } from '../ir/node.ts';
import type { TensorType } from '../ir/op.ts';
import { constantOp } from '../ops/leaf/constant.ts';
import { keptAs } from '../ops/loop/_kept-as.ts';
import { type ScanAttrs, scanOp } from '../ops/loop/scan.ts';
import { decompose } from '../passes/decompose.ts';
import { copyOf } from './messages.ts';

/** A graph as plain data. */
export interface GraphData {
  readonly nodes: readonly NodeData[];
  /** The place of each output among the nodes. */
  readonly outputs: readonly (readonly [name: string, node: number])[];
  /** The bodies of its loops. */
  readonly bodies: readonly GraphData[];
}

/** A program as plain data, which can be sent to another thread. */
export interface ProgramData extends GraphData {
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
  const own = decompose(g, (name) => native.includes(name));
  return { ...graphData(own), reads, writes, constants: mapArrays(constants, copyOf) };
}

function graphData({ nodes, outputs }: Graph): GraphData {
  const places = new Map(nodes.map((n, i) => [n, i]));
  const placeOf = (n: Node): number => places.get(n) as number;
  const bodies = [...new Set(nodes.flatMap((n) => (isOp(n, scanOp) ? [n.attrs.body] : [])))];
  const attrsOf = (n: Node): object => {
    if (isOp(n, constantOp)) return { value: copyOf(n.attrs.value as NDArray) };
    if (isOp(n, scanOp)) return loopData(n.attrs, bodies.indexOf(n.attrs.body));
    return n.attrs;
  };
  return {
    nodes: nodes.map((n) => ({
      op: n.op.name,
      inputs: n.inputs.map(placeOf),
      attrs: attrsOf(n),
      type: n.type,
    })),
    outputs: [...outputs].map(([name, n]) => [name, placeOf(n)]),
    bodies: bodies.map(graphData),
  };
}

/** The attributes of a result of a loop: its body by its place, and what is kept of a step by its name in the body. */
export type LoopData = Omit<ScanAttrs, 'body' | 'result'> & {
  readonly body: number;
  readonly result: { readonly last: number } | { readonly each: string };
};

function loopData({ body, result, ...attrs }: ScanAttrs, place: number): LoopData {
  return { ...attrs, body: place, result: 'each' in result ? { each: keptAs(body, result.each) } : result };
}
