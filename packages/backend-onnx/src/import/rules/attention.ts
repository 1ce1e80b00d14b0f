import { DYNAMIC, type Node } from '@descent/core';
import {
  add,
  broadcastTo,
  cast,
  concat,
  greater,
  iota,
  lessEqual,
  matmul,
  mul,
  pad,
  reshape,
  scalar,
  scaledDotProductAttention,
  slice,
  softmax,
  split,
  tanh,
  transpose,
  where,
} from '@descent/core/ops';
import { flag, hasAttribute, number } from '../attributes.ts';
import type { ImportedNode } from '../graph.ts';
import type { RuleContext, Rules } from '../rule.ts';
import { ROTARY } from './rotary.ts';

/** Attention, and what turns its queries and keys by their places. */
export const ATTENTION: Rules = {
  Attention: attentionOf,
  'com.microsoft.MultiHeadAttention': multiHead,
  ...ROTARY,
};

/** Queries, keys and values, `[batch, heads, length, width]`. */
interface Heads {
  readonly q: Node;
  readonly k: Node;
  readonly v: Node;
}

interface Scores {
  readonly scale: number;
  readonly softcap: number;
  readonly isCausal: boolean;
  /** How many keys came before the first query. */
  readonly offset: number;
  readonly mask: Node | undefined;
}

function attentionOf(node: ImportedNode, c: RuleContext): readonly (Node | undefined)[] {
  const inputs = [c.node(0), c.node(1), c.node(2)] as const;
  const isFlat = inputs[0].type.shape.length === 3;
  const [queries, keys] = isFlat ? [number(node, 'q_num_heads'), number(node, 'kv_num_heads')] : [0, 0];
  const heads = (x: Node, count: number): Node => (isFlat ? asHeads(x, count) : x);
  const k = behind(c.optional(4), heads(inputs[1], keys));
  const v = behind(c.optional(5), heads(inputs[2], keys));
  if (c.has(6)) throw c.unsupported('nonpad_kv_seqlen', 'a mask');
  if (number(node, 'left_window_size', -1) >= 0 || number(node, 'right_window_size', -1) >= 0) {
    throw c.unsupported('a window of attention', 'a mask');
  }
  const q = heads(inputs[0], queries);
  const scores = {
    scale: number(node, 'scale', 1 / Math.sqrt(q.type.shape[3] as number)),
    softcap: number(node, 'softcap', 0),
    isCausal: flag(node, 'is_causal', false),
    offset: c.has(4) ? (c.node(4).type.shape[2] as number) : 0,
    mask: widened(c.optional(3), k),
  };
  const all = { q, k: repeated(k, q), v: repeated(v, q) };
  const y = attended(all, scores);
  const shown =
    node.outputs[3] === undefined ? undefined : shownScores(all, scores, number(node, 'qk_matmul_output_mode', 0));
  return [isFlat ? flattened(y) : y, k, v, shown];
}

/** `[batch, length, heads·width] → [batch, heads, length, width]`. */
function asHeads(x: Node, count: number): Node {
  const [batch, length, hidden] = x.type.shape as readonly [number, number, number];
  return transpose(reshape(x, [batch, length, count, hidden / count]), [0, 2, 1, 3]);
}

function flattened(y: Node): Node {
  const [batch, heads, length, width] = y.type.shape as readonly [number, number, number, number];
  return reshape(transpose(y, [0, 2, 1, 3]), [batch, length, heads * width]);
}

/** Keys or values behind those of earlier calls. */
function behind(past: Node | undefined, x: Node): Node {
  return past === undefined || past.type.shape[2] === 0 ? x : concat([past, x], 2);
}

/** Each head of keys serves as many heads of queries, one behind the other. */
function repeated(x: Node, { type: { shape } }: Node): Node {
  const [batch, heads, length, width] = x.type.shape as readonly [number, number, number, number];
  const times = (shape[1] as number) / heads;
  if (times === 1) return x;
  const spread = broadcastTo(reshape(x, [batch, heads, 1, length, width]), [batch, heads, times, length, width]);
  return reshape(spread, [batch, heads * times, length, width]);
}

/** Keys behind the end of a mask may not be seen. */
function widened(mask: Node | undefined, keys: Node): Node | undefined {
  if (mask === undefined) return undefined;
  const { dtype, shape } = mask.type;
  const missing = (keys.type.shape[2] as number) - (shape.at(-1) as number);
  if (missing <= 0 || shape.at(-1) === 1) return mask;
  const none = shape.map(() => 0);
  const behind = none.with(-1, missing);
  if (dtype !== 'bool') return pad(mask, none, behind, { value: Number.NEGATIVE_INFINITY });
  return greater(pad(cast(mask, 'float32'), none, behind), 0);
}

