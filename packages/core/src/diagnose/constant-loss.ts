import type { Backend } from '../backend/contract.ts';
import { isFloat } from '../ir/dtype.ts';
import { graph } from '../ir/graph.ts';
import { type NDArray, zeros } from '../ir/ndarray.ts';
import { numel, type Shape, sameShape } from '../ir/shape.ts';
import { applyLayer, type Layer } from '../layers/layer.ts';
import type { Loss } from '../losses/loss.ts';
import { parameterInputs } from '../model/forward.ts';
import { input } from '../ops/leaf/input.ts';

/** What a loss of a constant output depends on. */
export interface Constant {
  readonly model: Layer;
  readonly loss: Loss;
}

/**
 * The loss that the best constant output has, such as the entropy of the labels or the variance of the targets; `null` when the targets
 * have no such constant. Only the type of `x` matters.
 */
export async function constantLoss({
  model,
  loss,
  backend,
  x,
  y,
}: Constant & { readonly backend: Backend; readonly x: NDArray; readonly y: NDArray }): Promise<number | null> {
  const rows = y.shape[0] as number;
  const sample = input('x', [rows, ...x.shape.slice(1)], x.dtype === 'float64' ? 'float32' : x.dtype);
  const { shape } = applyLayer(model, sample, parameterInputs(model), { training: false }).type;
  const constants = constantsFor(shape, y);
  if (constants.length === 0) return null;
  const target = input('y', y.shape, y.dtype === 'float64' ? 'float32' : y.dtype);
  const outputs = { loss: loss.apply(input('output', shape), target) };
  const executable = await backend.compile({ graph: graph(outputs), reads: [], writes: [] });
  try {
    const losses: number[] = [];
    for (const row of constants) {
      const values = await executable.run({ y, output: repeated(row, shape) });
      losses.push(values['loss']?.data[0] ?? Number.NaN);
    }
    const known = losses.filter(Number.isFinite);
    return known.length === 0 ? null : Math.min(...known);
  } finally {
    executable.dispose();
  }
}

/** Rows of output that may be the best for all samples, in the order of `output`'s axes but the first. */
function constantsFor(output: Shape, y: NDArray): readonly Float32Array[] {
  const size = numel(output.slice(1));
  const uniform = new Float32Array(size);
  if (sameShape(output, y.shape)) {
    const means = meansOf(y, size);
    const between = means.every((m) => m > 0 && m < 1);
    return [uniform, means, ...(between ? [means.map((m) => Math.log(m / (1 - m))), means.map(Math.log)] : [])];
  }
  if (isFloat(y.dtype) || !sameShape(output.slice(0, -1), y.shape)) return [];
  const classes = output.at(-1) as number;
  const counts = new Float32Array(classes);
  for (const label of y.data) if (label >= 0 && label < classes) counts[label] = (counts[label] as number) + 1;
  // A class without samples gets hardly any probability.
  const logs = counts.map((n) => Math.log(Math.max(n, 1e-6) / y.data.length));
  return [uniform, Float32Array.from({ length: size }, (_, i) => logs[i % classes] as number)];
}

function meansOf({ data, shape }: NDArray, size: number): Float32Array {
  const sums = new Float64Array(size);
  for (let i = 0; i < data.length; i++) sums[i % size] = (sums[i % size] as number) + (data[i] as number);
  return Float32Array.from(sums, (s) => s / (shape[0] as number));
}

function repeated(row: Float32Array, shape: Shape): NDArray<'float32'> {
  const array = zeros(shape);
  for (let at = 0; at < array.data.length; at += row.length) array.data.set(row, at);
  return array;
}
