import { type NDArray, type NDArrays, numel, type SampleType, type Tree, ValueError } from '@descent/core';
import {
  type AxisSizes,
  allocate,
  firstNonFinite,
  type Graph,
  leavesOf,
  type OpenAxis,
  sampleAt,
  sizesIn,
  strides,
} from '@descent/core/backend';
import type { ProofRun } from './prove.ts';
import { randomInputs } from './random-inputs.ts';
import { type TracedNetwork, traceAt } from './traces.ts';

/** How many random samples are compared, and in batches of how many where axes are open. */
const SAMPLES = 16;
const BATCHES = [1, 4, 11];
/** More products than this are not computed for the largest sizes. */
const MOST_PRODUCTS = 1e8;

/**
 * Random samples, and the first of them alone. Where axes are open: one alone at the smallest sizes, others in batches at further sizes, and
 * one at the largest sizes where there are any and they are no great work. A batch that is fixed is the same at all sizes.
 */
export function randomRuns(
  network: TracedNetwork,
  axes: readonly OpenAxis[],
  batch: 'dynamic' | number,
): readonly ProofRun[] {
  if (axes.length === 0) {
    const samples = batch === 'dynamic' ? SAMPLES : batch;
    const { graph } = traceAt(network, { batch: samples });
    return givenRuns(network, axes, batch, randomInputs(sampleAt(network.sample, {}), graph, samples));
  }
  const runs = BATCHES.map((size, turn) => {
    const others = axes.map((axis, i) => [axis.name, furtherSize(axis, i, turn)] as const);
    return randomRun(network, { batch: batch === 'dynamic' ? size : batch, ...Object.fromEntries(others) }, turn);
  });
  if (axes.every(({ max }) => max === Number.POSITIVE_INFINITY)) return runs;
  const largest = axes.map((axis, i) => [axis.name, largestSize(axis) ?? furtherSize(axis, i, 1)] as const);
  const sizes = { batch: batch === 'dynamic' ? 1 : batch, ...Object.fromEntries(largest) };
  const { graph } = traceAt(network, sizes);
  return products(graph) > MOST_PRODUCTS ? runs : [...runs, randomRun(network, sizes, BATCHES.length)];
}

/** The samples that the user gave; the first of them also alone, and with less of each open axis. */
export function givenRuns(
  network: TracedNetwork,
  axes: readonly OpenAxis[],
  batch: 'dynamic' | number,
  given: NDArrays,
): readonly ProofRun[] {
  const inputs = named(given);
  for (const [name, array] of Object.entries(inputs)) expectInputs(array, name);
  const samples = Object.values(inputs)[0]?.shape[0] as number;
  const sizes: AxisSizes = {
    batch: batch === 'dynamic' ? samples : batch,
    ...sizesIn(network.sample, axes, inputs),
  };
  const all = { trace: traceAt(network, sizes), inputs, samples };
  const smaller = axes.map((axis) => [axis.name, smallerSize(axis, sizes[axis.name] as number)] as const);
  const fewer = { batch: batch === 'dynamic' ? 1 : batch, ...Object.fromEntries(smaller) };
  if (Object.entries(fewer).every(([name, size]) => sizes[name] === size)) return [all];
  const cut = leavesOf(sampleAt(network.sample, fewer)).map(([leaf, { shape }]) => {
    const name = leaf || 'input';
    return [name, corner(inputs[name] as NDArray, [fewer.batch, ...shape])] as const;
  });
  return [all, { trace: traceAt(network, fewer), inputs: Object.fromEntries(cut), samples: 0 }];
}

function randomRun(network: TracedNetwork, sizes: AxisSizes, turn: number): ProofRun {
  const trace = traceAt(network, sizes);
  const sample: Tree<SampleType> = sampleAt(network.sample, sizes);
  const batch = sizes['batch'] as number;
  return { trace, inputs: named(randomInputs(sample, trace.graph, batch, turn)), samples: batch };
}

/** Inputs by their names in the file. */
function named(tree: NDArrays): Readonly<Record<string, NDArray>> {
  return Object.fromEntries(leavesOf(tree).map(([name, array]) => [name || 'input', array]));
}

/** The smallest size, then larger ones, which are not those that the file was made of. */
function furtherSize(axis: OpenAxis, place: number, turn: number): number {
  const size = axis.min + (turn === 0 ? 0 : (turn * 5 + place) * axis.multipleOf);
  return Math.min(size, largestSize(axis) ?? size);
}

function largestSize({ max, multipleOf }: OpenAxis): number | undefined {
  return max === Number.POSITIVE_INFINITY ? undefined : Math.floor(max / multipleOf) * multipleOf;
}

function smallerSize({ min, multipleOf }: OpenAxis, size: number): number {
  return Math.max(min, Math.floor(size / 2 / multipleOf) * multipleOf);
}

/** About how many products of numbers it takes to compute `graph`. */
function products({ nodes }: Graph): number {
  return nodes.reduce((n, { op, inputs, type }) => {
    const [a, b] = inputs.map((x) => x.type.shape);
    const each = op.name === 'matmul' ? a?.at(-1) : op.name === 'conv2d' ? numel(b?.slice(1) ?? []) : 1;
    return n + numel(type.shape) * (each ?? 1);
  }, 0);
}

/** The first entries of each axis. */
function corner({ dtype, shape, data }: NDArray, to: readonly number[]): NDArray {
  const out = allocate(dtype, numel(to));
  const [from, own] = [strides(shape), strides(to)];
  for (let i = 0; i < out.length; i++) {
    const at = to.reduce(
      (n, size, axis) => n + (Math.floor(i / (own[axis] as number)) % size) * (from[axis] as number),
      0,
    );
    out[i] = data[at] as number;
  }
  return { dtype, shape: to, data: out };
}

/** Nothing would be proved by no samples, or by numbers that make every network's output NaN. */
function expectInputs(inputs: NDArray, name: string): void {
  const at = firstNonFinite(inputs);
  if (inputs.shape[0] !== 0 && at === -1) return;
  throw new ValueError('the file cannot be proved with these inputs', {
    path: name === 'input' ? 'verify.inputs' : `verify.inputs.${name}`,
    received: at === -1 ? 'no samples' : `${inputs.data[at]} at position ${at}`,
    expected: 'samples of finite numbers, at least one',
  });
}
