import { numel, type Shape } from '@descent/core/backend';
import { int, type } from '../attrs.ts';
import type { Tensor, Writer } from '../writer.ts';
import { at, result, type Translate, typed } from './types.ts';

/** Elements in front of and behind each axis. */
export type Paddings = readonly (readonly [number, number])[];

export const shapeOps: Readonly<Record<string, Translate>> = {
  // TensorFlow takes an Identity away: whichever of the two is chosen, it is `x`.
  Identity(g, { inputs, output }) {
    const [x, ...after] = inputs as readonly [Tensor, ...Tensor[]];
    const one = (y: Tensor): Tensor => {
      const [begin, size] = [y.shape.map(() => 0), y.shape.map(() => 1)];
      return g.cast(g.reshape(y.shape.length === 0 ? y : sliced(g, y, begin, size), []), 'float32');
    };
    if (after.length === 0) return x;
    const largest = after.map(one).reduce((m, y) => g.op('Maximum', [m, y], typed(m), m));
    const isAbove = g.op('Greater', [largest, g.scalar(0, 'float32')], typed(largest), { dtype: 'bool', shape: [] });
    return g.op('SelectV2', [isAbove, x, x], typed(x), output);
  },
  Transpose(g, { inputs, attrs, output }) {
    const x = at(inputs, 0);
    const { perm } = attrs as { readonly perm: readonly number[] };
    return g.op('Transpose', [x, g.ints(perm)], { ...typed(x), Tperm: type('int32') }, output);
  },
  PadV2(g, { inputs, attrs }) {
    const { paddings, constantValue } = attrs as { readonly paddings: Paddings; readonly constantValue: number };
    return padded(g, at(inputs, 0), paddings, constantValue);
  },
  Slice(g, { inputs, attrs }) {
    const { begin, size } = attrs as { readonly begin: readonly number[]; readonly size: readonly number[] };
    return sliced(g, at(inputs, 0), begin, size);
  },
  Reverse(g, { inputs, attrs, output }) {
    const x = at(inputs, 0);
    const { dims } = attrs as { readonly dims: readonly number[] };
    return g.op('ReverseV2', [x, g.ints(dims)], { ...typed(x), Tidx: type('int32') }, output);
  },
  Tile(g, { inputs, attrs, output }) {
    const x = at(inputs, 0);
    const { reps } = attrs as { readonly reps: readonly number[] };
    return g.op('Tile', [x, g.ints(reps)], { ...typed(x), Tmultiples: type('int32') }, output);
  },
  Fill(g, { attrs, output }) {
    const { value } = attrs as { readonly value: number };
    const types = { T: type(output.dtype), index_type: type('int32') };
    return g.op('Fill', [g.ints(output.shape), g.scalar(value, output.dtype)], types, output);
  },
  Concat(g, { inputs, attrs, output }) {
    const { axis } = attrs as { readonly axis: number };
    const parts = inputs.filter((x) => numel(x.shape) > 0);
    const types = { ...typed(at(inputs, 0)), N: int(parts.length), Tidx: type('int32') };
    return parts.length === 1
      ? g.reshape(at(parts, 0), output.shape)
      : g.op('ConcatV2', [...parts, g.scalar(axis, 'int32')], types, output);
  },
};

export function padded(g: Writer, x: Tensor, paddings: Paddings, value: number): Tensor {
  const sides = g.reshape(g.ints(paddings.flat()), [paddings.length, 2]);
  const shape = x.shape.map((n, i) => n + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0));
  const types = { ...typed(x), Tpaddings: type('int32') };
  return g.op('PadV2', [x, sides, g.scalar(value, x.dtype)], types, result(x, shape));
}

export function sliced(g: Writer, x: Tensor, begin: readonly number[], size: Shape): Tensor {
  return g.op('Slice', [x, g.ints(begin), g.ints(size)], { ...typed(x), Index: type('int32') }, result(x, size));
}
