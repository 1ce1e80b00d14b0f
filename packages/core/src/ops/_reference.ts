import { allocate, type DataOf } from '../ir/dtype.ts';
import type { Graph } from '../ir/graph.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { TensorType } from '../ir/op.ts';
import { numel, type Shape, sameShape, strides } from '../ir/shape.ts';
import type { LoweringInfo, PrimitiveNamesOf, SomeLowerings } from './table.ts';

/**
 * A value of the reference interpreter. In high precision, `float64` stands for the graph's float32. Nothing writes to an array once its
 * kernel has returned it, so values may share their data.
 */
export type RefArray = NDArray;

export interface RefContext {
  /** Zeros to write a result to; float64 ones for float32 in high precision. */
  zeros(type: TensorType): RefArray;
  /** The outputs of a graph that a node holds, from its inputs by name. */
  evaluate(body: Graph, inputs: ReadonlyMap<string, RefArray>): ReadonlyMap<string, RefArray>;
  /** What `make` gives at its first call with this `key`. */
  once<T>(key: object, make: () => T): T;
}

/** A kernel that needs no attributes. Shapes in `info` are concrete; sizes come from there, since attributes may say `DYNAMIC`. */
export type RefKernel = (operands: readonly RefArray[], info: LoweringInfo<object>, context: RefContext) => RefArray;

/** The kernels of one family, all of them. */
export type RefKernels<Family> = SomeLowerings<RefArray, RefContext, PrimitiveNamesOf<Family>>;

/**
 * Where the elements of a strided view are, in row-major order of `shape`: at `start + Σ index·stride`. Broadcasting (stride 0),
 * transposing, slicing, flipping (negative strides), padding and reducing are all reads or writes at such offsets.
 */
export function offsets(shape: Shape, steps: readonly number[], start = 0): Int32Array {
  const out = new Int32Array(numel(shape)).fill(start, 0, 1);
  let block = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as number;
    const step = steps[axis] as number;
    for (let k = 1; k < size; k++) {
      for (let i = 0; i < block; i++) out[k * block + i] = (out[i] as number) + k * step;
    }
    block *= size;
  }
  return out;
}

/** Strides that walk a tensor of shape `from` as if it had the shape `to` it broadcasts to. */
export function broadcastStrides(from: Shape, to: Shape): readonly number[] {
  const own = strides(from);
  const lead = to.length - from.length;
  return to.map((_, i) => (i < lead || from[i - lead] === 1 ? 0 : (own[i - lead] as number)));
}

/** The elements of `x` at `at`. */
export function take({ dtype, data }: RefArray, at: Int32Array): DataOf {
  const out = allocate(dtype, at.length);
  for (let i = 0; i < out.length; i++) out[i] = data[at[i] as number] as number;
  return out;
}

/** The elements of `x`, repeated to fill `shape`; its own data when nothing repeats. */
export function broadcast(x: RefArray, shape: Shape): DataOf {
  return sameShape(x.shape, shape) ? x.data : take(x, offsets(shape, broadcastStrides(x.shape, shape)));
}

/** `Σ a·b`: the offset of an index, or a start from strides. */
export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, v, i) => sum + v * (b[i] as number), 0);
}

/** A result of `type` with `values` rounded to it, once. */
export function rounded(values: ArrayLike<number>, type: TensorType, context: RefContext): RefArray {
  const out = context.zeros(type);
  out.data.set(values);
  return out;
}

/** Whether `v` replaces `best` as the maximum: only a larger one does, and a NaN counts as the largest, as in PyTorch. */
export function beats(v: number, best: number): boolean {
  return v > best || (Number.isNaN(v) && !Number.isNaN(best));
}
