import type { Tensors } from '../../ir/tree.ts';
import { div } from '../../ops/elementwise/div.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { sqrt } from '../../ops/elementwise/sqrt.ts';
import { sum } from '../../ops/reduce/sum.ts';
import { expectOptions } from '../../options.ts';
import type { Layer } from '../layer.ts';
import { asMatrix, computedWeight, expectAxis, weightOf } from './_computed-weight.ts';

export interface WeightNormOptions {
  /** The weight. Default `'weight'`. */
  readonly name?: string;
  /** The axis along which each slice has a length of its own. Default 0, one for each output of a linear layer or convolution; null: one for the whole weight. */
  readonly dim?: number | null;
}

/**
 * `layer` with its weight as a length and a direction, `w = g · v / ‖v‖` (Salimans & Kingma 2016), as PyTorch's `parametrizations.weight_norm`. Its
 * parameters are called as there: `parametrizations.weight.original0` is `g`, `original1` is `v`. With the same seed it starts as `layer` does.
 * `mergeWeights` makes the plain layer of it.
 * @throws ValueError where the layer has no such weight of two axes or more.
 */
export function weightNorm<In extends Tensors, Out extends Tensors>(
  layer: Layer<In, Out>,
  options: WeightNormOptions = {},
): Layer<In, Out> {
  expectOptions('weightNorm', options, ['name', 'dim']);
  const { name = 'weight', dim = 0 } = options;
  const weight = weightOf('weightNorm', layer, name);
  if (dim !== null) expectAxis('weightNorm', dim, weight);
  const [length, direction] = [`parametrizations.${name}.original0`, `parametrizations.${name}.original1`];
  const { shape } = weight;
  const lengthShape = dim === null ? [] : shape.map((size, axis) => (axis === dim ? size : 1));
  const axes = shape.flatMap((_, axis) => (axis === dim ? [] : [axis]));
  const { rows, at } = dim === null ? { rows: 1, at: (): readonly number[] => [0] } : asMatrix(shape, dim);
  const rowOf = (i: number): number => at(i)[0] as number;
  const lengthsOf = (v: ArrayLike<number>): Float64Array => {
    const squares = new Float64Array(rows);
    for (let i = 0; i < v.length; i++) squares[rowOf(i)] = (squares[rowOf(i)] as number) + (v[i] as number) ** 2;
    return squares.map(Math.sqrt);
  };
  const stream = weight.stream ?? name;
  return computedWeight(layer, {
    label: 'weightNorm',
    weight,
    parts: [
      {
        ...weight,
        name: length,
        shape: lengthShape,
        stream,
        init: (key) => Float32Array.from(lengthsOf(weight.init(key, shape))),
      },
      { ...weight, name: direction, stream },
    ],
    compute({ parameter }) {
      const [g, v] = [parameter(length), parameter(direction)];
      return mul(v, div(g, sqrt(sum(mul(v, v), { axes, keepDims: dim !== null }))));
    },
    merge(own) {
      const [g, v] = [own[length]?.data as Float32Array, own[direction]?.data as Float32Array];
      const lengths = lengthsOf(v);
      return v.map((value, i) => (value * (g[rowOf(i)] as number)) / (lengths[rowOf(i)] as number));
    },
    adopt: (plain) => ({
      [length]: { dtype: 'float32', shape: lengthShape, data: Float32Array.from(lengthsOf(plain.data)) },
      [direction]: plain,
    }),
  });
}
