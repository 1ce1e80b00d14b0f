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
import { scalar } from '../../ops/leaf/constant.ts';
import { max } from '../../ops/reduce/max.ts';
import { mean } from '../../ops/reduce/mean.ts';
import { sum } from '../../ops/reduce/sum.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { expectOneOf, expectOptions } from '../../options.ts';
import type { Layer } from '../layer.ts';
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
export function embeddingBag(numEmbeddings: number, embeddingDim: number, options: EmbeddingBagOptions = {}): Layer {
  expectOptions('embeddingBag', options, ['mode', 'paddingIdx', 'weightInit']);
  const { mode = 'mean', paddingIdx = null, weightInit } = options;
  expectTable('embeddingBag', numEmbeddings, embeddingDim, paddingIdx);
  expectOneOf('embeddingBag.mode', mode, ['sum', 'mean', 'max']);
  return {
    label: `embeddingBag(${numEmbeddings} → ${embeddingDim}, ${mode})`,
    parameters: [tableSpec([numEmbeddings, embeddingDim], paddingIdx, weightInit)],
    apply(x, { parameter }) {
      const indices = expectWhole('embeddingBag', x);
      expectBags(x);
      const rows = embedding(indices, parameter('weight'), { paddingIdx });
      return paddingIdx === null ? ALL[mode](rows, { axes: [1] }) : withoutPadding(mode, rows, indices, paddingIdx);
    },
  };
}

const ALL = { sum, mean, max } as const;

function withoutPadding(mode: keyof typeof ALL, rows: Node, indices: Node, paddingIdx: number): Node {
  const isPadding = equal(indices, paddingIdx);
  const among = reshape(isPadding, [...indices.type.shape, 1]);
  const over = { axes: [1] };
  const count = sum(cast(logicalNot(isPadding), 'float32'), { axes: [1], keepDims: true });
  if (mode === 'max') {
    const largest = max(where(among, scalar(Number.NEGATIVE_INFINITY), rows), over);
    return where(greater(count, 0), largest, scalar(0));
  }
  const total = sum(where(among, scalar(0), rows), over);
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
