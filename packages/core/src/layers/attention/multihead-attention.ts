import { ShapeError, ValueError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import { formatShape, sameShape } from '../../ir/shape.ts';
import { rotaryEmbedding } from '../../ops/composite/rotary-embedding.ts';
import { scaledDotProductAttention } from '../../ops/composite/scaled-dot-product-attention.ts';
import { add } from '../../ops/elementwise/add.ts';
import { matmul } from '../../ops/linalg/matmul.ts';
import { concat } from '../../ops/shape/concat.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { split } from '../../ops/shape/split.ts';
import { transpose } from '../../ops/shape/transpose.ts';
import { expectCount, expectFlag, expectOptions } from '../../options.ts';
import { expectFloat } from '../_check.ts';
import { namedInputs } from '../_named.ts';
import { dropout as dropoutLayer } from '../basic/dropout.ts';
import { linear } from '../basic/linear.ts';
import { layer, type ParameterPart, parameter } from '../build.ts';
import { xavierUniform, zerosInit } from '../init/initializers.ts';
import type { Layer } from '../layer.ts';
import type { Size } from '../sizes.ts';
import { joinedMask } from './_masks.ts';

/** What attention takes by name. A type, not an interface: TypeScript does not take an interface for a record of tensors. */
export type AttentionInputs = {
  /** `[batch, queries, embedDim]` */
  readonly query: Node;
  /** `[batch, keys, kdim]`. Default: the query. */
  readonly key?: Node;
  /** `[batch, keys, vdim]`. Default: the key. */
  readonly value?: Node;
  /** `[batch, keys]`. Booleans: true for keys that nobody attends to, as in PyTorch. Floats are added to the scores. */
  readonly keyPaddingMask?: Node;
  /**
   * `[queries, keys]`, `[batch·heads, queries, keys]` or `[batch or 1, heads or 1, queries, keys]`. Booleans: true where a query may not attend to a
   * key, as in PyTorch's layer; its `scaled_dot_product_attention` has it the other way round. Floats are added to the scores.
   */
  readonly attnMask?: Node;
  /**
   * Keys that came before, as a layer with `cache` gave them: `[batch, numHeads, past, embedDim / numHeads]`. They stand in front of the keys of this call,
   * whose places, and those of the queries, are counted on from there. Masks are of all keys, those before included.
   */
  readonly pastKey?: Node;
  /** The values of these keys, of the same shape. */
  readonly pastValue?: Node;
};

/** What attention with `cache` gives: its output, and the keys and values of this call behind those before, for `pastKey` and `pastValue` of the next one. */
export type CachedAttention = { readonly output: Node; readonly key: Node; readonly value: Node };

/** What attention gives: several tensors by name with `cache`, else one. */
export type AttentionOutput<Cache extends boolean> = Cache extends true ? CachedAttention : Node;

export interface MultiheadAttentionOptions<Cache extends boolean = boolean> {
  /** The probability with which a weight is left out in training. Default 0. */
  readonly dropout?: number;
  /** Default true. */
  readonly bias?: boolean;
  /** Features of a key. Default `embedDim`. */
  readonly kdim?: number;
  /** Features of a value. Default `embedDim`. */
  readonly vdim?: number;
  /** A query attends to keys at its own place and before it. Default false. */
  readonly causal?: boolean;
  /** Queries and keys are turned by their places, see `rotaryEmbedding`. Needs an even number of features a head. Default false. */
  readonly rotary?: boolean;
  /** Whether the layer gives its keys and values, too, so that what follows can be computed without computing them again. Default false. */
  readonly cache?: Cache;
}

const INPUTS = ['query', 'key', 'value', 'keyPaddingMask', 'attnMask', 'pastKey', 'pastValue'] as const;
const NAME = 'multiheadAttention';

/**
 * Attention of several heads (Vaswani et al. 2017): `[batch, time, embedDim] → [batch, time, embedDim]`, or several tensors by name, see
 * `AttentionInputs`. A query that may attend to no key is given the bias of `out_proj` alone, where PyTorch gives NaN. Parameters as in PyTorch:
 * `in_proj_weight` `[3·embedDim, embedDim]` (with `kdim` or `vdim`: `q_proj_weight`, `k_proj_weight`, `v_proj_weight`), `in_proj_bias`,
 * `out_proj.weight`, `out_proj.bias`. The batch is always first. With `cache` it gives `{ output, key, value }`, of which the latter two are
 * `[batch, numHeads, past + keys, embedDim / numHeads]`.
 * @throws ValueError when `embedDim` is no multiple of `numHeads`; ShapeError for inputs that do not fit.
 */
export function multiheadAttention<const D extends number, Cache extends boolean = false>(
  embedDim: D,
  numHeads: number,
  options: MultiheadAttentionOptions<Cache> = {},
): Layer<Node | AttentionInputs, AttentionOutput<Cache>, `?, ${Size<D>} → …`> {
  return attentionLayer(embedDim, numHeads, options) as Layer<Node | AttentionInputs, AttentionOutput<Cache>>;
}

function attentionLayer(
  embedDim: number,
  numHeads: number,
  options: MultiheadAttentionOptions,
): Layer<Node | AttentionInputs, Node | CachedAttention> {
  expectCount(NAME, 'embedDim', embedDim);
  expectCount(NAME, 'numHeads', numHeads);
  expectOptions(NAME, options, ['dropout', 'bias', 'kdim', 'vdim', 'causal', 'rotary', 'cache']);
  const { dropout = 0, bias = true, kdim = embedDim, vdim = embedDim } = options;
  const { causal = false, rotary = false, cache = false } = options;
  expectCount(NAME, 'kdim', kdim);
  expectCount(NAME, 'vdim', vdim);
  for (const [name, flag] of Object.entries({ bias, causal, rotary, cache })) expectFlag(`${NAME}.${name}`, flag);
  const width = embedDim / numHeads;
  expectHeads(embedDim, numHeads, rotary);
  const isPacked = kdim === embedDim && vdim === embedDim;
  const parts = {
    ...projections(embedDim, kdim, vdim, isPacked),
    ...(bias ? { in_proj_bias: parameter([3 * embedDim], { init: zerosInit }) } : {}),
    out_proj: linear(embedDim, embedDim, bias ? { biasInit: zerosInit } : { bias }),
    dropout: dropoutLayer(dropout),
  };
  const label = `${NAME}(${embedDim}, ${numHeads}${causal ? ', causal' : ''}${rotary ? ', rotary' : ''})`;
  return layer(label, parts, (x: Node | AttentionInputs, { out_proj, dropout: drop, ...own }) => {
    const given = namedInputs(x, INPUTS, ['query'], 'query');
    const query = given.query as Node;
    const { key = query, value = key } = given;
    expectSequences({ query, key, value }, [embedDim, kdim, vdim]);
    const [batch, queries] = query.type.shape as [number, number, number];
    const keys = key.type.shape[1] as number;
    const byHead = (t: Node): Node =>
      transpose(reshape(t, [batch, t.type.shape[1] as number, numHeads, width]), [0, 2, 1, 3]);
    const [q, k, v] = projected([query, key, value], own as Projections, embedDim).map(byHead) as [Node, Node, Node];
    const past = pastOf(given, [batch, numHeads, width]);
    const [offset, all] = [past?.length ?? 0, (past?.length ?? 0) + keys];
    const [place, other] = rotary ? [rotaryEmbedding(q, { offset }), rotaryEmbedding(k, { offset })] : [q, k];
    const [allKeys, allValues] =
      past === null ? [other, v] : [concat([past.key, other], 2), concat([past.value, v], 2)];
    const mask = joinedMask(given.keyPaddingMask, given.attnMask, { batch, heads: numHeads, queries, keys: all });
    const heads = scaledDotProductAttention(place, allKeys, allValues, {
      isCausal: causal,
      offset,
      dropout: drop,
      ...(mask === undefined ? {} : { mask }),
    });
    const output = out_proj(reshape(transpose(heads, [0, 2, 1, 3]), [batch, queries, embedDim]));
    return cache ? { output, key: allKeys, value: allValues } : output;
  });
}

/** Keys and values that came before; `null` where there are none. */
function pastOf(
  { pastKey, pastValue }: { readonly pastKey?: Node; readonly pastValue?: Node },
  [batch, heads, width]: readonly [number, number, number],
): { readonly key: Node; readonly value: Node; readonly length: number } | null {
  if (pastKey === undefined && pastValue === undefined) return null;
  const past = { pastKey, pastValue };
  const length = pastKey?.type.shape[2] as number;
  for (const [name, x] of Object.entries(past)) {
    if (x === undefined)
      throw new ValueError(`${NAME}: keys and values before belong together`, {
        received: `no ${name}`,
        expected: '{ pastKey, pastValue }, as a layer with cache gives key and value',
      });
    expectFloat(x);
    if (sameShape(x.type.shape, [batch, heads, length, width])) continue;
    throw new ShapeError(`the ${name} does not fit the attention`, {
      received: formatShape(x.type.shape),
      expected: `[batch, numHeads, past, width] = [${batch}, ${heads}, past, ${width}], with one past of keys and values`,
    });
  }
  return { key: pastKey as Node, value: pastValue as Node, length };
}

/** Weights of queries, keys and values in one tensor, or a tensor each where keys or values have another number of features. */
function projections(embedDim: number, kdim: number, vdim: number, isPacked: boolean): Record<string, ParameterPart> {
  const init = xavierUniform();
  if (isPacked) return { in_proj_weight: parameter([3 * embedDim, embedDim], { init }) };
  return {
    q_proj_weight: parameter([embedDim, embedDim], { init }),
    k_proj_weight: parameter([embedDim, kdim], { init }),
    v_proj_weight: parameter([embedDim, vdim], { init }),
  };
}

/** The parameters of the projections, inside `apply`. */
type Projections = { readonly [name: string]: Node };

function projected(inputs: readonly [Node, Node, Node], parameters: Projections, embedDim: number): readonly Node[] {
  const sizes = [embedDim, embedDim, embedDim];
  const { in_proj_weight: packed, in_proj_bias: bias } = parameters;
  const [query, key, value] = inputs;
  const affine = (x: Node, weight: Node, b: Node | undefined): Node => {
    const y = matmul(x, weight, { transposeB: true });
    return b === undefined ? y : add(y, b);
  };
  // One product of all three where they are of the same tensor.
  if (packed !== undefined && key === query && value === query) return split(affine(query, packed, bias), sizes, -1);
  const weights =
    packed === undefined
      ? ['q', 'k', 'v'].map((name) => parameters[`${name}_proj_weight`] as Node)
      : split(packed, sizes, 0);
  const biases = bias === undefined ? [] : split(bias, sizes, 0);
  return inputs.map((x, i) => affine(x, weights[i] as Node, biases[i]));
}

function expectHeads(embedDim: number, numHeads: number, rotary: boolean): void {
  const width = embedDim / numHeads;
  if (!Number.isInteger(width))
    throw new ValueError(`${NAME}: the features cannot be divided among the heads`, {
      path: `${NAME}.numHeads`,
      received: `${embedDim} features, ${numHeads} heads: ${embedDim} / ${numHeads} is not whole`,
      expected: 'embedDim that is a multiple of numHeads',
    });
  if (rotary && width % 2 !== 0)
    throw new ValueError(`${NAME}: features are turned in pairs`, {
      path: `${NAME}.rotary`,
      received: `${embedDim} / ${numHeads} = ${width} features a head`,
      expected: 'an even number of features a head',
    });
}

function expectSequences(inputs: { readonly [name: string]: Node }, features: readonly number[]): void {
  const entries = Object.entries(inputs);
  const [[, query], [, key]] = entries as [[string, Node], [string, Node]];
  for (const [i, [name, x]] of entries.entries()) {
    expectFloat(x);
    const { shape } = x.type;
    const length = name === 'value' ? key.type.shape[1] : shape[1];
    const fits =
      shape.length === 3 && shape[0] === query.type.shape[0] && shape[1] === length && shape[2] === features[i];
    if (fits) continue;
    const axis = name === 'query' ? 'queries' : 'keys';
    const all = entries.map(([other, t]) => `${other} ${formatShape(t.type.shape)}`).join(', ');
    throw new ShapeError(`the ${name} does not fit the attention`, {
      received: key === query ? formatShape(shape) : all,
      expected: `[batch, ${axis}, ${features[i]}], with one batch and as many values as keys`,
      fix: shape.length === 2 ? 'give the input a batch axis in front' : undefined,
    });
  }
}
