import { DTypeError, ShapeError } from '../../errors.ts';
import { expectNodes, type Node } from '../../ir/node.ts';
import { formatShape, type Shape, sameShape } from '../../ir/shape.ts';
import { add } from '../../ops/elementwise/add.ts';
import { logicalAnd } from '../../ops/elementwise/logical-and.ts';
import { logicalNot } from '../../ops/elementwise/logical-not.ts';
import { where } from '../../ops/elementwise/where.ts';
import { reshape } from '../../ops/shape/reshape.ts';

/** Sizes of the scores. */
export interface ScoreSizes {
  readonly batch: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
}

/** Both masks as one of `scaledDotProductAttention`, where booleans say who may attend; `undefined` when there is none. */
export function joinedMask(
  keyPaddingMask: Node | undefined,
  attnMask: Node | undefined,
  sizes: ScoreSizes,
): Node | undefined {
  const padding = keyPaddingMask && paddingMask(keyPaddingMask, sizes);
  const attention = attnMask && attentionMask(attnMask, sizes);
  if (padding === undefined || attention === undefined) return padding ?? attention;
  const [a, b] = [padding, attention];
  if (a.type.dtype === 'float32' && b.type.dtype === 'float32') return add(a, b);
  if (a.type.dtype === 'bool' && b.type.dtype === 'bool') return logicalAnd(a, b);
  return a.type.dtype === 'bool' ? where(a, b, MAY_NOT) : where(b, a, MAY_NOT);
}

/** What stands for "may not" among floats that are added to scores: the lowest that float32 holds. */
const MAY_NOT = -3.4028234663852886e38;

function paddingMask(mask: Node, { batch, keys }: ScoreSizes): Node {
  expectMaskType('keyPaddingMask', mask);
  const { shape } = mask.type;
  if (!sameShape(shape, [batch, keys]))
    throw new ShapeError('the keyPaddingMask does not fit the keys', {
      received: formatShape(shape),
      expected: `[batch, keys] = ${formatShape([batch, keys])}`,
    });
  return reshape(turned(mask), [batch, 1, 1, keys]);
}

function attentionMask(mask: Node, { batch, heads, queries, keys }: ScoreSizes): Node {
  expectMaskType('attnMask', mask);
  const { shape } = mask.type;
  const fits = (...wanted: Shape): boolean => sameShape(shape, wanted);
  if (fits(queries, keys)) return turned(mask);
  if (fits(batch * heads, queries, keys)) return reshape(turned(mask), [batch, heads, queries, keys]);
  const [ofBatch, ofHeads, ...rest] = shape;
  const isOneOf = (size: number | undefined, all: number): boolean => size === 1 || size === all;
  if (isOneOf(ofBatch, batch) && isOneOf(ofHeads, heads) && sameShape(rest, [queries, keys])) return turned(mask);
  const scores = [batch, heads, queries, keys];
  throw new ShapeError('the attnMask does not fit the scores', {
    received: formatShape(shape),
    expected: `[queries, keys], [batch·heads, queries, keys] or [batch or 1, heads or 1, queries, keys] of ${formatShape(scores)}`,
    fix: shape.length === 3 ? `for one mask a sample write reshape(mask, [batch, 1, queries, keys])` : undefined,
  });
}

/** PyTorch's layers have true for what is left out, its `scaled_dot_product_attention` for what is taken. */
function turned(mask: Node): Node {
  return mask.type.dtype === 'bool' ? logicalNot(mask) : mask;
}

function expectMaskType(name: string, mask: Node): void {
  expectNodes(name, [mask]);
  if (mask.type.dtype === 'bool' || mask.type.dtype === 'float32') return;
  throw new DTypeError(`the ${name} is neither of booleans nor of floats`, {
    received: mask.type.dtype,
    expected: 'bool, true for what is left out, or float32, which is added to the scores',
    fix: "give an array of dtype 'bool', or convert it with cast(mask, 'bool')",
  });
}
