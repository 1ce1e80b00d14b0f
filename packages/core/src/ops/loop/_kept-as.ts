import { ValueError } from '../../errors.ts';
import { expectGraph, type Graph } from '../../ir/graph.ts';
import type { Node } from '../../ir/node.ts';

/** The output of an optimized `body` under which a step keeps `value`; a state after the step may be the same node. */
export function keptAs(body: Graph, value: Node): string {
  expectGraph('a loop', body);
  const found = [...body.outputs].find(([name, n]) => n === value && name.startsWith('each/'));
  if (found === undefined) {
    throw new ValueError('the body of a loop does not keep this value', {
      received: [...body.outputs.keys()].join(', '),
      expected: 'an output each/0, each/1, … that is the value',
      fix: 'optimize(graph) gives each body what is asked of its loop',
    });
  }
  return found[0];
}
