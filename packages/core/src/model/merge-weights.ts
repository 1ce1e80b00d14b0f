import { ValueError } from '../errors.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Tensors } from '../ir/tree.ts';
import { ownParameters } from '../layers/build.ts';
import { expectLayer } from '../layers/expect.ts';
import type { AnyLayer, Layer, OwnArrays, Parametrized } from '../layers/layer.ts';
import { expectCount, expectOptions } from '../options.ts';
import { childrenBy, joined, rebuilt } from './_tree.ts';
import { expectParameters, initParameters, type Parameters } from './parameters.ts';
import { allIn, type Selected } from './select.ts';

/** A network and its numbers. */
export interface Weighted<In extends Tensors, Out extends Tensors> {
  readonly model: Layer<In, Out>;
  readonly parameters: Parameters;
}

/**
 * The network with plain weights that computes what `model` does: without adapters of `lora`, `weightNorm` and `spectralNorm`, as evaluation has them. Nothing
 * in it is frozen. It is what an export should hold. The numbers are computed in float64 and rounded to float32.
 *
 * @throws StateError when `parameters` are not those of `model`; ValueError for an adapter on a tied weight, of which other uses do not have it; NumericError for a weight that is not finite, such as one whose direction is zero.
 */
export function mergeWeights<In extends Tensors, Out extends Tensors>(
  model: Layer<In, Out>,
  parameters: Parameters,
): Weighted<In, Out> {
  expectLayer('model', model);
  expectParameters(model, parameters);
  const arrays = collected(model, ({ path, layer }) =>
    parametrizations(layer).reduce((own, { merge }) => merge(own), ownArrays(path, layer, parameters)),
  );
  expectTiedUnchanged(model, parameters, arrays);
  const plain = plainLayer(model) as Layer<In, Out>;
  expectParameters(plain, arrays, 'the merged parameters');
  return { model: plain, parameters: inOrder(plain, arrays) };
}

/**
 * The parameters of `model` with which it computes what its plain network does with `plain`: the other direction of `mergeWeights`. Adapters of `lora`, which
 * add nothing at the start, are drawn from `seed` (default 0).
 *
 * @throws StateError when `plain` are not the parameters of the plain network.
 */
export function adoptWeights(model: AnyLayer, plain: Parameters, options: { readonly seed?: number } = {}): Parameters {
  expectLayer('model', model);
  expectOptions('adoptWeights', options, ['seed']);
  const { seed = 0 } = options;
  expectCount('adoptWeights', 'seed', seed, 0);
  expectParameters(plainLayer(model), plain);
  const arrays = collected(model, ({ path, layer }) => {
    const all = parametrizations(layer);
    return all.reduceRight((own, { adopt }) => adopt(own), ownArrays(path, all.at(-1)?.base ?? layer, plain));
  });
  const left = model.parameters.filter(({ name }) => arrays[name] === undefined);
  return inOrder(model, { ...initParameters({ parameters: left }, seed), ...arrays });
}

/** Throws for a tied weight that merging has changed: its other uses have it as it was. */
function expectTiedUnchanged({ parameters }: AnyLayer, before: Parameters, merged: Parameters): void {
  const changed = parameters.find(({ name, aliases }) => aliases !== undefined && merged[name] !== before[name]);
  if (changed === undefined) return;
  const { name, aliases = [] } = changed;
  throw new ValueError('an adapter cannot be merged into a tied weight: its other uses would change, too', {
    path: name,
    received: `an adapter on ${name}, and ${aliases.join(', ')} tied to it`,
    expected: 'adapters on weights that one layer has',
    fix: 'use, save or export the network with its adapters, or adapt other layers',
  });
}

/** The network without parametrizations, where nothing is frozen. */
function plainLayer(layer: AnyLayer): AnyLayer {
  const base = parametrizations(layer).at(-1)?.base ?? layer;
  const children = childrenBy('', layer, (_, child) => plainLayer(child));
  const isSame =
    base === layer &&
    [...(layer.children ?? [])].every(([name, child]) => children?.get(name) === child) &&
    layer.parameters.every(({ frozen }) => frozen !== true);
  if (isSame) return layer;
  const own = ownParameters(base).map(({ frozen, ...spec }) => spec);
  return rebuilt(base, { own, children });
}

/** From the outermost in. */
function parametrizations({ parametrized }: AnyLayer): readonly Parametrized[] {
  return parametrized === undefined ? [] : [parametrized, ...parametrizations(parametrized.base)];
}

/** The arrays that `ownOf` gives for each layer of `model`, by their names in the whole network. */
function collected(model: AnyLayer, ownOf: (at: Selected) => OwnArrays): Parameters {
  return Object.fromEntries(
    allIn('', model).flatMap((at) =>
      Object.entries(ownOf(at)).map(([name, array]) => [joined(at.path, name), array] as const),
    ),
  );
}

function ownArrays(path: string, layer: AnyLayer, parameters: Parameters): OwnArrays {
  return Object.fromEntries(
    ownParameters(layer).map(({ name }) => [name, parameters[joined(path, name)] as NDArray<'float32'>]),
  );
}

function inOrder({ parameters }: Pick<AnyLayer, 'parameters'>, arrays: Parameters): Parameters {
  return Object.fromEntries(parameters.map(({ name }) => [name, arrays[name] as NDArray<'float32'>]));
}
