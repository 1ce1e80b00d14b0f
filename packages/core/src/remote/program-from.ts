import type { Program } from '../backend/contract.ts';
import { BackendError } from '../errors.ts';
import { type Graph, graph } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import type { Op } from '../ir/op.ts';
import * as exported from '../ops/index.ts';
import { type ScanAttrs, scanOp } from '../ops/loop/scan.ts';
import type { GraphData, LoopData, ProgramData } from './program-data.ts';

/** The program that `data` was made of. Throws a `BackendError` for an op that core does not have. */
export function programFrom({ reads, writes, constants, ...data }: ProgramData): Program {
  return { graph: graphFrom(data, opsByName()), reads, writes, constants };
}

function graphFrom({ nodes: given, outputs, bodies: inner }: GraphData, ops: ReadonlyMap<string, Op>): Graph {
  const bodies = inner.map((body) => graphFrom(body, ops));
  const nodes: Node[] = [];
  for (const { op: name, inputs, attrs, type } of given) {
    const op = ops.get(name);
    if (op === undefined) throw unknownOp(name);
    const own = op === (scanOp as Op) ? loopFrom(attrs as LoopData, bodies) : attrs;
    nodes.push({ op, inputs: inputs.map((i) => nodes[i] as Node), attrs: own, type });
  }
  return graph(new Map(outputs.map(([name, i]) => [name, nodes[i] as Node])));
}

function loopFrom({ body: place, result, ...attrs }: LoopData, bodies: readonly Graph[]): ScanAttrs {
  const body = bodies[place] as Graph;
  const own = 'each' in result ? { each: body.outputs.get(result.each) as Node } : result;
  return { ...attrs, body, result: own };
}

function opsByName(): ReadonlyMap<string, Op> {
  const all: readonly unknown[] = Object.values(exported);
  return new Map(all.filter(isOpObject).map((op) => [op.name, op]));
}

function isOpObject(value: unknown): value is Op {
  return typeof value === 'object' && value !== null && 'infer' in value && 'name' in value;
}

function unknownOp(name: string): BackendError {
  return new BackendError(`a worker cannot compute ${name}`, {
    received: `the primitive op '${name}', which @descent/core does not have`,
    expected: 'ops of @descent/core, and composites made of them',
    fix: 'make it a composite op, with a decomposition into primitives',
  });
}
