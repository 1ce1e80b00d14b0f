import { describeValue, expectOptions, type NDArray, numel, ValueError } from '@descent/core';
import { expectList } from '../arguments.ts';
import { emptyData } from '../arrays.ts';
import type { DatasetOf } from '../dataset.ts';
import { datasetOf } from '../dataset-check.ts';
import { checkSwitch } from '../samplers/sampler.ts';
import { sequenceRows } from './rows.ts';
import { paddedTargets, type SequenceTargets } from './targets.ts';

export interface SequenceOptions<Mask extends boolean = boolean> {
  /** Entries that an item may have. Default: those of the longest. */
  readonly maxLength?: number;
  /**
   * What becomes of an item longer than `maxLength`: `'end'` keeps its first entries, `'start'` its last ones; the targets of its entries are cut like
   * them. Default: an error, since what is cut off is lost.
   */
  readonly truncate?: 'end' | 'start';
  /** What stands behind the last entry of a short item. Default 0. It may be a token like others: `lengths` say which entries count. */
  readonly padding?: number;
  /** Whether items have a `mask`, bool `[time]`, true where there is padding: the `keyPaddingMask` of attention. Default false. */
  readonly mask?: Mask;
  /** What stands in targets of entries where there is padding: the `ignoreIndex` of losses. Default −100, as in PyTorch. */
  readonly ignoreIndex?: number;
  /** The name of class `c` is `classes[c]`. Default: numbers, where there is one class for each item. */
  readonly classes?: readonly string[];
  readonly name?: string;
}

/** The arrays of padded items: `Values` `[items, time, …]`, `lengths` `[items]` and where it was asked for `mask` `[items, time]`. */
export type SequenceArrays<Values extends 'tokens' | 'x', Mask extends boolean> = {
  readonly [K in Values]: NDArray;
} & { readonly lengths: NDArray<'int32'> } & (Mask extends true ? { readonly mask: NDArray<'bool'> } : unknown);

const OPTIONS = ['maxLength', 'truncate', 'padding', 'mask', 'ignoreIndex', 'classes', 'name'];

/**
 * Sequences of different lengths as a dataset, each padded behind to the length of the longest. Lists of tokens become `x.tokens` int32 `[items, time]`,
 * arrays `[length, …]` such as measurements over time `x.x` `[items, time, …]`; beside them stand `x.lengths` int32 `[items]`, which `lstm` and `gru`
 * take, and with `mask` what `multiheadAttention` takes. Targets: an integer an item, an array `[items, …]`, or a list of integers an item, one an entry.
 * `trimPadding` cuts batches to their longest item, `lengthSampler` puts items of similar lengths together.
 * @throws ValueError for no items, an empty one, one longer than `maxLength` without `truncate`, and what is no token; ShapeError for arrays or targets that do not fit.
 */
export function sequenceDataset<Mask extends boolean = false>(
  items: readonly NDArray[],
  targets: SequenceTargets,
  options?: SequenceOptions<Mask>,
): DatasetOf<SequenceArrays<'x', Mask>, NDArray>;
export function sequenceDataset<Mask extends boolean = false>(
  items: readonly ArrayLike<number>[],
  targets: SequenceTargets,
  options?: SequenceOptions<Mask>,
): DatasetOf<SequenceArrays<'tokens', Mask>, NDArray>;
export function sequenceDataset(
  items: readonly (NDArray | ArrayLike<number>)[],
  targets: SequenceTargets,
  options: SequenceOptions = {},
): DatasetOf {
  expectList('sequenceDataset', items, 'a list of sequences, such as [[3, 1, 4], [1, 5]]');
  expectOptions('sequenceDataset', options, OPTIONS);
  const { mask = false, padding = 0, truncate, ignoreIndex = -100, name = 'sequences', classes } = options;
  checkSwitch('sequenceDataset', 'mask', mask);
  expectNumber('padding', padding);
  expectNumber('ignoreIndex', ignoreIndex);
  if (truncate !== undefined && truncate !== 'end' && truncate !== 'start')
    throw new ValueError('sequenceDataset: truncate has no such setting', {
      received: describeValue(truncate),
      expected: "'end', to keep the first entries, or 'start', to keep the last",
    });
  const rows = sequenceRows(items);
  const time = timeOf(rows.lengths, options);
  const kept = rows.lengths.map((length) => Math.min(length, time));
  /** The first entry of item `i` that is kept. */
  const from = (i: number): number => (truncate === 'start' ? (rows.lengths[i] as number) - (kept[i] as number) : 0);
  const count = rows.lengths.length;
  const size = numel(rows.shape);
  const data = emptyData(rows.dtype, count * time * size);
  // What does not fit the element type would change in silence.
  data[0] = padding;
  if (data.length > 0 && !Object.is(data[0], rows.dtype === 'float32' ? Math.fround(padding) : padding))
    throw new ValueError('sequenceDataset: the padding does not fit the items', {
      received: String(padding),
      expected: `a number that ${rows.dtype} keeps`,
    });
  data.fill(padding);
  for (const [i, length] of kept.entries()) {
    const start = from(i) * size;
    data.set(rows.data(i).subarray(start, start + length * size), i * time * size);
  }
  const lengths: NDArray<'int32'> = { dtype: 'int32', shape: [count], data: Int32Array.from(kept) };
  const values: NDArray = { dtype: rows.dtype, shape: [count, time, ...rows.shape], data };
  return datasetOf('sequenceDataset', {
    name,
    x: { [rows.name]: values, lengths, ...(mask && { mask: maskOf(kept, time) }) },
    y: paddedTargets(targets, { lengths: rows.lengths, kept, from, time, ignoreIndex }),
    ...(classes !== undefined && { classes }),
  });
}

/** How long padded items are. */
function timeOf(lengths: readonly number[], { maxLength, truncate }: SequenceOptions): number {
  if (maxLength !== undefined && !(Number.isSafeInteger(maxLength) && maxLength >= 1))
    throw new ValueError('sequenceDataset: maxLength is a number of entries', {
      received: describeValue(maxLength),
      expected: 'a positive integer',
    });
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  if (maxLength === undefined || longest <= maxLength) {
    if (truncate === undefined || maxLength !== undefined) return longest;
    throw new ValueError('sequenceDataset: truncate needs maxLength, the length to cut to', {
      received: `truncate: '${truncate}' alone`,
      fix: 'pass { maxLength: 200, truncate }, or leave truncate out',
    });
  }
  if (truncate !== undefined) return maxLength;
  const long = lengths.filter((length) => length > maxLength).length;
  throw new ValueError('sequenceDataset: items are longer than maxLength', {
    received: `${long} of ${lengths.length} items with more than ${maxLength} entries, the longest with ${longest}`,
    expected: `at most ${maxLength} entries`,
    fix: "truncate: 'end' keeps the first entries of each, 'start' the last ones; or raise maxLength",
  });
}

function maskOf(lengths: readonly number[], time: number): NDArray<'bool'> {
  const data = new Uint8Array(lengths.length * time);
  for (const [i, length] of lengths.entries()) data.fill(1, i * time + length, (i + 1) * time);
  return { dtype: 'bool', shape: [lengths.length, time], data };
}

function expectNumber(option: string, value: unknown): void {
  if (typeof value === 'number' && Number.isFinite(value)) return;
  throw new ValueError(`sequenceDataset: ${option} is a number`, {
    received: describeValue(value),
    expected: 'a finite number',
  });
}
