import type { OnnxGraph } from './model/graph.ts';

/** How far ONNX Runtime rewrites a model before it runs it. */
export type OptimizationLevel = 'disabled' | 'basic' | 'extended' | 'all';

/** Operators from which on rewriting takes seconds: its time grows faster than the model. */
const MANY_OPERATORS = 4000;
/** Steps of so few open quickly in any case. */
const FEW_OPERATORS = 200;

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
 * The level for a training step on a processor. Its backward pass reads most of what rewriting would merge, so that a step is no faster for it; only small
 * ones, where activations follow on a large part of the operators, are, by 3 %.
 */
export function trainingLevel(graph: OnnxGraph): OptimizationLevel {
  return count(graph, graph.constants).operators > FEW_OPERATORS ? 'disabled' : 'extended';
}

interface Counts {
  readonly operators: number;
  readonly convolutions: number;
  /** Convolutions whose filter is one of the constants. */
  readonly constantFilters: number;
}

/** Operators of a graph, those in the bodies of loops included. */
function count({ nodes }: Pick<OnnxGraph, 'nodes'>, constants: OnnxGraph['constants']): Counts {
  let [operators, convolutions, constantFilters] = [nodes.length, 0, 0];
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
  }
  return { operators, convolutions, constantFilters };
}
