import { ValueError } from '../errors.ts';
import type { Node } from '../ir/node.ts';
import type { Shape } from '../ir/shape.ts';
import type { Tensors } from '../ir/tree.ts';
import { expectKind, expectOptions } from '../options.ts';
import { type Initializer, kaimingUniform } from './init/initializers.ts';
import { isLayer } from './is-layer.ts';
import type { AnyLayer, Layer, LayerContext, ParameterSpec } from './layer.ts';

/** A tensor that a layer made with `layer(…)` keeps: trained, or set by the layer itself. */
export interface ParameterPart {
  readonly kind: 'parameter';
  readonly shape: Shape;
  readonly init: Initializer;
  readonly trainable: boolean;
}

export interface ParameterOptions {
  /** How it starts. Default: `kaimingUniform({ a: √5 })`, as the weights of PyTorch's `Linear`; give one for vectors and scalars. */
  readonly init?: Initializer;
  /** False for what no gradient changes, such as a running mean (PyTorch's buffers). Default true. */
  readonly trainable?: boolean;
}

/** A float32 tensor among the parts of a layer: `layer('scale', { gamma: parameter([64], { init: constantInit(1) }) }, …)`. */
export function parameter(shape: Shape, options: ParameterOptions = {}): ParameterPart {
  expectOptions('parameter', options, ['init', 'trainable']);
  const { init = kaimingUniform({ a: Math.sqrt(5) }), trainable = true } = options;
  return { kind: 'parameter', shape, init, trainable };
}

/** What a layer can be made of: layers, parameters, and lists of them. */
export type Part = SinglePart | readonly SinglePart[];
export type SinglePart = AnyLayer | ParameterPart;
export type Parts = { readonly [name: string]: Part };

/** What a part is inside `apply`: a layer is a function, a parameter is a tensor, a list is a list of these. */
export type Applied<P> = P extends readonly unknown[] ? { readonly [K in keyof P]: AppliedOne<P[K]> } : AppliedOne<P>;
export type AppliedOne<P> = P extends Layer<infer In, infer Out> ? (x: In) => Out : Node;
export type AppliedParts<P extends Parts> = { readonly [K in keyof P]: Applied<P[K]> };

/** What else a layer may use while it is applied. */
export type BuildContext = Pick<LayerContext, 'training' | 'random' | 'assign' | 'path'>;

/**
 * A layer made of parts. `apply` gets the input, the parts by name, and a context for randomness, running state and the question whether
 * this is training. Parameters are named after the parts, as in PyTorch: `conv.weight`, `blocks.0.bias`. A part that is used twice shares
 * its weights, and two of its draws differ.
 * @throws ValueError for a part that is neither a layer nor a parameter nor a list of these.
 */
export function layer<P extends Parts, In extends Tensors = Node, Out extends Tensors = Node>(
  label: string,
  parts: P,
  apply: (x: In, parts: AppliedParts<P>, context: BuildContext) => Out,
): Layer<In, Out> {
  expectKind('the label', label, 'text', "'residual'");
  expectKind(`${label}: the parts`, parts, 'record', '{ fc: linear(2, 3) }');
  expectKind(`${label}: apply`, apply, 'function', '(x, { fc }) => fc(x)');
  expectNames(parts);
  const leaves = Object.entries(parts).flatMap(([name, part]) => flatten(name, part));
  const layers = leaves.flatMap(([name, part]) => (isLayer(part) ? [[name, part] as const] : []));
  const own = leaves.flatMap(([name, part]) => (isLayer(part) ? [] : [{ ...part, name }]));
  return {
    label,
    parameters: [
      ...own.map(({ name, shape, init, trainable }): ParameterSpec => ({ name, shape, init, trainable })),
      ...layers.flatMap(([name, part]) => prefixed(name, part.parameters)),
    ],
    ...(layers.length === 0 ? {} : { children: new Map(layers) }),
    apply: (x, context) => apply(x, applied(parts, context) as AppliedParts<P>, context),
  };
}

/** The parameters of `layer` that are not those of a layer inside it. */
export function ownParameters({ parameters, children = new Map() }: AnyLayer): readonly ParameterSpec[] {
  // Not by the beginning of names: a layer may stand at `encoder` that has none of the parameters called `encoder.…`.
  const inside = new Set([...children].flatMap(([name, child]) => child.parameters.map((p) => `${name}.${p.name}`)));
  return parameters.filter(({ name }) => !inside.has(name));
}

/** Names are joined by dots, so they cannot hold any. */
function expectNames(parts: Parts): void {
  const bad = Object.keys(parts).find((name) => name === '' || name.includes('.'));
  if (bad === undefined) return;
  throw new ValueError('a part of the layer has a name that cannot be part of a path', {
    received: `'${bad}'`,
    expected: 'a name without dots, such as conv1',
  });
}

/** The parameters of the part `name`, as those of the layer around it. */
export function prefixed(name: string, parameters: readonly ParameterSpec[]): readonly ParameterSpec[] {
  return parameters.map((p) => ({
    ...p,
    name: `${name}.${p.name}`,
    ...(p.stream !== undefined && { stream: `${name}.${p.stream}` }),
    ...(p.aliases !== undefined && { aliases: p.aliases.map((alias) => `${name}.${alias}`) }),
  }));
}

function isParameter(x: unknown): x is ParameterPart {
  return typeof x === 'object' && x !== null && 'kind' in x && x.kind === 'parameter' && 'shape' in x;
}

/** The layers and parameters of a part, with their names. */
function flatten(name: string, part: Part): readonly (readonly [string, SinglePart])[] {
  const listed: readonly (readonly [string, SinglePart])[] = isList(part)
    ? part.map((p, i) => [`${name}.${i}`, p])
    : [[name, part]];
  for (const [path, p] of listed) if (!isLayer(p) && !isParameter(p)) throw unknownPart(path, p);
  return listed;
}

function isList(part: Part): part is readonly SinglePart[] {
  return Array.isArray(part);
}

function unknownPart(name: string, part: unknown): ValueError {
  return new ValueError('a part of the layer is neither a layer nor a parameter', {
    path: name,
    received: typeof part === 'function' ? `the function ${part.name || '(without a name)'}` : String(part),
    expected: 'a layer such as linear(784, 10), parameter([10]), or a list of these',
    fix:
      typeof part === 'function'
        ? `call it: ${part.name || 'f'}() instead of ${part.name || 'f'}`
        : 'give numbers and options to the function around layer(…), which can use them in apply',
  });
}

function applied(parts: Parts, context: LayerContext): Record<string, unknown> {
  const one = (name: string, part: SinglePart): unknown =>
    isLayer(part) ? (x: Tensors) => context.applyChild(name, part, x) : context.parameter(name);
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [
      name,
      isList(part) ? part.map((p, i) => one(`${name}.${i}`, p)) : one(name, part),
    ]),
  );
}
