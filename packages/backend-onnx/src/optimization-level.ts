import type { OnnxGraph, OnnxNode } from './model/graph.ts';

/** How far ONNX Runtime rewrites a model before it runs it. */
export type OptimizationLevel = 'disabled' | 'basic' | 'extended' | 'all';

/** Operators from which on rewriting takes seconds: its time grows faster than the model. */
const MANY_OPERATORS = 4000;
/** For each operator, rewriting takes a tenth of a millisecond; what it merges saves less than that in a step. */
const MOST_OPERATORS_A_GAIN = 100;

/** What ONNX Runtime computes in one operator with a product or a convolution before it. */
const ACTIVATIONS: ReadonlySet<string> = new Set(['Relu', 'Sigmoid', 'Tanh', 'LeakyRelu', 'HardSigmoid', 'Clip']);

/**
 * The level for a model for which none was asked. Convolutions with constant filters are faster in layouts of memory that only `'all'` has; where
 * filters are inputs, these only cost. Rewriting merges convolutions with what follows them; networks without any are not faster
 * for it, so where they are large, such as recurrent networks over many steps, it is left out.
 */
export function optimizationLevel(graph: OnnxGraph): OptimizationLevel {
  const { operators, convolutions, constantFilters } = count(graph, graph.constants);
  if (constantFilters > 0) return 'all';
  return operators > MANY_OPERATORS && convolutions === 0 ? 'disabled' : 'extended';
}

/**
 * The level for a training step on a processor. Its backward pass reads most of what rewriting would merge, so that a step is no faster for it: only activations
 * that nothing but a ReLU's gradient needs are merged, which pays where there are many among few operators.
 */
export function trainingLevel(graph: OnnxGraph): OptimizationLevel {
  const { operators, merged } = count(graph, graph.constants);
  return operators <= merged * MOST_OPERATORS_A_GAIN ? 'extended' : 'disabled';
}

interface Counts {
  readonly operators: number;
  readonly convolutions: number;
  /** Convolutions whose filter is one of the constants. */
  readonly constantFilters: number;
  /** Products and convolutions whose result nothing but an activation reads. */
  readonly merged: number;
}

/** Operators of a graph, those in the bodies of loops included. */
function count({ nodes, outputs }: Pick<OnnxGraph, 'nodes' | 'outputs'>, constants: OnnxGraph['constants']): Counts {
  const own = mergedIn(nodes, new Set(outputs.map(({ name }) => name)));
  let [operators, convolutions, constantFilters, merged] = [nodes.length, 0, 0, own];
  for (const { type, inputs, attributes } of nodes) {
    // Also one in blocks, whose filter is no constant.
    if (type.endsWith('Conv')) {
      convolutions++;
      if (constants.has(inputs[1] as string)) constantFilters++;
    }
    const { body } = attributes;
    if (typeof body !== 'object' || !('nodes' in body)) continue;
    const inner = count(body, constants);
    operators += inner.operators;
    convolutions += inner.convolutions;
    constantFilters += inner.constantFilters;
    merged += inner.merged;
  }
  return { operators, convolutions, constantFilters, merged };
}

function mergedIn(nodes: readonly OnnxNode[], results: ReadonlySet<string>): number {
  const before = new Set<string>();
  const uses = new Map<string, number>();
  for (const { type, inputs, outputs } of nodes) {
    if (type === 'Conv' || type === 'Gemm') before.add(outputs[0] as string);
    for (const name of inputs) uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return nodes.filter(({ type, inputs: [x = ''] }) => {
    return ACTIVATIONS.has(type) && before.has(x) && uses.get(x) === 1 && !results.has(x);
  }).length;
}
