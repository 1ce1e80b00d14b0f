import type { DType } from '../ir/dtype.ts';
import { type Graph, graph } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { DYNAMIC, type Shape } from '../ir/shape.ts';
import { type AnyLayer, type ApplyOptions, applyLayer, type Layer } from '../layers/layer.ts';
import { input } from '../ops/leaf/input.ts';

/** What a network takes: the type of one sample, without the batch axis. */
export interface SampleType {
  readonly shape: Shape;
  /** Default `'float32'`; pixels are `'uint8'`. */
  readonly dtype?: DType;
}

/** The parameters of `model` as graph inputs, under `prefix` and their names. */
export function parameterInputs(model: Pick<AnyLayer, 'parameters'>, prefix = ''): ReadonlyMap<string, Node> {
  return new Map(model.parameters.map(({ name, shape }) => [name, input(`${prefix}${name}`, shape)]));
}

export interface ForwardOptions extends Partial<ApplyOptions> {
  /** Put before the names of parameters, so that none is called like the input. Default none. */
  readonly prefix?: string;
}

/**
 * The network as a graph for inference: input `input` with a dynamic batch axis, one input for each parameter that inference uses by its
 * name, output `output`.
 * @throws ShapeError or DTypeError, naming the layer, when the sample does not fit.
 */
export function forwardGraph(
  model: Layer,
  { shape, dtype = 'float32' }: SampleType,
  { prefix = '', ...options }: ForwardOptions = {},
): Graph {
  const x = input('input', [DYNAMIC, ...shape], dtype);
  return graph({ output: applyLayer(model, x, parameterInputs(model, prefix), { training: false, ...options }) });
}
