import type { Program } from '../backend/contract.ts';
import { BackendError } from '../errors.ts';
import { graph } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import type { Op } from '../ir/op.ts';
import * as exported from '../ops/index.ts';
import type { ProgramData } from './program-data.ts';

/** The program that `data` was made of. Throws a `BackendError` for an op that core does not have. */
export function programFrom({ nodes: given, outputs, reads, writes, constants }: ProgramData): Program {
  const ops = opsByName();
  const nodes: Node[] = [];
  for (const { op: name, inputs, attrs, type } of given) {
    const op = ops.get(name);
    if (op === undefined) throw unknownOp(name);
    nodes.push({ op, inputs: inputs.map((i) => nodes[i] as Node), attrs, type });
  }
  const g = graph(new Map(outputs.map(([name, i]) => [name, nodes[i] as Node])));
  return { graph: g, reads, writes, constants };
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
