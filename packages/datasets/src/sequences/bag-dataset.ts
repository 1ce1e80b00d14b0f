import { describeValue, expectOptions, type NDArray, ShapeError, ValueError } from '@descent/core';
import { expectList } from '../arguments.ts';
import type { DatasetOf } from '../dataset.ts';
import { datasetOf } from '../dataset-check.ts';
import { checkSwitch } from '../samplers/sampler.ts';
import { expectTokens } from '../text/token-windows.ts';
import { paddedTargets } from './targets.ts';

/** Bags of indices one behind the other, as PyTorch's `EmbeddingBag` takes them. */
export interface Bags {
  /** The indices of all bags. */
  readonly indices: ArrayLike<number>;
  /** Where each bag begins. Two that are equal say that a bag is empty. */
  readonly offsets: ArrayLike<number>;
  /** A number for each index. */
  readonly perSampleWeights?: ArrayLike<number>;
  /** Whether the last of `offsets` is where the last bag ends. Default false. */
  readonly includeLastOffset?: boolean;
}

export interface BagOptions {
  /** The index behind the last one of a short bag. Default 0. It counts as nothing, since `lengths` say so, but must be one of the table. */
  readonly padding?: number;
  readonly classes?: readonly string[];
  readonly name?: string;
}

/** What `embeddingBag` takes: `x` int32 `[bags, n]`, `lengths` int32 `[bags]` and perhaps `perSampleWeights` `[bags, n]`. */
export type BagArrays = {
  readonly x: NDArray<'int32'>;
  readonly lengths: NDArray<'int32'>;
  readonly perSampleWeights?: NDArray<'float32'>;
};

const BAGS = ['indices', 'offsets', 'perSampleWeights', 'includeLastOffset'];

/**
 * Bags of different lengths, empty ones among them, as a dataset with a sample a bag: flat indices and offsets as PyTorch's `EmbeddingBag` takes them become
 * padded rows and lengths, which `embeddingBag` takes. Targets: an integer a bag, or an array `[bags, …]`.
 * @throws ValueError for offsets that do not begin at 0, go down or go beyond the indices, and what is no index; ShapeError for targets or weights that do not fit.
 */
export function bagDataset(
  bags: Bags,
  targets: ArrayLike<number> | NDArray,
  options: BagOptions = {},
): DatasetOf<BagArrays, NDArray> {
  expectOptions('bagDataset: the bags', bags, BAGS);
  expectOptions('bagDataset', options, ['padding', 'classes', 'name']);
  const { perSampleWeights, includeLastOffset = false } = bags;
  const { padding = 0, classes, name = 'bags' } = options;
  checkSwitch('bagDataset', 'includeLastOffset', includeLastOffset);
  expectList('bagDataset: indices', bags.indices, 'a list of the indices of all bags');
  const indices = expectTokens('bagDataset', bags.indices, 'indices');
  expectTokens('bagDataset', [padding], 'padding');
  const bounds = boundsOf(bags.offsets, indices.length, includeLastOffset);
  const lengths = bounds.slice(1).map((end, i) => end - (bounds[i] as number));
  const weights = perSampleWeights === undefined ? undefined : weightsOf(perSampleWeights, indices.length);
  const count = lengths.length;
  const width = lengths.reduce((most, length) => Math.max(most, length), 1);
  const x = new Int32Array(count * width).fill(padding);
  const factors = new Float32Array(weights === undefined ? 0 : count * width);
  for (const [i, length] of lengths.entries()) {
    const start = bounds[i] as number;
    x.set(indices.subarray(start, start + length), i * width);
    if (weights !== undefined) factors.set(weights.subarray(start, start + length), i * width);
  }
  const y = paddedTargets(targets, { lengths, kept: lengths, from: () => 0, time: width, ignoreIndex: -100 });
  return datasetOf('bagDataset', {
    name,
    x: {
      x: { dtype: 'int32', shape: [count, width], data: x },
      lengths: { dtype: 'int32', shape: [count], data: Int32Array.from(lengths) },
      ...(weights !== undefined && { perSampleWeights: { dtype: 'float32', shape: [count, width], data: factors } }),
    },
    y,
    ...(classes !== undefined && { classes }),
  });
}

/** Where each bag begins, and at the end where the last one ends. */
function boundsOf(given: unknown, count: number, includeLastOffset: boolean): readonly number[] {
  expectList('bagDataset: offsets', given, 'a list of where each bag begins, such as [0, 3, 3]');
  const offsets = [...expectTokens('bagDataset', given as ArrayLike<number>, 'offsets')];
  const [first] = offsets;
  const falls = offsets.findIndex((offset, i) => i > 0 && offset < (offsets[i - 1] as number));
  const last = offsets.at(-1) ?? 0;
  const problem =
    first === undefined || (includeLastOffset && offsets.length < 2)
      ? 'no bag'
      : first !== 0
        ? `a first offset of ${first}`
        : falls !== -1
          ? `offset ${falls} is ${offsets[falls]}, behind ${offsets[falls - 1]}`
          : last > count
            ? `an offset of ${last}, for ${count} indices`
            : includeLastOffset && last !== count
              ? `a last offset of ${last}, which leaves ${count - last} indices in no bag`
              : undefined;
  if (problem === undefined) return includeLastOffset ? offsets : [...offsets, count];
  throw new ValueError('bagDataset: the offsets do not say where bags begin', {
    received: problem,
    expected: `numbers from 0 on that do not go down, at most ${count}${includeLastOffset ? `, and ${count} as the last` : ''}`,
  });
}

function weightsOf(given: ArrayLike<number>, count: number): Float32Array {
  expectList('bagDataset: perSampleWeights', given, 'a list of a number for each index');
  if (given.length !== count)
    throw new ShapeError('bagDataset: there is another number of weights than of indices', {
      received: `${given.length} of perSampleWeights`,
      expected: `${count}, one an index`,
    });
  const odd = Array.from(given as ArrayLike<unknown>).findIndex((v) => typeof v !== 'number' || !Number.isFinite(v));
  if (odd === -1) return Float32Array.from(given);
  throw new ValueError('bagDataset: a weight is no number', {
    received: `weight ${odd}: ${describeValue(given[odd])}`,
    expected: 'finite numbers',
  });
}
