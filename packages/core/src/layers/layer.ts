import { prefixPath, ValueError } from '../errors.ts';
import { expectGivenTensors } from '../ir/given.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { expectNodes, type Node } from '../ir/node.ts';
import type { Shape } from '../ir/shape.ts';
import { isLeaf, type Tensors } from '../ir/tree.ts';
import { type Distribution, draw } from '../ops/leaf/draw.ts';
import { expectKind, expectOptions } from '../options.ts';
import { expectLayer } from './expect.ts';
import type { Initializer } from './init/initializers.ts';
import type { SizesTag, sizes } from './sizes.ts';

/** A float32 tensor of a layer. */
export interface ParameterSpec {
  /** As in a PyTorch `state_dict`: `weight`, and in a container `0.weight`. */
  readonly name: string;
  readonly shape: Shape;
  readonly init: Initializer;
  /** False for what no gradient changes, such as running statistics (PyTorch's buffers). Default true. */
  readonly trainable?: boolean;
  /** True for what no trainer changes in any way, such as the network under adapters, with its running statistics. Default false. */
  readonly frozen?: boolean;
  /** Another name in the same layer, whose random stream the initializer is given: of one draw, such as a length and a direction. Default: its own. */
  readonly stream?: string;
  /** Names of parameters that are this one, see `tie`. A file may hold it under these names, too. */
  readonly aliases?: readonly string[];
}

/** What a layer may know and use while it is applied. */
export interface LayerContext {
  /** Where the layer stands in the network, such as `2` or `features.0`. */
  readonly path: string;
  /** Dropout and the like are active only in training. */
  readonly training: boolean;
  /** A parameter of this layer; of one that was assigned in this step, the new value. */
  parameter(name: string): Node;
  /**
   * Sets a parameter to a new value after this step; only in training. Of one that is trained, the optimizer makes its update from there, by the gradient
   * of the parameter as it was.
   */
  assign(name: string, value: Node): void;
  /** Random numbers, new at every step and in every use of the layer; they follow from the trainer's seed and the path. */
  random(distribution: Distribution, shape: Shape): Node;
  /**
   * Applies a layer inside this one: errors carry its path and label, and observers see its output. `given` are tensors for parameters that it asks for
   * and does not have, by name.
   */
  applyChild<In extends Tensors, Out extends Tensors>(
    name: string,
    layer: Layer<In, Out>,
    x: In,
    given?: ReadonlyMap<string, Node>,
  ): Out;
}

/** Of a layer that computes weights of another: how both belong together. Arrays are by name, those of the layer alone, not of layers inside it. */
export interface Parametrized {
  /** The layer with plain weights. */
  readonly base: AnyLayer;
  /** The plain weights. */
  readonly merge: (own: OwnArrays) => OwnArrays;
  /** Arrays for which the layer computes these plain weights; what is left out is drawn. */
  readonly adopt: (plain: OwnArrays) => OwnArrays;
}

export type OwnArrays = Readonly<Record<string, NDArray<'float32'>>>;

/**
 * A function of tensors with named parameters. A description: it holds no numbers. Most layers take one tensor and give one. `Sizes` is what the
 * compiler knows of sizes, such as `…, 784 → …, 256`; `Layer` alone says nothing of them, and any layer is a `Layer`.
 */
export interface Layer<In extends Tensors = Node, Out extends Tensors = Node, Sizes extends string = string> {
  /** For the compiler alone. It comes first, where two layers differ: comparing them ends sooner. */
  readonly [sizes]?: SizesTag<Sizes>;
  /** For people: `linear(784 → 256)`. */
  readonly label: string;
  readonly parameters: readonly ParameterSpec[];
  readonly children?: ReadonlyMap<string, AnyLayer>;
  /** Where weights are computed of other parameters, such as with `weightNorm`. */
  readonly parametrized?: Parametrized;
  /** Adds the layer's computation to the graph. Throws a `ShapeError` or `DTypeError` when it cannot take `x`. */
  readonly apply: (x: In, context: LayerContext) => Out;
}

/** A layer that takes and gives one tensor, of which sizes are known; see `sequential`. */
export type SizedLayer<Sizes extends string> = Layer<Node, Node, Sizes>;

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
  return applyAt('', layer, x, { parameters, options, assigned: new Map(), root: parameters, draws: new Map() });
}

/** One application of a whole network. */
interface Pass {
  readonly parameters: ReadonlyMap<string, Node>;
  readonly options: ApplyOptions;
  /** What layers have set parameters to so far: one that is used twice, under whatever names, goes on from there. */
  readonly assigned: Map<Node, Node>;
  /** Those of the whole network. */
  readonly root: ReadonlyMap<string, Node>;
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
      const p = parameters.get(inner(name));
      if (p !== undefined) return assigned.get(p) ?? p;
      throw new ValueError(`the layer has no parameter '${name}'`, {
        received: name,
        expected: layer.parameters.map((s) => s.name).join(', '),
      });
    },
    assign(name, value) {
      const p = parameters.get(inner(name));
      if (p !== undefined) assigned.set(p, value);
      options.assign?.(ownName(pass, inner(name), p), value);
    },
    random(distribution, shape) {
      const before = draws.get(path) ?? 0;
      draws.set(path, before + 1);
      return draw(before === 0 ? path : `${path}#${before + 1}`, distribution, shape);
    },
    applyChild(name, child, input, given) {
      failedInside = true;
      const y = applyAt(inner(name), child, input, given === undefined ? pass : filled(pass, inner(name), given));
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

/** The name under which the network has the parameter `p`, which may be tied to another. */
function ownName({ root }: Pass, name: string, p: Node | undefined): string {
  if (root.get(name) === p) return name;
  return [...root].find(([, node]) => node === p)?.[0] ?? name;
}

/** The pass in which parameters that the layer at `path` does not have are `given`. */
function filled(pass: Pass, path: string, given: ReadonlyMap<string, Node>): Pass {
  const named = [...given].map(([name, value]) => [`${path}.${name}`, value] as const);
  return { ...pass, parameters: new Map([...named, ...pass.parameters]) };
}

/** What a layer asks of a single tensor. */
const OF_ONE: readonly string[] = ['op', 'inputs', 'attrs', 'type'];

/** The same tensors; to ask for a name that is not among them is an error, where it would be `undefined`. */
function onlyKnown<In extends Tensors>(tensors: In): In {
  return new Proxy(tensors, {
    get(target, name) {
      if (typeof name === 'symbol' || name in target) return target[name as keyof In];
      if (OF_ONE.includes(name)) {
        throw new ValueError('the layer takes one tensor and is given several by name', {
          received: Object.keys(target).join(', '),
          fix: 'make one of them in front, such as by branches({ … }) and concat()',
        });
      }
      throw new ValueError(`there is no tensor called '${name}'`, {
        received: Object.keys(target).join(', '),
        expected: `'${name}' among the tensors that come in`,
        fix: 'give it in the batch, or in the output of the layer in front',
      });
    },
  });
}
