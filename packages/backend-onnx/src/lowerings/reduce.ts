import type { SomeLowerings } from '@descent/core/backend';
import type { GraphBuilder } from '../model/builder.ts';
import { binary, cast, compare, range, reduce, reshape, unary, where } from '../model/ops.ts';
import type { Value } from '../model/value.ts';
import type { Context } from './context.ts';
import { wrappedSum } from './integers.ts';
import { mean, sum } from './sums.ts';

type Names = 'argMax' | 'max' | 'mean' | 'min' | 'sum';

export const reduceLowerings: SomeLowerings<Value, Context, Names> = {
  sum([x], { attrs: { axes, keepDims }, output }, context) {
    const { builder, dialect } = context;
    if (output.dtype === 'int32') return wrappedSum(builder, x as Value, axes, keepDims, dialect);
    return sum(context, x as Value, axes, keepDims);
  },

  mean([x], { attrs: { axes, keepDims }, output }, context) {
    // ONNX Runtime calls the mean of nothing 0.
    if (axes.some((a) => x?.shape[a] === 0)) return nan(context.builder, output.shape);
    return mean(context, x as Value, axes, keepDims);
  },

  max: ([x], { attrs }, { builder }) => extreme(builder, 'ReduceMax', x as Value, attrs.axes, attrs.keepDims),
  min: ([x], { attrs }, { builder }) => extreme(builder, 'ReduceMin', x as Value, attrs.axes, attrs.keepDims),

  argMax([x], { attrs: { axis, keepDims }, output }, { builder: b, dialect }) {
    const value = x as Value;
    if (dialect === 'webgpu') return firstMaximum(b, value, axis, keepDims);
    const attributes = { axis, keepdims: keepDims ? 1 : 0 };
    const index = (y: Value): Value => b.add('ArgMax', [y], { dtype: 'int64', shape: output.shape }, attributes);
    if (value.dtype !== 'float32') return cast(b, index(value), 'int32');
    // ONNX Runtime leaves NaN out; in PyTorch the first one wins.
    const isNumber = compare(b, 'Equal', value, value);
    const numbers = cast(b, isNumber, 'uint8');
    const allNumbers = cast(b, reduce(b, 'ReduceMin', numbers, [axis], keepDims), 'bool');
    const firstNaN = index(cast(b, b.add('Not', [isNumber], isNumber), 'int32'));
    return cast(b, where(b, allNumbers, index(value), firstNaN), 'int32');
  },
};

/** A largest or smallest element; NaN wins, which ONNX Runtime's own reductions forget in all but the first place. */
function extreme(b: GraphBuilder, type: string, x: Value, axes: readonly number[], keepDims: boolean): Value {
  const found = reduce(b, type, x, axes, keepDims);
  if (x.dtype !== 'float32') return found;
  const isNumber = cast(b, compare(b, 'Equal', x, x), 'uint8');
  const allNumbers = cast(b, reduce(b, 'ReduceMin', isNumber, axes, keepDims), 'bool');
  return where(b, allNumbers, found, b.scalar(Number.NaN));
}

/** The position of the first maximum, or of the first NaN, without int64, which the WebGPU provider does not have. */
function firstMaximum(b: GraphBuilder, x: Value, axis: number, keepDims: boolean): Value {
  const size = x.shape[axis] as number;
  const isBest = compare(b, 'Equal', x, reduce(b, 'ReduceMax', x, [axis], true));
  const wins = x.dtype === 'float32' ? firstOf(b, x, isBest, axis) : isBest;
  const numbers = reshape(b, range(b, size, 'int32'), [size, ...x.shape.slice(axis + 1).map(() => 1)]);
  return reduce(b, 'ReduceMin', where(b, wins, numbers, b.scalar(size, 'int32')), [axis], keepDims);
}

/** The NaN of each row, or where there are none, its maxima. */
function firstOf(b: GraphBuilder, x: Value, isBest: Value, axis: number): Value {
  const isNumber = compare(b, 'Equal', x, x);
  const allNumbers = cast(b, reduce(b, 'ReduceMin', cast(b, isNumber, 'int32'), [axis], true), 'bool');
  return binary(b, 'Or', binary(b, 'And', isBest, allNumbers), unary(b, 'Not', isNumber));
}

function nan(b: GraphBuilder, shape: readonly number[]): Value {
  return b.add('Expand', [b.scalar(Number.NaN), b.dims(shape)], { dtype: 'float32', shape });
}
