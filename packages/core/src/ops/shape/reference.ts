import { type Shape, strides } from '../../ir/shape.ts';
import { broadcast, dot, offsets, type RefArray, type RefKernels, take } from '../_reference.ts';
import type * as family from './index.ts';

/** The elements of `x` that a strided view of it shows. */
function view(x: RefArray, shape: Shape, steps: readonly number[], start = 0): RefArray {
  return { dtype: x.dtype, shape, data: take(x, offsets(shape, steps, start)) };
}

/** Writes `x` to a strided view of `out`. */
function write(x: RefArray, out: RefArray, steps: readonly number[], start: number): void {
  const at = offsets(x.shape, steps, start);
  for (let i = 0; i < at.length; i++) out.data[at[i] as number] = x.data[i] as number;
}

export const shapeReference: RefKernels<typeof family> = {
  barrier: ([x]) => x as RefArray,

  reshape: ([x], { output }) => ({ ...(x as RefArray), shape: output.shape }),

  broadcastTo([x], { output: { shape } }) {
    const { dtype } = x as RefArray;
    return { dtype, shape, data: broadcast(x as RefArray, shape) };
  },

  transpose([x], { attrs: { perm }, output }) {
    const own = strides((x as RefArray).shape);
    return view(
      x as RefArray,
      output.shape,
      perm.map((p) => own[p] as number),
    );
  },

  slice([x], { attrs: { starts, steps }, output }) {
    const own = strides((x as RefArray).shape);
    return view(
      x as RefArray,
      output.shape,
      own.map((s, i) => s * (steps[i] as number)),
      dot(starts, own),
    );
  },

  flip([x], { attrs: { axes }, output: { shape } }) {
    const own = strides(shape);
    const last = shape.map((d, i) => (axes.includes(i) ? d - 1 : 0));
    return view(
      x as RefArray,
      shape,
      own.map((s, i) => (axes.includes(i) ? -s : s)),
      dot(last, own),
    );
  },

  pad([x], { attrs: { before, interior, value }, output }, context) {
    const out = context.zeros(output);
    out.data.fill(value);
    const own = strides(output.shape);
    const steps = own.map((s, i) => s * ((interior[i] as number) + 1));
    write(x as RefArray, out, steps, dot(before, own));
    return out;
  },

  concat(inputs, { attrs: { axis }, output }, context) {
    const out = context.zeros(output);
    const own = strides(output.shape);
    let start = 0;
    for (const x of inputs) {
      write(x, out, own, start * (own[axis] as number));
      start += x.shape[axis] as number;
    }
    return out;
  },
};
