import type { TensorFlowGraph } from './translate.ts';

/** One line a node, for people and tests. */
export function printNodes({ nodes, feeds, fetches, variables }: TensorFlowGraph): string {
  const shown = nodes.filter(({ op }) => op !== 'Const');
  return [
    ...[...feeds].map(([name, node]) => `${node} = input '${name}'`),
    ...[...variables].map(([name, { handle }]) => `${handle} = state '${name}'`),
    ...shown.map(({ name, op, input }) => `${name} = ${op}(${(input ?? []).join(', ')})`),
    ...[...fetches].map(([name, node]) => `return ${name} = ${node}`),
  ].join('\n');
}
