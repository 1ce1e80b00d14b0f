import { ValueError } from '../errors.ts';
import { type NDArray, zeros } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { numel, type Shape } from '../ir/shape.ts';
import { dropout as dropoutLayer } from '../layers/basic/dropout.ts';
import { ownParameters } from '../layers/build.ts';
import { kaimingUniform, zerosInit } from '../layers/init/initializers.ts';
import type { AnyLayer, LayerContext, OwnArrays, ParameterSpec } from '../layers/layer.ts';
import { withParameters } from '../layers/with-parameters.ts';
import { add } from '../ops/elementwise/add.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { constant } from '../ops/leaf/constant.ts';
import { matmul } from '../ops/linalg/matmul.ts';
import { reshape } from '../ops/shape/reshape.ts';
import { kindOf } from './select.ts';

const WEIGHTS: Readonly<Record<string, readonly string[]>> = {
  linear: ['weight'],
  conv1d: ['weight'],
  conv2d: ['weight'],
  conv3d: ['weight'],
  multiheadAttention: ['in_proj_weight', 'q_proj_weight', 'k_proj_weight', 'v_proj_weight'],
};

/** The weights of `layer` that adapters add to; none where it cannot have any. */
export function weightsToAdapt(layer: AnyLayer): readonly ParameterSpec[] {
  const names = Object.hasOwn(WEIGHTS, kindOf(layer)) ? (WEIGHTS[kindOf(layer)] as readonly string[]) : [];
  return ownParameters(layer).filter(({ name, shape }) => names.includes(name) && shape.length >= 2);
}

export interface AdapterOptions {
  readonly rank: number;
  readonly alpha: number;
  readonly dropout: number;
}

/** The two matrices of an adapter, and the weight that they are added to. */
interface Pair {
  readonly weight: string;
  readonly shape: Shape;
  readonly a: ParameterSpec;
  readonly b: ParameterSpec;
}

/** `layer` at `path` with an adapter on each of its weights; `base` is the layer as it was, before its weights were frozen. */
export function adapted(path: string, layer: AnyLayer, base: AnyLayer, options: AdapterOptions): AnyLayer {
  const { rank, alpha, dropout } = options;
  const scale = alpha / rank;
  const pairs = weightsToAdapt(layer).map((weight) => pairOf(path, weight, rank));
  const kind = kindOf(layer);
  if (pairs.length === 0) throw new ValueError('no adapter can be put on the layer', { path, received: layer.label });
  if (dropout > 0 && kind === 'multiheadAttention')
    throw new ValueError('the adapters of multiheadAttention have no dropout', {
      path: `${path} ${layer.label}`.trim(),
      received: `dropout ${dropout}`,
      expected: '0: its inputs are those of three projections',
      fix: 'leave dropout out, or select its output projection alone, a linear layer',
    });
  const own = ownParameters(layer);
  return {
    ...layer,
    label: `${layer.label}, lora(${rank})`,
    parameters: [...own, ...pairs.flatMap(({ a, b }) => [a, b]), ...layer.parameters.filter((p) => !own.includes(p))],
    apply(x, context) {
      if (kind === 'linear')
        return add(
          layer.apply(x, context) as Node,
          product(dropped(x, dropout, context), pairs[0] as Pair, scale, context),
        );
      const isSplit = dropout > 0 && context.training;
      const deltas = pairs.map((pair) => [pair.weight, deltaOf(pair, scale, context)] as const);
      if (!isSplit) {
        const sums = deltas.map(([name, delta]) => [name, add(context.parameter(name), delta)] as const);
        return withParameters(layer, () => new Map(sums)).apply(x, context);
      }
      // A convolution is linear in its weight, so what is added may see another input.
      const without = own.flatMap(({ name, shape }) =>
        name === 'bias' ? [[name, constant(zeros(shape))] as const] : [],
      );
      const added = withParameters(layer, () => new Map([...deltas, ...without]));
      return add(layer.apply(x, context) as Node, added.apply(dropped(x, dropout, context), context) as Node);
    },
    parametrized: {
      base,
      merge: (arrays) => merged(arrays, pairs, scale),
      adopt: (plain) => plain,
    },
  };
}

function pairOf(path: string, { name, shape }: ParameterSpec, rank: number): Pair {
  const [out, ...rest] = shape as [number, ...number[]];
  const most = Math.min(out, numel(rest));
  if (rank > most)
    throw new ValueError('the rank of an adapter is larger than a side of its weight', {
      path: path === '' ? name : `${path}.${name}`,
      received: `rank ${rank}, for a matrix of ${out} × ${numel(rest)}`,
      expected: `at most ${most}`,
      fix: 'take a smaller rank, or leave the layer out: train it with the option train',
    });
  const ones = rest.slice(1).map(() => 1);
  return {
    weight: name,
    shape,
    a: { name: `lora_A.${name}`, shape: [rank, ...rest], init: kaimingUniform({ a: Math.sqrt(5) }) },
    b: { name: `lora_B.${name}`, shape: [out, rank, ...ones], init: zerosInit },
  };
}

function dropped(x: Node, p: number, context: LayerContext): Node {
  return p > 0 ? dropoutLayer(p).apply(x, context) : x;
}

/** What the adapter of a linear layer adds: two narrow products instead of a wide one. */
function product(x: Node, { a, b }: Pair, scale: number, { parameter }: LayerContext): Node {
  const down = matmul(x, parameter(a.name), { transposeB: true });
  return mul(matmul(down, parameter(b.name), { transposeB: true }), scale);
}

/** What an adapter adds to its weight. */
function deltaOf({ a, b, shape }: Pair, scale: number, { parameter }: LayerContext): Node {
  const [rank] = a.shape as [number];
  const [out] = shape as [number];
  const rows = reshape(parameter(b.name), [out, rank]);
  const columns = reshape(parameter(a.name), [rank, numel(a.shape) / rank]);
  return mul(reshape(matmul(rows, columns), shape), scale);
}

/** The same in numbers, added to the weights. */
function merged(arrays: OwnArrays, pairs: readonly Pair[], scale: number): OwnArrays {
  const result: Record<string, NDArray<'float32'>> = { ...arrays };
  for (const { weight, shape, a, b } of pairs) {
    const [w, rows, columns] = [arrays[weight], arrays[b.name], arrays[a.name]].map((x) => x?.data as Float32Array) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const [rank] = a.shape as [number];
    const width = columns.length / rank;
    const data = Float32Array.from(w, (value, i) => {
      const [row, column] = [Math.floor(i / width), i % width];
      let sum = 0;
      for (let k = 0; k < rank; k++) sum += (rows[row * rank + k] as number) * (columns[k * width + column] as number);
      return value + scale * sum;
    });
    result[weight] = { dtype: 'float32', shape, data };
    delete result[a.name];
    delete result[b.name];
  }
  return result;
}
