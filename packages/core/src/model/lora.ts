import { ValueError } from '../errors.ts';
import type { Tensors } from '../ir/tree.ts';
import { ownParameters } from '../layers/build.ts';
import { expectLayer } from '../layers/expect.ts';
import type { AnyLayer, Layer } from '../layers/layer.ts';
import { expectMatch, patternOf } from '../optimizers/groups.ts';
import { expectCount, expectNumber, expectOptions } from '../options.ts';
import { adapted, weightsToAdapt } from './_adapter.ts';
import { childrenBy, joined, rebuilt } from './_tree.ts';
import { kindOf, type Selected, type Selection, select } from './select.ts';

export interface LoraOptions {
  /** The rank of what is added to a weight. Default 8. */
  readonly rank?: number;
  /** What is added is multiplied by `alpha / rank`. Default 8. */
  readonly alpha?: number;
  /** Of the adapters' inputs, in training. Default 0. */
  readonly dropout?: number;
  /** Parameters of the network that are trained as well, such as those of a new head: a regular expression on their names, or its text. Default none. */
  readonly train?: RegExp | string;
}

/** A network with adapters. */
export interface LoraLayer<In extends Tensors, Out extends Tensors> extends Layer<In, Out> {
  readonly lora: Adapters;
}

/** Which adapters a network has: all that `decodeLora` needs to make it again. */
export interface Adapters extends Required<Omit<LoraOptions, 'train'>> {
  /** Paths of the layers that have one. */
  readonly layers: readonly string[];
  /** Names of the parameters that are trained beside them. */
  readonly trained: readonly string[];
}

/**
 * The same network with low-rank adapters (Hu et al. 2021) on the layers that `what` selects, which stays as it is: only the adapters are trained. A weight
 * `W` becomes `W + alpha / rank · B · A` with `A` `[rank, in]` and `B` `[out, rank]`; convolutions and `multiheadAttention`, with its output projection, are
 * adapted likewise. `A` starts as the weight of a `linear`, `B` with zeros, so the network starts as it was. The parameters keep their names, adapters are
 * `lora_A.weight` and `lora_B.weight` beside them. Defaults are those of Hugging Face's PEFT. Running statistics stay as they are, unless `train` names them.
 *
 * `adoptWeights` puts trained numbers into it, `mergeWeights` makes an ordinary network of it, `encodeLora` saves the adapters alone.
 *
 * @example lora(net, { kind: 'linear', match: /^encoder/ }, { rank: 4 })
 * @throws ValueError for a layer with a weight that cannot be adapted, and a rank that is larger than a side of a weight.
 */
export function lora<In extends Tensors, Out extends Tensors>(
  model: Layer<In, Out>,
  what: Selection | readonly Selection[],
  options: LoraOptions = {},
): LoraLayer<In, Out> {
  expectLayer('model', model);
  expectOptions('lora', options, ['rank', 'alpha', 'dropout', 'train']);
  const { rank = 8, alpha = 8, dropout = 0, train } = options;
  const selected = (Array.isArray(what) ? (what as readonly Selection[]) : [what as Selection]).flatMap((one) =>
    select(model, one),
  );
  const pattern = train === undefined ? undefined : patternOf('lora.train', train);
  if (pattern !== undefined) expectMatch('lora.train', pattern, model.parameters);
  const trained = model.parameters.filter(({ name }) => pattern !== undefined && name.search(pattern) !== -1);
  return withAdapters(model, {
    rank,
    alpha,
    dropout,
    layers: pathsOf(selected),
    trained: trained.map(({ name }) => name),
  });
}

/** The network with these adapters; what they are is checked, since it may come from a file. */
export function withAdapters<In extends Tensors, Out extends Tensors>(
  model: Layer<In, Out>,
  adapters: Adapters,
): LoraLayer<In, Out> {
  const { rank, alpha, dropout, layers, trained } = adapters;
  expectCount('lora', 'rank', rank);
  expectNumber('lora.alpha', alpha, { above: 0 });
  expectNumber('lora.dropout', dropout, { least: 0, below: 1 });
  if (model.parameters.some(({ frozen }) => frozen === true))
    throw new ValueError('the network has adapters already', {
      received: 'a network whose weights are frozen',
      expected: 'a network as it is without them',
      fix: 'give several selections at once, lora(model, [{ kind: … }, { match: … }]), or put mergeWeights in between',
    });
  const at = (path: string, layer: AnyLayer): AnyLayer => {
    const own = ownParameters(layer).map((spec) =>
      trained.includes(joined(path, spec.name)) ? spec : { ...spec, frozen: true },
    );
    const frozen = rebuilt(layer, { own, children: childrenBy(path, layer, at) });
    return layers.includes(path) ? adapted(path, frozen, layer, { rank, alpha, dropout }) : frozen;
  };
  const result = at('', model) as Layer<In, Out>;
  const twice = trained.find((name) => model.parameters.some((p) => p.name === name) && isAdapted(result, name));
  if (twice !== undefined)
    throw new ValueError('a weight is trained that has an adapter', {
      path: 'lora.train',
      received: twice,
      expected: 'parameters of layers without adapters, or biases',
    });
  return { ...result, lora: adapters };
}

/** Whether an adapter adds to the parameter `name`. */
function isAdapted({ parameters }: AnyLayer, name: string): boolean {
  const dot = name.lastIndexOf('.');
  const adapter = joined(name.slice(0, Math.max(dot, 0)), `lora_A.${name.slice(dot + 1)}`);
  return parameters.some((p) => p.name === adapter);
}

/** Where the layers are that get an adapter. Throws for one that cannot have any. */
function pathsOf(selected: readonly Selected[]): readonly string[] {
  const paths = selected.flatMap(({ path, layer }) => {
    const inside = [...(layer.children ?? [])].filter(
      ([name]) => kindOf(layer) === 'multiheadAttention' && name === 'out_proj',
    );
    return weightsToAdapt(layer).length === 0 ? [] : [path, ...inside.map(([name]) => joined(path, name))];
  });
  const odd = selected.find(
    ({ layer }) => weightsToAdapt(layer).length === 0 && ownParameters(layer).some(({ shape }) => shape.length >= 2),
  );
  if (odd !== undefined || paths.length === 0)
    throw new ValueError('no adapter can be put on the layer', {
      path: odd?.path ?? selected[0]?.path ?? '',
      received: odd?.layer.label ?? [...new Set(selected.map(({ layer }) => kindOf(layer)))].join(', '),
      expected: 'linear, conv1d, conv2d, conv3d or multiheadAttention with weights of their own',
      fix: odd === undefined ? undefined : "select fewer layers, such as with { kind: 'linear', match: … }",
    });
  return [...new Set(paths)];
}
