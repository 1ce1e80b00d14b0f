import { ShapeError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import { formatShape } from '../../ir/shape.ts';
import { embedding } from '../../ops/composite/embedding.ts';
import { cast } from '../../ops/elementwise/cast.ts';
import { div } from '../../ops/elementwise/div.ts';
import { equal } from '../../ops/elementwise/equal.ts';
import { greater } from '../../ops/elementwise/greater.ts';
import { logicalNot } from '../../ops/elementwise/logical-not.ts';
import { maximum } from '../../ops/elementwise/maximum.ts';
import { where } from '../../ops/elementwise/where.ts';
import { iota } from '../../ops/indexing/iota.ts';
import { scalar } from '../../ops/leaf/constant.ts';
import { argMax } from '../../ops/reduce/arg-max.ts';
import { max } from '../../ops/reduce/max.ts';
import { mean } from '../../ops/reduce/mean.ts';
import { sum } from '../../ops/reduce/sum.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { expectOneOf, expectOptions } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Size } from '../sizes.ts';
import { expectTable, expectWhole, tableSpec } from './_table.ts';
import type { EmbeddingOptions } from './embedding.ts';

export interface EmbeddingBagOptions extends EmbeddingOptions {
  /** What becomes of the rows of a bag, default `'mean'`. */
  readonly mode?: 'sum' | 'mean' | 'max';
}

/**
 * The sum, the mean or the largest of the learned rows of each bag of indices, as PyTorch's `EmbeddingBag`: int32 or uint8 `[batch, n] → [batch,
 * embeddingDim]`. Bags of different lengths are filled up with `paddingIdx`, which counts as nothing; a bag of padding alone gives zeros.
 * Parameter: `weight` `[numEmbeddings, embeddingDim]`. Indices out of range are refused as by `embedding`.
 */
export function embeddingBag<const Out extends number>(
  numEmbeddings: number,
  embeddingDim: Out,
  options: EmbeddingBagOptions = {},
): SizedLayer<`? → ${Size<Out>}`> {
  expectOptions('embeddingBag', options, ['mode', 'paddingIdx', 'weightInit']);
  const { mode = 'mean', paddingIdx = null, weightInit } = options;
  expectTable('embeddingBag', numEmbeddings, embeddingDim, paddingIdx);
  expectOneOf('embeddingBag.mode', mode, ['sum', 'mean', 'max']);
  return {
    label: `embeddingBag(${numEmbeddings} → ${embeddingDim}, ${mode})`,
    parameters: [tableSpec([numEmbeddings, embeddingDim], paddingIdx, weightInit)],
    apply(x, { parameter, training }) {
      const indices = expectWhole('embeddingBag', x);
      expectBags(x);
      const rows = embedding(indices, parameter('weight'), { paddingIdx });
      const all = { sum, mean, max: training ? firstOfLargest : max }[mode];
      return paddingIdx === null ? all(rows, BAG) : withoutPadding(all, mode, rows, indices, paddingIdx);
    },
  };
}

const BAG = { axes: [1] } as const;

/** The largest of each bag; of equal ones the first gets the gradient, as in PyTorch, where that of `max` goes to all of them. */
function firstOfLargest(rows: Node): Node {
  const [batch, size, features] = rows.type.shape as [number, number, number];
  const first = reshape(argMax(rows, { axis: 1 }), [batch, 1, features]);
  const places = reshape(iota(size), [1, size, 1]);
  return sum(where(equal(places, first), rows, scalar(0)), BAG);
}

function withoutPadding(
  all: typeof max,
  mode: EmbeddingBagOptions['mode'],
  rows: Node,
  indices: Node,
  paddingIdx: number,
): Node {
  const isPadding = equal(indices, paddingIdx);
  const among = reshape(isPadding, [...indices.type.shape, 1]);
  const count = sum(cast(logicalNot(isPadding), 'float32'), { axes: [1], keepDims: true });
  if (mode === 'max') {
    const chosen = all(where(among, scalar(Number.NEGATIVE_INFINITY), rows), BAG);
    return where(greater(count, 0), chosen, scalar(0));
  }
  const total = sum(where(among, scalar(0), rows), BAG);
  return mode === 'sum' ? total : div(total, maximum(count, 1));
}

function expectBags({ type: { shape } }: Node): void {
  if (shape.length === 2 && shape[1] !== 0) return;
  throw new ShapeError('embeddingBag takes one bag of indices a sample', {
    received: formatShape(shape),
    expected: '[batch, indices of a bag], at least one',
    fix: 'fill shorter bags up with an index of their own, paddingIdx',
  });
}
