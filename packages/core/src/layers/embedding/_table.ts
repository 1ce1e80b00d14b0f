import { DTypeError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import type { Shape } from '../../ir/shape.ts';
import { embedding } from '../../ops/composite/embedding.ts';
import { embeddingRenorm } from '../../ops/composite/embedding-renorm.ts';
import { cast } from '../../ops/elementwise/cast.ts';
import { scatterAdd } from '../../ops/indexing/scatter-add.ts';
import { scalar } from '../../ops/leaf/constant.ts';
import { broadcastTo } from '../../ops/shape/broadcast-to.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { expectCount, expectFlag, expectNumber } from '../../options.ts';
import type { Key } from '../../random/index.ts';
import { normalInit } from '../init/_gaussian.ts';
import { expectInitializers, type Initializer } from '../init/initializers.ts';
import type { LayerContext, ParameterSpec } from '../layer.ts';

/** What tables of embeddings may do besides. */
export interface TableOptions {
  /** The row that stands for padding: it starts as zeros and gets no gradient. Default null: none. */
  readonly paddingIdx?: number | null;
  /** Rows that are looked up and longer are cut to this length, in the table, too, where a step begins its update from them. Default null: none. */
  readonly maxNorm?: number | null;
  /** The exponent of the norm of `maxNorm`, default 2; Infinity is the largest number. */
  readonly normType?: number;
  /** Whether the gradient of a row is divided by how often the batch names it, default false. */
  readonly scaleGradByFreq?: boolean;
  /** Default: PyTorch's, Gaussian with mean 0 and deviation 1. */
  readonly weightInit?: Initializer;
}

export const TABLE_OPTIONS = ['paddingIdx', 'maxNorm', 'normType', 'scaleGradByFreq', 'weightInit'] as const;

/** A table of embeddings, checked. */
export interface Table {
  readonly name: string;
  readonly shape: readonly [rows: number, features: number];
  readonly paddingIdx: number | null;
  readonly maxNorm: number | null;
  readonly normType: number;
  readonly scaleGradByFreq: boolean;
  readonly spec: ParameterSpec;
}

export function tableOf(name: string, rows: number, features: number, options: TableOptions): Table {
  const { paddingIdx = null, maxNorm = null, normType = 2, scaleGradByFreq = false, weightInit } = options;
  expectTable(name, rows, features, paddingIdx);
  if (maxNorm !== null) expectNumber(`${name}.maxNorm`, maxNorm, { above: 0 });
  if (normType !== Number.POSITIVE_INFINITY) expectNumber(`${name}.normType`, normType, { above: 0 });
  expectFlag(`${name}.scaleGradByFreq`, scaleGradByFreq);
  const spec = tableSpec([rows, features], paddingIdx, weightInit);
  return { name, shape: [rows, features], paddingIdx, maxNorm, normType, scaleGradByFreq, spec };
}

/** The rows that `indices` name: `[…] → […, features]`. Of those where `counts` is false, nothing becomes. */
export function rowsOf(
  { shape: [size], paddingIdx, maxNorm, normType, scaleGradByFreq }: Table,
  indices: Node,
  { parameter, assign, training }: LayerContext,
  counts?: Node,
): Node {
  const weight = parameter('weight');
  const frequency = training && (maxNorm !== null || scaleGradByFreq) ? frequencyOf(indices, size, counts) : null;
  const lookUp = (table: Node): Node =>
    embedding(indices, table, { paddingIdx, frequency: scaleGradByFreq ? frequency : null });
  if (maxNorm === null) return lookUp(weight);
  if (frequency === null) return embeddingRenorm(lookUp(weight), null, { maxNorm, normType });
  const cut = embeddingRenorm(weight, frequency, { maxNorm, normType });
  assign('weight', cut);
  return lookUp(cut);
}

/** How often each row is named: `[rows, 1]`. */
function frequencyOf(indices: Node, size: number, counts?: Node): Node {
  const { shape } = indices.type;
  const ones = counts === undefined ? broadcastTo(scalar(1), shape) : cast(counts, 'float32');
  return scatterAdd(indices, reshape(ones, [...shape, 1]), { axis: 0, size });
}

/** Checks what a table of embeddings is made of. */
export function expectTable(name: string, rows: number, features: number, paddingIdx: number | null): void {
  expectCount(name, 'numEmbeddings', rows);
  expectCount(name, 'embeddingDim', features);
  if (paddingIdx === null) return;
  expectCount(name, 'paddingIdx', paddingIdx, 0);
  expectNumber(`${name}.paddingIdx`, paddingIdx, { below: rows });
}

/** The table, Gaussian as PyTorch's, with zeros in the row of padding. */
export function tableSpec(shape: Shape, paddingIdx: number | null, given: Initializer | undefined): ParameterSpec {
  if (given !== undefined) expectInitializers('embedding', { weightInit: given });
  const draw = given ?? normalInit();
  const [, features = 0] = shape;
  const init = (key: Key, of: Shape): Float32Array => {
    const drawn = draw(key, of);
    return paddingIdx === null ? drawn : drawn.fill(0, paddingIdx * features, (paddingIdx + 1) * features);
  };
  return { name: 'weight', shape, init };
}

/** `x` as int32. Throws a `DTypeError` unless it holds whole numbers. */
export function expectWhole(name: string, x: Node): Node {
  const { dtype } = x.type;
  if (dtype === 'int32') return x;
  if (dtype === 'uint8') return cast(x, 'int32');
  throw new DTypeError(`${name} takes the numbers of rows`, {
    received: dtype,
    expected: 'int32, or uint8',
    fix: "give the indices as int32: tensor([3, 1], 'int32'), and { shape, dtype: 'int32' } as the type of a sample",
  });
}
