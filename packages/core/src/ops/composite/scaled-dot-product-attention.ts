import { DTypeError, ShapeError } from '../../errors.ts';
import { expectNodes, type Node } from '../../ir/node.ts';
import { broadcastShapes, formatShape, type Shape, sameShape } from '../../ir/shape.ts';
import { expectCount, expectFlag, expectNumber, expectOptions, notWhatWasWanted } from '../../options.ts';
import { add } from '../elementwise/add.ts';
import { cast } from '../elementwise/cast.ts';
import { greater } from '../elementwise/greater.ts';
import { lessEqual } from '../elementwise/less-equal.ts';
import { logicalAnd } from '../elementwise/logical-and.ts';
import { logicalNot } from '../elementwise/logical-not.ts';
import { mul } from '../elementwise/mul.ts';
import { where } from '../elementwise/where.ts';
import { iota } from '../indexing/iota.ts';
import { scalar } from '../leaf/constant.ts';
import { matmul } from '../linalg/matmul.ts';
import { max } from '../reduce/max.ts';
import { reshape } from '../shape/reshape.ts';
import { softmax } from './softmax.ts';

export interface AttentionOptions {
  /**
   * Broadcasts to `[…, queries, keys]`. Booleans: true where a query may attend to a key. Floats are added to the scores; −∞, and what is below −10³⁸,
   * stands for "may not". Default: none.
   */
  readonly mask?: Node;
  /** A query may attend to keys at its own place and before it: key ≤ query, both counted from 0, as in PyTorch. Joins the mask. Default false. */
  readonly isCausal?: boolean;
  /** The place of the first query among the keys, such as the number of keys that came before it, for `isCausal`. Default 0. */
  readonly offset?: number;
  /** What is applied to the weights, such as a `dropout` among the parts of a layer. Default: nothing. */
  readonly dropout?: (weights: Node) => Node;
  /** What scores are multiplied by. Default `1 / √width`. */
  readonly scale?: number;
}

const NAME = 'scaledDotProductAttention';
/**
 * A finite number, since engines disagree about differences of infinities, and above the least float, from which some begin to look for the largest;
 * its distance from any score makes the weight 0.
 */
const LOWEST = -1e30;
const FLOOR = -1e38;

/**
 * `softmax(q·kᵀ·scale)·v` (Vaswani et al. 2017): `[…, queries, width]`, `[…, keys, width]`, `[…, keys, n] → […, queries, n]`; leading axes broadcast.
 * A query that may attend to no key gets zeros, and passes no gradient on; PyTorch gives NaN for it.
 * @throws ShapeError when the three, or the mask, do not fit together; DTypeError for a mask of another type.
 */
export function scaledDotProductAttention(query: Node, key: Node, value: Node, options: AttentionOptions = {}): Node {
  expectOptions(NAME, options, ['mask', 'isCausal', 'offset', 'dropout', 'scale']);
  expectFit(query, key, value);
  const width = query.type.shape.at(-1) as number;
  const { mask, isCausal = false, offset = 0, dropout = (weights) => weights, scale = 1 / Math.sqrt(width) } = options;
  expectFlag(`${NAME}.isCausal`, isCausal);
  expectCount(NAME, 'offset', offset, 0);
  expectNumber(`${NAME}.scale`, scale);
  if (typeof dropout !== 'function')
    throw notWhatWasWanted(`${NAME}.dropout`, dropout, {
      what: 'a function of the weights',
      example: 'the part of a layer made with layer(label, { dropout: dropout(0.1) }, …)',
    });
  // On the queries, which are fewer numbers than the scores.
  const plain = matmul(mul(query, scale), key, { transposeB: true });
  const { shape } = plain.type;
  const given = mask === undefined ? null : maskOf(mask, shape);
  const allowed = both(given?.allowed ?? null, isCausal ? notAfter(shape, offset) : null);
  const scores = given === null || given.added === null ? plain : add(plain, given.added);
  const weights = softmax(allowed === null ? scores : where(allowed, scores, LOWEST));
  const attended = matmul(dropout(weights), value);
  // By its place alone every query may attend to the first key.
  if (mask === undefined) return attended;
  const isAny = greater(max(cast(allowed as Node, 'float32'), { axes: [-1], keepDims: true }), 0);
  return where(isAny, attended, 0);
}

/** Where a query may attend, and what is added to the scores there. NaN is added, so that it shows. */
function maskOf(mask: Node, scores: Shape): { readonly allowed: Node; readonly added: Node | null } {
  expectNodes(`${NAME}.mask`, [mask]);
  const { dtype, shape } = mask.type;
  if (dtype !== 'bool' && dtype !== 'float32')
    throw new DTypeError('a mask of attention is of booleans, or of floats that are added to the scores', {
      path: `${NAME}.mask`,
      received: dtype,
      expected: 'bool or float32',
      fix: "convert it with cast(mask, 'bool'), true where a query may attend to a key",
    });
  if (shape.length < 2 || !sameShape(broadcastShapes(`${NAME}.mask`, shape, scores), scores))
    throw new ShapeError('the mask does not fit the scores', {
      path: `${NAME}.mask`,
      received: formatShape(shape),
      expected: `what broadcasts to ${formatShape(scores)}: queries and keys last`,
      fix: 'for a mask [batch, keys] write reshape(mask, [batch, 1, 1, keys])',
    });
  return dtype === 'bool'
    ? { allowed: mask, added: null }
    : { allowed: logicalNot(lessEqual(mask, FLOOR)), added: mask };
}

/** `[queries, keys]`, from counting, so that it is a computation where these sizes are open. */
function notAfter(scores: Shape, offset: number): Node {
  const [queries, keys] = scores.slice(-2) as [number, number];
  const places = offset === 0 ? iota(queries) : add(iota(queries), scalar(offset, 'int32'));
  return lessEqual(reshape(iota(keys), [1, keys]), reshape(places, [queries, 1]));
}

function both(a: Node | null, b: Node | null): Node | null {
  return a === null ? b : b === null ? a : logicalAnd(a, b);
}

function expectFit(query: Node, key: Node, value: Node): void {
  expectNodes(NAME, [query, key, value]);
  const shapes = [query, key, value].map(({ type }) => type.shape) as [Shape, Shape, Shape];
  const [q, k, v] = shapes;
  const width = q.at(-1);
  const fits = shapes.every((s) => s.length >= 2) && width === k.at(-1) && k.at(-2) === v.at(-2);
  if (fits && width !== 0 && k.at(-2) !== 0) return;
  throw new ShapeError('queries, keys and values do not fit together', {
    path: NAME,
    received: `query ${formatShape(q)}, key ${formatShape(k)}, value ${formatShape(v)}`,
    expected: 'query […, queries, width], key […, keys, width], value […, keys, n], with at least one key',
  });
}
