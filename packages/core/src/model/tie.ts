import { ShapeError, ValueError } from '../errors.ts';
import { formatShape, sameShape } from '../ir/shape.ts';
import type { Tensors } from '../ir/tree.ts';
import { ownParameters } from '../layers/build.ts';
import { expectLayer } from '../layers/expect.ts';
import type { AnyLayer, Layer, ParameterSpec } from '../layers/layer.ts';
import { withParameters } from '../layers/with-parameters.ts';
import { describeValue, didYouMean, expectKind } from '../options.ts';
import { childrenBy, joined, rebuilt } from './_tree.ts';

/**
 * The same network, where some parameters are others: the output layer of a language model has the table of its embedding (Press & Wolf 2017) with
 * `tie(model, { 'head.weight': 'embedding.weight' })`. A parameter that is tied is none any more: it is counted, trained, saved and exported once, under the
 * name on the right, and its gradients are added up. `toParameters` takes files that hold both, as those of PyTorch do.
 *
 * @throws ValueError for a name that the network does not have, or that is tied twice; ShapeError for two shapes.
 */
export function tie<In extends Tensors, Out extends Tensors>(
  model: Layer<In, Out>,
  tied: Readonly<Record<string, string>>,
): Layer<In, Out> {
  expectLayer('model', model);
  expectKind('what is tied', tied, 'record', "{ 'head.weight': 'embedding.weight' }");
  const pairs = Object.entries(tied);
  if (pairs.length === 0)
    throw new ValueError('nothing is tied', { received: '{}', expected: "{ 'head.weight': 'embedding.weight' }" });
  for (const [name, source] of pairs) expectPair(model, tied, name, source);
  const at = (path: string, layer: AnyLayer): AnyLayer => {
    const before = ownParameters(layer);
    const own = before.filter((spec) => !Object.hasOwn(tied, joined(path, spec.name)));
    const label = [
      layer.label,
      ...before.filter((spec) => !own.includes(spec)).map(({ name }) => `${name} tied to ${tied[joined(path, name)]}`),
    ].join(', ');
    return { ...rebuilt(layer, { own, children: childrenBy(path, layer, at) }), label };
  };
  const without = at('', model) as Layer<In, Out>;
  const aliasesOf = (source: string): readonly string[] =>
    pairs.flatMap(([name, s]) => (s === source ? [name, ...(specOf(model, name).aliases ?? [])] : []));
  return {
    ...withParameters(without, ({ parameter }) => new Map(pairs.map(([name, source]) => [name, parameter(source)]))),
    parameters: without.parameters.map((spec) => {
      const aliases = [...(spec.aliases ?? []), ...aliasesOf(spec.name)];
      return aliases.length === 0 ? spec : { ...spec, aliases };
    }),
  };
}

function expectPair(model: AnyLayer, tied: Readonly<Record<string, string>>, name: string, source: unknown): void {
  const [from, to] = [specOf(model, name), specOf(model, source)];
  if (name === source || Object.hasOwn(tied, source as string))
    throw new ValueError('a parameter is tied to one that is itself tied', {
      path: name,
      received: `'${source}'`,
      expected: 'the name of a parameter that stays',
      fix: `tie both to one: { '${name}': …, '${source}': … }`,
    });
  if (!sameShape(from.shape, to.shape))
    throw new ShapeError('tied parameters have one shape', {
      path: name,
      received: `${formatShape(from.shape)}, and ${to.name} ${formatShape(to.shape)}`,
      expected: 'the same sizes in the same order',
      fix: 'an embedding(n, m) goes with a linear(m, n): both weights are [n, m]',
    });
  if ((from.trainable ?? true) !== (to.trainable ?? true))
    throw new ValueError('a trained parameter is tied to one that is not', { path: name, received: `'${source}'` });
}

function specOf(model: AnyLayer, name: unknown): ParameterSpec {
  const found = model.parameters.find((spec) => spec.name === name);
  if (found !== undefined) return found;
  const names = model.parameters.map((spec) => spec.name);
  throw new ValueError(`the network has no such parameter${typeof name === 'string' ? didYouMean(name, names) : ''}`, {
    received: describeValue(name),
    expected: names.join(', ') || 'a network with parameters',
  });
}
