import { prefixPath, ValueError } from '../errors.ts';
import { expectGivenTensors } from '../ir/given.ts';
import { expectNodes, type Node } from '../ir/node.ts';
import type { Shape } from '../ir/shape.ts';
import { isLeaf, type Tensors } from '../ir/tree.ts';
import { type Distribution, draw } from '../ops/leaf/draw.ts';
import { expectKind, expectOptions } from '../options.ts';
import { expectLayer } from './expect.ts';
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
  /** Where the layer stands in the network, such as `2` or `features.0`. */
  readonly path: string;
  /** Dropout and the like are active only in training. */
  readonly training: boolean;
  /** A parameter of this layer; of one that was assigned in this step, the new value. */
  parameter(name: string): Node;
  /** Sets a parameter that is not trainable to a new value after this step; only in training. */
  assign(name: string, value: Node): void;
  /** Random numbers, new at every step and in every use of the layer; they follow from the trainer's seed and the path. */
  random(distribution: Distribution, shape: Shape): Node;
  /** Applies a layer inside this one: errors carry its path and label, and observers see its output. */
  applyChild<In extends Tensors, Out extends Tensors>(name: string, layer: Layer<In, Out>, x: In): Out;
}

/** A function of tensors with named parameters. A description: it holds no numbers. Most layers take one tensor and give one. */
export interface Layer<In extends Tensors = Node, Out extends Tensors = Node> {
  /** For people: `linear(784 → 256)`. */
  readonly label: string;
  readonly parameters: readonly ParameterSpec[];
  readonly children?: ReadonlyMap<string, AnyLayer>;
  /** Adds the layer's computation to the graph. Throws a `ShapeError` or `DTypeError` when it cannot take `x`. */
  readonly apply: (x: In, context: LayerContext) => Out;
}

/** A layer of whatever tensors. */
// biome-ignore lint/suspicious/noExplicitAny: a layer that takes less than any tensors is none that takes any.
export type AnyLayer = Layer<any, Tensors>;

/** Called after each layer, the innermost first. */
export type LayerObserver = (path: string, layer: AnyLayer, input: Tensors, output: Tensors) => void;

export interface ApplyOptions {
  readonly training: boolean;
  readonly observe?: LayerObserver;
  /** Gets the new values of parameters that layers set themselves. */
  readonly assign?: (name: string, value: Node) => void;
}

/** Applies `layer` to `x`, taking its parameters from `parameters` by name. */
export function applyLayer<In extends Tensors, Out extends Tensors>(
  layer: Layer<In, Out>,
  x: In,
  parameters: ReadonlyMap<string, Node>,
  options: ApplyOptions,
): Out {
  expectLayer('layer', layer);
  expectKind('parameters', parameters, 'map', "new Map([['weight', w]])");
  expectOptions('applyLayer', options, ['training', 'observe', 'assign']);
  return applyAt('', layer, x, { parameters, options, assigned: new Map(), draws: new Map() });
}

/** One application of a whole network. */
interface Pass {
  readonly parameters: ReadonlyMap<string, Node>;
  readonly options: ApplyOptions;
  /** What layers have set so far: a layer that is used twice goes on from there. */
  readonly assigned: Map<string, Node>;
  /** How often each path has drawn, since two draws must differ. */
  readonly draws: Map<string, number>;
}

function applyAt<In extends Tensors, Out extends Tensors>(path: string, layer: Layer<In, Out>, x: In, pass: Pass): Out {
  const { parameters, options, assigned, draws } = pass;
  const inner = (name: string): string => (path === '' ? name : `${path}.${name}`);
  let failedInside = false;
  const context: LayerContext = {
    path,
    training: options.training,
    parameter(name) {
      const p = assigned.get(inner(name)) ?? parameters.get(inner(name));
      if (p !== undefined) return p;
      throw new ValueError(`the layer has no parameter '${name}'`, {
        received: name,
        expected: layer.parameters.map((s) => s.name).join(', '),
      });
    },
    assign(name, value) {
      assigned.set(inner(name), value);
      options.assign?.(inner(name), value);
    },
    random(distribution, shape) {
      const before = draws.get(path) ?? 0;
      draws.set(path, before + 1);
      return draw(before === 0 ? path : `${path}#${before + 1}`, distribution, shape);
    },
    applyChild(name, child, input) {
      failedInside = true;
      const y = applyAt(inner(name), child, input, pass);
      failedInside = false;
      return y;
    },
  };
  try {
    if (typeof x !== 'object' || x === null) expectNodes(layer.label, [x]);
    const y = layer.apply(isLeaf(x as Tensors) ? x : onlyKnown(x), context);
    expectGivenTensors(layer.label, y);
    options.observe?.(path, layer, x, y);
    return y;
  } catch (error) {
    // The innermost layer has put its path in front of the error already.
    throw failedInside ? error : prefixPath(error, `${path} ${layer.label}`.trim());
  }
}

/** The same tensors; to ask for a name that is not among them is an error, where it would be `undefined`. */
function onlyKnown<In extends Tensors>(tensors: In): In {
  return new Proxy(tensors, {
    get(target, name) {
      if (typeof name === 'symbol' || name in target) return target[name as keyof In];
      throw new ValueError(`there is no tensor called '${name}'`, {
        received: Object.keys(target).join(', '),
        expected: `'${name}' among the tensors that come in`,
        fix: 'give it in the batch, or in the output of the layer in front',
      });
    },
  });
}
