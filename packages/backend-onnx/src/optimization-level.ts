import type { OnnxGraph } from './model/graph.ts';

/** How far ONNX Runtime rewrites a model before it runs it. */
export type OptimizationLevel = 'disabled' | 'basic' | 'extended' | 'all';

/** Operators from which on rewriting takes seconds: its time grows faster than the model. */
const MANY_OPERATORS = 4000;

/**
 * The level for a model for which none was asked. Rewriting merges convolutions with what follows them; networks without any are not faster
 * for it, so where they are large, such as recurrent networks over many steps, it is left out.
 */
export function optimizationLevel(graph: OnnxGraph): OptimizationLevel {
  const { operators, convolutions } = count(graph);
  return operators > MANY_OPERATORS && convolutions === 0 ? 'disabled' : 'extended';
}

/** Operators of a graph, those in the bodies of loops included. */
function count({ nodes }: Pick<OnnxGraph, 'nodes'>): { operators: number; convolutions: number } {
  let [operators, convolutions] = [nodes.length, 0];
  for (const { type, attributes } of nodes) {
    if (type === 'Conv') convolutions++;
    const { body } = attributes;
    if (typeof body !== 'object' || !('nodes' in body)) continue;
    const inner = count(body);
    operators += inner.operators;
    convolutions += inner.convolutions;
  }
  return { operators, convolutions };
}
