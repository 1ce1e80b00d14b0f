import type { DType } from '../ir/dtype.ts';
import { type NDArray, zeros } from '../ir/ndarray.ts';
import { numel, type Shape } from '../ir/shape.ts';
import { expectOptions } from '../options.ts';
import { fold, key, permutation, randint, uniform } from '../random/index.ts';
import type { AttrsByName, OpName } from './table.ts';

interface CaseBase<A extends object> {
  /** What is special about the case: `broadcasts a row`, `stride 2`. Unique within an op. */
  readonly name: string;
  /** The operands. float32 values; a float64 backend takes them as they are. */
  readonly inputs: readonly NDArray[];
  readonly attrs: A;
  /** The result, computed by hand or by PyTorch. */
  readonly expected?: NDArray;
  /** The gradients of `Σ y·dy`, for points where the op is not smooth and finite differences say nothing; `null` where none flows. */
  readonly expectedGrads?: { readonly dy: NDArray; readonly grads: readonly (NDArray | null)[] };
  /** Largest `|difference| / max(1, |value|)` that a float32 backend may show. Default 1e-5. */
  readonly tolerance?: number;
}

interface GradChecked {
  /** The inputs whose gradient is compared with finite differences. Default: all float32 inputs, when the output is float32 too. */
  readonly grad?: readonly number[];
}

interface GradUnchecked {
  /** Finite differences are not taken. */
  readonly grad: false;
  /** Why not. */
  readonly reason: string;
}

/** One application of an op to concrete values. */
export type OpCase<A extends object = object> = CaseBase<A> & (GradChecked | GradUnchecked);

/** The cases of the op called `N`, its attributes checked. */
export type Cases<N extends OpName> = readonly OpCase<AttrsByName<N>>[];

/** Makes the operand of one shape; the same seed gives the same values. */
export type Draw = (shape: Shape, seed: number) => NDArray;

/** float32 values drawn uniformly from `[low, high)`, by default from -2 to 2. */
export function values(shape: Shape, seed: number, options: { low?: number; high?: number } = {}): NDArray {
  expectOptions('values', options, ['low', 'high']);
  const { low = -2, high = 2 } = options;
  const out = zeros(shape);
  uniform(fold(key(seed), 'values'), out.data, low, high);
  return out;
}

/**
 * float32 values that all differ by at least `step` (default 0.25), in random order, centred on `offset` (default 0.0625): no ties, and none
 * nearer to 0 than the offset, so that functions with a kink can be differentiated numerically.
 */
export function distinct(shape: Shape, seed: number, options: { step?: number; offset?: number } = {}): NDArray {
  expectOptions('distinct', options, ['step', 'offset']);
  const { step = 0.25, offset = 0.0625 } = options;
  const out = zeros(shape);
  const n = numel(shape);
  const order = permutation(fold(key(seed), 'distinct'), n);
  for (let i = 0; i < n; i++) out.data[i] = ((order[i] as number) - Math.floor(n / 2)) * step + offset;
  return out;
}

/** Whole numbers drawn from `[low, high)`, by default from -4 to 4 (0 to 4 for uint8). */
export function integers(
  shape: Shape,
  seed: number,
  options: { dtype?: DType; low?: number; high?: number } = {},
): NDArray {
  expectOptions('integers', options, ['dtype', 'low', 'high']);
  const { dtype = 'int32', low = dtype === 'uint8' ? 0 : -4, high = 5 } = options;
  const drawn = new Int32Array(numel(shape));
  randint(fold(key(seed), 'integers'), drawn, low, high);
  const out = zeros(shape, dtype);
  out.data.set(drawn);
  return out;
}

/** Random booleans. */
export function bools(shape: Shape, seed: number): NDArray {
  return integers(shape, seed, { dtype: 'bool', low: 0, high: 2 });
}

/** The names of `cases` with `prefix` in front. */
export function prefixed<A extends object>(prefix: string, cases: readonly OpCase<A>[]): readonly OpCase<A>[] {
  return cases.map((c) => ({ ...c, name: `${prefix}: ${c.name}` }));
}
