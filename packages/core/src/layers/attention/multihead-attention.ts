import { ShapeError, ValueError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import { formatShape } from '../../ir/shape.ts';
import { rotaryEmbedding } from '../../ops/composite/rotary-embedding.ts';
import { scaledDotProductAttention } from '../../ops/composite/scaled-dot-product-attention.ts';
import { add } from '../../ops/elementwise/add.ts';
import { matmul } from '../../ops/linalg/matmul.ts';
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
};

export interface MultiheadAttentionOptions {
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
}

const INPUTS = ['query', 'key', 'value', 'keyPaddingMask', 'attnMask'] as const;
const NAME = 'multiheadAttention';

/**
 * Attention of several heads (Vaswani et al. 2017): `[batch, time, embedDim] → [batch, time, embedDim]`, or several tensors by name, see
 * `AttentionInputs`. A query that may attend to no key is given the bias of `out_proj` alone, where PyTorch gives NaN. Parameters as in PyTorch:
 * `in_proj_weight` `[3·embedDim, embedDim]` (with `kdim` or `vdim`: `q_proj_weight`, `k_proj_weight`, `v_proj_weight`), `in_proj_bias`,
 * `out_proj.weight`, `out_proj.bias`. The batch is always first.
 * @throws ValueError when `embedDim` is no multiple of `numHeads`; ShapeError for inputs that do not fit.
 */
export function multiheadAttention(
  embedDim: number,
  numHeads: number,
  options: MultiheadAttentionOptions = {},
): Layer<Node | AttentionInputs> {
  expectCount(NAME, 'embedDim', embedDim);
  expectCount(NAME, 'numHeads', numHeads);
  expectOptions(NAME, options, ['dropout', 'bias', 'kdim', 'vdim', 'causal', 'rotary']);
  const { dropout = 0, bias = true, kdim = embedDim, vdim = embedDim, causal = false, rotary = false } = options;
  expectCount(NAME, 'kdim', kdim);
  expectCount(NAME, 'vdim', vdim);
  for (const [name, flag] of Object.entries({ bias, causal, rotary })) expectFlag(`${NAME}.${name}`, flag);
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
    const [place, other] = rotary ? [rotaryEmbedding(q), rotaryEmbedding(k)] : [q, k];
    const mask = joinedMask(given.keyPaddingMask, given.attnMask, { batch, heads: numHeads, queries, keys });
    const heads = scaledDotProductAttention(place, other, v, {
      isCausal: causal,
      dropout: drop,
      ...(mask === undefined ? {} : { mask }),
    });
    return out_proj(reshape(transpose(heads, [0, 2, 1, 3]), [batch, queries, embedDim]));
  });
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
