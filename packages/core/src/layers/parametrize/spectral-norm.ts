import type { Node } from '../../ir/node.ts';
import { numel, type Shape } from '../../ir/shape.ts';
import type { Tensors } from '../../ir/tree.ts';
import { detach } from '../../ops/composite/detach.ts';
import { div } from '../../ops/elementwise/div.ts';
import { maximum } from '../../ops/elementwise/maximum.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { sqrt } from '../../ops/elementwise/sqrt.ts';
import { matmul } from '../../ops/linalg/matmul.ts';
import { sum } from '../../ops/reduce/sum.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { transpose } from '../../ops/shape/transpose.ts';
import { expectCount, expectNumber, expectOptions } from '../../options.ts';
import { fold, type Key, key as keyOf, normal } from '../../random/index.ts';
import type { Layer } from '../layer.ts';
import { asMatrix, computedWeight, expectAxis, weightOf } from './_computed-weight.ts';

export interface SpectralNormOptions {
  /** The weight. Default `'weight'`. */
  readonly name?: string;
  /** Steps of the power iteration in each use of the layer in training. Default 1. */
  readonly nPowerIterations?: number;
  /** Vectors are not divided by a length below it. Default 1e-12. */
  readonly eps?: number;
  /** The axis of the weight that becomes the rows of the matrix. Default 0, of transposed convolutions 1: the axis of the outputs. */
  readonly dim?: number;
}

/** How often PyTorch repeats the power iteration for the first weight. */
const FIRST_ITERATIONS = 15;

/**
 * `layer` with its weight divided by its largest singular value (Miyato et al. 2018), as PyTorch's `parametrizations.spectral_norm`: a power iteration
 * follows the weight in training, and evaluation leaves its vectors as they are. Parameters are called as there: `parametrizations.weight.original`, and not
 * trainable `parametrizations.weight.0._u` and `_v`. With the same seed its weight starts as that of `layer` does, divided. `mergeWeights` makes the plain
 * layer of it.
 * @throws ValueError where the layer has no such weight of two axes or more.
 */
export function spectralNorm<In extends Tensors, Out extends Tensors>(
  layer: Layer<In, Out>,
  options: SpectralNormOptions = {},
): Layer<In, Out> {
  expectOptions('spectralNorm', options, ['name', 'nPowerIterations', 'eps', 'dim']);
  const { name = 'weight', nPowerIterations = 1, eps = 1e-12 } = options;
  const weight = weightOf('spectralNorm', layer, name);
  const { dim = layer.label.startsWith('convTranspose') ? 1 : 0 } = options;
  expectAxis('spectralNorm', dim, weight);
  expectCount('spectralNorm', 'nPowerIterations', nPowerIterations);
  expectNumber('spectralNorm.eps', eps, { above: 0 });
  const { shape } = weight;
  const matrix = asMatrix(shape, dim);
  const original = `parametrizations.${name}.original`;
  const [left, right] = [`parametrizations.${name}.0._u`, `parametrizations.${name}.0._v`];
  const stream = weight.stream ?? name;
  const first = (w: ArrayLike<number>, key: Key): Vectors => iterated(w, matrix, drawn(key, matrix), eps);
  const vector = (of: keyof Vectors): Pick<typeof weight, 'shape' | 'init' | 'trainable' | 'stream'> => ({
    shape: [of === 'u' ? matrix.rows : matrix.columns],
    init: (key) => Float32Array.from(first(weight.init(key, shape), key)[of]),
    trainable: false,
    stream,
  });
  return computedWeight(layer, {
    label: 'spectralNorm',
    weight,
    parts: [
      { ...weight, name: original, stream },
      { ...weight, name: left, ...vector('u') },
      { ...weight, name: right, ...vector('v') },
    ],
    compute({ parameter, assign, training }) {
      const w = parameter(original);
      const rows = asRows(w, dim);
      let [u, v] = [reshape(parameter(left), [1, matrix.rows]), reshape(parameter(right), [matrix.columns, 1])];
      if (training) {
        const still = detach(rows);
        for (let i = 0; i < nPowerIterations; i++) {
          u = normalized(reshape(matmul(still, v), [1, matrix.rows]), eps);
          v = normalized(reshape(matmul(u, still), [matrix.columns, 1]), eps);
        }
        [u, v] = [detach(u), detach(v)];
        assign(left, reshape(u, [matrix.rows]));
        assign(right, reshape(v, [matrix.columns]));
      }
      return div(w, reshape(matmul(u, matmul(rows, v)), []));
    },
    merge(own) {
      const [w, u, v] = [own[original], own[left], own[right]].map((a) => a?.data as Float32Array);
      let sigma = 0;
      for (const [i, value] of (w as Float32Array).entries()) {
        const [row, column] = matrix.at(i);
        sigma += value * ((u as Float32Array)[row] as number) * ((v as Float32Array)[column] as number);
      }
      return (w as Float32Array).map((value) => value / sigma);
    },
    adopt(plain) {
      const { u, v } = first(plain.data, keyOf(0));
      const array = (data: Float64Array) =>
        ({ dtype: 'float32', shape: [data.length], data: Float32Array.from(data) }) as const;
      return { [original]: plain, [left]: array(u), [right]: array(v) };
    },
  });
}

/** The left and the right singular vector of the largest singular value, as far as they are known. */
interface Vectors {
  readonly u: Float64Array;
  readonly v: Float64Array;
}

type Matrix = ReturnType<typeof asMatrix>;

function drawn(key: Key, { rows, columns }: Matrix): Vectors {
  const vector = (of: string, size: number): Float64Array => {
    const numbers = new Float32Array(size);
    normal(fold(key, of), numbers);
    return Float64Array.from(numbers);
  };
  return { u: vector('u', rows), v: vector('v', columns) };
}

function iterated(w: ArrayLike<number>, { rows, columns, at }: Matrix, start: Vectors, eps: number): Vectors {
  let { u, v } = start;
  const unit = (x: Float64Array): Float64Array => {
    const length = Math.max(Math.sqrt(x.reduce((squares, value) => squares + value * value, 0)), eps);
    return x.map((value) => value / length);
  };
  for (let n = 0; n < FIRST_ITERATIONS; n++) {
    const [wv, uw] = [new Float64Array(rows), new Float64Array(columns)];
    for (let i = 0; i < w.length; i++) {
      const [row, column] = at(i);
      wv[row] = (wv[row] as number) + (w[i] as number) * (v[column] as number);
    }
    u = unit(wv);
    for (let i = 0; i < w.length; i++) {
      const [row, column] = at(i);
      uw[column] = (uw[column] as number) + (w[i] as number) * (u[row] as number);
    }
    v = unit(uw);
  }
  return { u, v };
}

function asRows(w: Node, dim: number): Node {
  const { shape } = w.type;
  const rows = shape[dim] as number;
  const perm = [dim, ...shape.flatMap((_, axis) => (axis === dim ? [] : [axis]))];
  return reshape(dim === 0 ? w : transpose(w, perm), [rows, numel(shape) / rows] as Shape);
}

function normalized(x: Node, eps: number): Node {
  return div(x, maximum(sqrt(sum(mul(x, x))), eps));
}
