// A page that trains and asks nothing does not fetch this file.
import { type Graph, inputOp, isOp, mapBodies, type Node } from '@descent/core/backend';
import type { Operators } from './lowerings/context.ts';
import { knownOf } from './named/known.ts';
import { batchNorm } from './named/norms.ts';
import type { OperatorAttrs } from './named/operator.ts';
import { applyRules } from './rules.ts';

/**
 * The operators of programs whose parameters are constants: a batch normalization by given statistics is one operator, which ONNX Runtime
 * multiplies into the weights of the convolution before it, as it does with a file.
 */
export const askedOperators: Operators = {
  replace: withBatchNorms,
  write: (operands, { attrs }, { builder }) => {
    const { type, attributes, output } = attrs as OperatorAttrs;
    return builder.add(type, operands, output, attributes);
  },
};

function withBatchNorms(graph: Graph): Graph {
  return mapBodies(applyRules(graph, [ofGivenStatistics]), withBatchNorms);
}

function ofGivenStatistics(n: Node): Node | null {
  const found = knownOf(n);
  if (found?.known.call !== 'batchNorm') return null;
  const { mean, variance } = found.inputs;
  return [mean, variance].every((x) => x !== undefined && isOp(x, inputOp))
    ? batchNorm(n, found.known, found.inputs)
    : null;
}
