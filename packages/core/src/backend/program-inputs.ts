import { BackendError } from '../errors.ts';
import { expectGraph } from '../ir/graph.ts';
import { isOp, type Node } from '../ir/node.ts';
import { inputOp } from '../ops/leaf/input.ts';
import type { Program } from './contract.ts';

/** The graph inputs of a program by name. Throws when two differ under one name. */
export function programInputs(program: Pick<Program, 'graph'>): ReadonlyMap<string, Node> {
  const graph = program?.graph;
  expectGraph('a program', graph);
  const inputs = new Map<string, Node>();
  for (const n of graph.nodes) {
    if (!isOp(n, inputOp)) continue;
    const { name } = n.attrs;
    if (inputs.has(name)) {
      throw new BackendError(`two graph inputs are called '${name}'`, {
        fix: 'create each input once and use that node everywhere',
      });
    }
    inputs.set(name, n);
  }
  return inputs;
}
