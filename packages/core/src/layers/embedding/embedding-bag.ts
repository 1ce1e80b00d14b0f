import { ShapeError, ValueError } from '../../errors.ts';
import type { DType } from '../../ir/dtype.ts';
import type { Node } from '../../ir/node.ts';
import { formatShape, type Shape, sameShape } from '../../ir/shape.ts';
import { lengthMask } from '../../ops/composite/length-mask.ts';
import { cast } from '../../ops/elementwise/cast.ts';
import { div } from '../../ops/elementwise/div.ts';
import { equal } from '../../ops/elementwise/equal.ts';
import { greater } from '../../ops/elementwise/greater.ts';
import { logicalAnd } from '../../ops/elementwise/logical-and.ts';
import { logicalNot } from '../../ops/elementwise/logical-not.ts';
import { maximum } from '../../ops/elementwise/maximum.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { where } from '../../ops/elementwise/where.ts';
import { iota } from '../../ops/indexing/iota.ts';
import { scalar } from '../../ops/leaf/constant.ts';
import { argMax } from '../../ops/reduce/arg-max.ts';
import { max } from '../../ops/reduce/max.ts';
import { mean } from '../../ops/reduce/mean.ts';
import { sum } from '../../ops/reduce/sum.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { expectOneOf, expectOptions } from '../../options.ts';
import { namedInputs } from '../_named.ts';
import type { Layer } from '../layer.ts';
import type { Size } from '../sizes.ts';
import { expectWhole, rowsOf, TABLE_OPTIONS, type TableOptions, tableOf } from './_table.ts';

export interface EmbeddingBagOptions extends TableOptions {
  /** What becomes of the rows of a bag, default `'mean'`. */
  readonly mode?: 'sum' | 'mean' | 'max';
}

/** What `embeddingBag` takes by name. A type, not an interface: TypeScript does not take an interface for a record of tensors. */
export type EmbeddingBagInputs = {
  /** `[batch, n]`, int32 or uint8: a bag of indices a sample. */
  readonly x: Node;
  /** `[batch]`, int32: how many indices of each bag count. A bag of none gives zeros. Default all. */
  readonly lengths?: Node;
  /** `[batch, n]`, float32: what each row is multiplied by, with the mode `'sum'`. */
  readonly perSampleWeights?: Node;
};

/**
 * The sum, the mean or the largest of the learned rows of each bag of indices, as PyTorch's `EmbeddingBag`: int32 or uint8 `[batch, n] → [batch,
 * embeddingDim]`, or tensors by name, see `EmbeddingBagInputs`. Bags of different lengths are filled up, with `lengths` beside them (`bagDataset` of
 * `@descent/datasets` makes both of flat indices and offsets), or with `paddingIdx`, which counts as nothing; a bag of nothing gives zeros.
 * Parameter: `weight` `[numEmbeddings, embeddingDim]`. Indices out of range are refused as by `embedding`.
 */
export function embeddingBag<const Out extends number>(
  numEmbeddings: number,
  embeddingDim: Out,
  options: EmbeddingBagOptions = {},
): Layer<Node | EmbeddingBagInputs, Node, `? → ${Size<Out>}`> {
  expectOptions('embeddingBag', options, ['mode', ...TABLE_OPTIONS]);
  const { mode = 'mean', scaleGradByFreq = false } = options;
  const table = tableOf('embeddingBag', numEmbeddings, embeddingDim, options);
  expectOneOf('embeddingBag.mode', mode, ['sum', 'mean', 'max']);
  if (mode === 'max' && scaleGradByFreq) throw onlyOf('scaleGradByFreq', 'sum or mean', mode);
  return {
    label: `embeddingBag(${numEmbeddings} → ${embeddingDim}, ${mode})`,
    parameters: [table.spec],
    apply(given, context) {
      const { x, lengths, perSampleWeights } = namedInputs(given, INPUTS, ['x'], 'x') as EmbeddingBagInputs;
      const indices = expectWhole('embeddingBag', x);
      expectBags(x);
      const [batch, size] = x.type.shape as [number, number];
      if (lengths !== undefined) expectBeside('lengths', lengths, 'int32', [batch]);
      const isThere = lengths === undefined ? undefined : lengthMask(lengths, size);
      const rows = rowsOf(table, indices, context, isThere);
      const counts = [
        ...(isThere === undefined ? [] : [isThere]),
        ...(table.paddingIdx === null ? [] : [logicalNot(equal(indices, table.paddingIdx))]),
      ].reduce<Node | null>((a, b) => (a === null ? b : logicalAnd(a, b)), null);
      if (perSampleWeights === undefined) return pooled(rows, counts, mode, context.training);
      if (mode !== 'sum') throw onlyOf('perSampleWeights', 'sum', mode);
      expectBeside('perSampleWeights', perSampleWeights, 'float32', [batch, size]);
      return pooled(mul(rows, reshape(perSampleWeights, [batch, size, 1])), counts, mode, context.training);
    },
  };
}

const INPUTS = ['x', 'lengths', 'perSampleWeights'] as const;

function onlyOf(what: string, modes: string, mode: string): ValueError {
  return new ValueError(`embeddingBag takes ${what} with the mode ${modes} alone, as PyTorch's`, {
    received: `the mode '${mode}'`,
    expected: `mode: '${modes.split(' ')[0]}'`,
  });
}

/** Throws unless what stands beside the bags has this type. */
function expectBeside(name: string, { type: { dtype, shape } }: Node, wanted: DType, expected: Shape): void {
  if (dtype === wanted && sameShape(shape, expected)) return;
  throw new ShapeError(`embeddingBag: ${name} do not fit the bags`, {
    path: name,
    received: `${dtype}${formatShape(shape)}`,
    expected: `${wanted}${formatShape(expected)}`,
  });
}

const BAG = { axes: [1] } as const;

/** The largest of each bag; of equal ones the first gets the gradient, as in PyTorch, where that of `max` goes to all of them. */
function firstOfLargest(rows: Node): Node {
  const [batch, size, features] = rows.type.shape as [number, number, number];
  const first = reshape(argMax(rows, { axis: 1 }), [batch, 1, features]);
  const places = reshape(iota(size), [1, size, 1]);
  return sum(where(equal(places, first), rows, scalar(0)), BAG);
}

/** One row of each bag `[batch, n, features]`, made of those that count: `[batch, n]`, null for all. */
function pooled(
  rows: Node,
  counts: Node | null,
  mode: NonNullable<EmbeddingBagOptions['mode']>,
  training: boolean,
): Node {
  const all = { sum, mean, max: training ? firstOfLargest : max }[mode];
  if (counts === null) return all(rows, BAG);
  const isCounted = reshape(counts, [...counts.type.shape, 1]);
  const count = sum(cast(isCounted, 'float32'), BAG);
  if (mode === 'max') {
    const chosen = all(where(isCounted, rows, scalar(Number.NEGATIVE_INFINITY)), BAG);
    return where(greater(count, 0), chosen, scalar(0));
  }
  const total = sum(where(isCounted, rows, scalar(0)), BAG);
  return mode === 'sum' ? total : div(total, maximum(count, 1));
}

function expectBags({ type: { shape } }: Node): void {
  if (shape.length === 2 && shape[1] !== 0) return;
  throw new ShapeError('embeddingBag takes one bag of indices a sample', {
    received: formatShape(shape),
    expected: '[batch, indices of a bag], at least one',
    fix: 'fill shorter bags up with an index of their own, paddingIdx, or say with lengths how many count',
  });
}