function attended({ q, k, v }: Heads, scores: Scores): Node {
  const { scale, isCausal, offset, mask, softcap } = scores;
  if (softcap === 0) return scaledDotProductAttention(q, k, v, { scale, isCausal, offset, ...(mask && { mask }) });
  // Scores that are bent before they are masked: the mask of keys and places, as one of numbers.
  const bent = masked(capped(product({ q, k, v }, scale), softcap), scores);
  return matmul(softmax(bent), v);
}

function product({ q, k }: Heads, scale: number): Node {
  return matmul(mul(q, scale), k, { transposeB: true });
}

function capped(x: Node, softcap: number): Node {
  return softcap > 0 ? mul(tanh(mul(x, 1 / softcap)), softcap) : x;
}

/** A finite number: differences of infinities are none. */
const HIDDEN = -1e30;

function masked(x: Node, { mask, isCausal, offset }: Scores): Node {
  const [queries, keys] = x.type.shape.slice(-2) as [number, number];
  const added =
    mask === undefined
      ? x
      : mask.type.dtype === 'bool'
        ? where(mask, x, HIDDEN)
        : add(x, where(greater(mask, HIDDEN), mask, HIDDEN));
  if (!isCausal) return added;
  const places = add(reshape(iota(queries), [queries, 1]), offset);
  return where(lessEqual(reshape(iota(keys), [1, keys]), places), added, HIDDEN);
}

function shownScores(heads: Heads, scores: Scores, mode: number): Node {
  const plain = product(heads, scores.scale);
  if (mode === 0) return plain;
  const bent = capped(plain, scores.softcap);
  if (mode === 1) return bent;
  return mode === 2 ? masked(bent, scores) : softmax(masked(bent, scores));
}

/** ONNX Runtime's own: weights are outside of it, a bias of all three inside. */
function multiHead(node: ImportedNode, c: RuleContext): readonly (Node | undefined)[] {
  const count = number(node, 'num_heads');
  const { q, k, v } = inputsOf(c, count);
  const keys = behind(c.optional(6), k);
  const values = behind(c.optional(7), v);
  const width = q.type.shape[3] as number;
  const given = number(node, 'scale', 0);
  const y = attended(
    { q, k: keys, v: values },
    {
      scale: given === 0 ? 1 / Math.sqrt(width) : given,
      softcap: 0,
      isCausal: flag(node, 'unidirectional', false),
      offset: c.has(6) ? (c.node(6).type.shape[2] as number) : 0,
      mask: maskOf(node, c, keys),
    },
  );
  return [flattened(y), keys, values];
}

function inputsOf(c: RuleContext, count: number): Heads {
  const first = c.node(0);
  const bias = c.optional(3);
  if (first.type.shape.length === 5) {
    // [batch, length, heads, 3, width] in one.
    const [batch, length, , , width] = first.type.shape as readonly [number, number, number, number, number];
    const parts = split(first, [1, 1, 1], 3).map((p) =>
      transpose(reshape(p, [batch, length, count, width]), [0, 2, 1, 3]),
    );
    if (bias !== undefined) throw c.unsupported('a bias of packed queries, keys and values', 'three inputs');
    return { q: parts[0] as Node, k: parts[1] as Node, v: parts[2] as Node };
  }
  if (!c.has(1) || !c.has(2)) throw c.unsupported('keys and values packed in one', 'three inputs');
  const inputs = [first, c.node(1), c.node(2)];
  let start = 0;
  const [q, k, v] = inputs.map((x) => {
    // Keys and values of another sequence may come in heads already, and have no bias then.
    if (x.type.shape.length === 4) return x;
    const hidden = x.type.shape[2] as number;
    const own = bias && slice(bias, { axis: 0, start, end: start + hidden });
    start += hidden;
    return asHeads(own === undefined ? x : add(x, own), count);
  }) as [Node, Node, Node];
  return { q, k, v };
}

/** Which keys are there, `[batch, keys]` or a count for each sample, and what is added to the scores. */
function maskOf(node: ImportedNode, c: RuleContext, keys: Node): Node | undefined {
  const added = c.optional(5);
  const present = c.optional(4);
  if (present === undefined) return added;
  const { shape } = present.type;
  const [batch, length] = [keys.type.shape[0] as number, keys.type.shape[2] as number];
  const isCount = shape.length === 1 && (shape[0] === batch || batch === DYNAMIC);
  if (shape.length > 2 || (shape.length === 1 && !isCount)) {
    throw c.unsupported(`a key_padding_mask of ${shape.length} axes`, '[batch, keys], or a count for each sample');
  }
  const allowed = isCount
    ? greater(reshape(present, [shape[0] as number, 1]), reshape(iota(length), [1, length]))
    : greater(present, 0);
  const wide = reshape(allowed, [allowed.type.shape[0] as number, 1, 1, length]);
  const filled = where(
    wide,
    scalar(0),
    hasAttribute(node, 'mask_filter_value') ? number(node, 'mask_filter_value') : -10000,
  );
  return added === undefined ? filled : add(filled, added);
}
