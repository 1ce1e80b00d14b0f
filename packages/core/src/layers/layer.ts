import { prefixPath, ValueError } from '../errors.ts';
import type { Node } from '../ir/node.ts';
import type { Shape } from '../ir/shape.ts';
import type { Initializer } from './init/initializers.ts';

/** A float32 tensor of a layer. */
export interface ParameterSpec {
  /** As in a PyTorch `state_dict`: `weight`, and in a container `0.weight`. */
  readonly name: string;
  readonly shape: Shape;
  readonly init: Initializer;
  /** False for what no gradient changes, such as running statistics (PyTorch's buffers). Default true. */
  readonly trainable?: boolean;
}

/** What a layer may know and use while it is applied. */
export interface LayerContext {
  /** Where the layer stands in the network, such as `2` or `features.0`; names its random streams. */
  readonly path: string;
  /** Dropout and the like are active only in training. */
  readonly training: boolean;
  parameter(name: string): Node;
  /** Sets a parameter that is not trainable to a new value after this step; only in training. */
  assign(name: string, value: Node): void;
  /** Applies a layer inside this one: errors carry its path and label, and observers see its output. */
  applyChild(name: string, layer: Layer, x: Node): Node;
}

/** A function from tensor to tensor with named parameters. A description: it holds no numbers. */
export interface Layer {
  /** For people: `linear(784 → 256)`. */
  readonly label: string;
  readonly parameters: readonly ParameterSpec[];
  readonly children?: ReadonlyMap<string, Layer>;
  /** Adds the layer's computation to the graph. Throws a `ShapeError` or `DTypeError` when it cannot take `x`. */
  apply(x: Node, context: LayerContext): Node;
}

/** Called after each layer, the innermost first. */
export type LayerObserver = (path: string, layer: Layer, input: Node, output: Node) => void;

export interface ApplyOptions {
  readonly training: boolean;
  readonly observe?: LayerObserver;
  /** Gets the new values of parameters that layers set themselves. */
  readonly assign?: (name: string, value: Node) => void;
}

/** Applies `layer` to `x`, taking its parameters from `parameters` by name. */
export function applyLayer(layer: Layer, x: Node, parameters: ReadonlyMap<string, Node>, options: ApplyOptions): Node {
  return applyAt('', layer, x, parameters, options);
}

function applyAt(
  path: string,
  layer: Layer,
  x: Node,
  parameters: ReadonlyMap<string, Node>,
  options: ApplyOptions,
): Node {
  const inner = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const context: LayerContext = {
    path,
    training: options.training,
    parameter(name) {
      const p = parameters.get(inner(name));
      if (p !== undefined) return p;
      throw new ValueError(`the layer has no parameter '${name}'`, {
        received: name,
        expected: layer.parameters.map((s) => s.name).join(', '),
      });
    },
    assign: (name, value) => options.assign?.(inner(name), value),
    applyChild: (name, child, input) => applyAt(inner(name), child, input, parameters, options),
  };
  try {
    const y = layer.apply(x, context);
    options.observe?.(path, layer, x, y);
    return y;
  } catch (error) {
    throw layer.children === undefined ? prefixPath(error, `${path} ${layer.label}`.trim()) : error;
  }
}
