import { ValueError } from '../errors.ts';
import type { NDArrays, Tree } from '../ir/tree.ts';
import type { SampleType } from '../model/forward.ts';
import { describeValue, notWhatWasWanted } from '../options.ts';
import type { AnyBatch, Batch } from './batch.ts';

/** Batches of a data set by epoch, such as a `loader` of `@descent/datasets` makes. */
export type BatchSource = MemorySource | StreamSource;

interface EpochSource {
  /** Batches an epoch. */
  readonly length: number;
  readonly batchSize: number;
  /**
   * The batches of one epoch, counted from 0; the order may depend on it. A source that can leave out those before `from` does not make them,
   * and says so.
   */
  epoch(epoch: number, options?: { readonly from?: number }): EpochBatches;
}

/** Batches that are rows of arrays in memory as they are: these move to the device once, and only row numbers travel. */
export interface MemorySource extends EpochSource {
  readonly dataset: AnyBatch;
  /** The rows of an epoch, in order. */
  indices(epoch: number): Uint32Array;
  /** Whether `fit` may keep the arrays on the device. Default true; with false the batches of `epoch(n)` travel one by one. */
  readonly resident?: boolean | undefined;
  readonly targets?: undefined;
}

/** Batches that are made one by one. */
export interface StreamSource extends EpochSource {
  readonly dataset?: undefined;
  /** The samples of an epoch by number, where they are known: `fit` tries the size of the last batch before it trains. */
  indices?(epoch: number): Uint32Array;
  /** All targets that batches are made with, where they are known: `fit` looks at them before it trains. */
  readonly targets?: KnownTargets | undefined;
}

export interface KnownTargets {
  readonly y: NDArrays;
  /** What a sample of a batch is. */
  readonly sample: Tree<SampleType>;
}

/** The batches of an epoch, from number `from` on; from the first where there is none. */
export type EpochBatches = (Iterable<AnyBatch> | AsyncIterable<AnyBatch>) & { readonly from?: number };

/** Throws a `ValueError` that says how to make one unless `value`, the option `path` of `fit`, is a source of batches. */
export function expectSource(path: string, value: unknown): asserts value is BatchSource {
  const { length, batchSize, epoch, ...rest } = (
    typeof value === 'object' && value !== null ? value : {}
  ) as Partial<BatchSource>;
  const isCount = (n: unknown, least: number): boolean => Number.isSafeInteger(n) && (n as number) >= least;
  if (typeof epoch === 'function' && isCount(length, 0) && isCount(batchSize, 1)) return expectKind(path, rest);
  if (typeof epoch === 'function') {
    throw new ValueError(`${path} is an incomplete source of batches`, {
      path,
      received: `length ${describeValue(length)}, batchSize ${describeValue(batchSize)}`,
      expected: '{ length, batchSize, epoch(n) }: batches an epoch, samples a batch, and the batches themselves',
    });
  }
  const isData = typeof value === 'object' && value !== null && 'x' in value && 'y' in value;
  throw notWhatWasWanted(path, value, {
    what: 'a source of batches',
    example: 'loader(dataset, { batchSize: 50, shuffle: true })',
    fix: isData
      ? `cut the data into batches with the loader of @descent/datasets: loader(dataset, { batchSize: 50 })`
      : Array.isArray(value)
        ? `give the list as a source: { length: batches.length, batchSize: 50, epoch: () => batches }`
        : undefined,
  });
}

/** Throws a `ValueError` for a source that is neither a `MemorySource` nor a `StreamSource`: half of what belongs together, or no arrays. */
function expectKind(path: string, { dataset, indices, targets, ...rest }: Partial<BatchSource>): void {
  const { resident } = rest as Partial<MemorySource>;
  const has = (value: unknown, ...keys: readonly string[]): boolean =>
    value === undefined || (typeof value === 'object' && value !== null && keys.every((key) => key in value));
  const problem =
    indices !== undefined && typeof indices !== 'function'
      ? `indices: ${describeValue(indices)}`
      : !has(dataset, 'x', 'y')
        ? `dataset: ${describeValue(dataset)}`
        : !has(targets, 'y', 'sample')
          ? `targets: ${describeValue(targets)}`
          : dataset !== undefined && indices === undefined
            ? 'a dataset without indices'
            : resident !== undefined && typeof resident !== 'boolean'
              ? `resident: ${describeValue(resident)}`
              : null;
  if (problem === null) return;
  throw new ValueError(`${path} is no source of batches`, {
    path,
    received: problem,
    expected:
      'besides length, batchSize and epoch(n): dataset: { x, y } with indices(n), its rows in an epoch, and perhaps resident: true or false; or targets: { y, sample }',
    fix: 'give both of a pair, or neither: then the batches of epoch(n) travel as they are',
  });
}

/** The batches that `what` was given. Throws a `ValueError` for what cannot be gone through, and for things in it that are no batches. */
export async function* batchesOf(what: string, batches: unknown): AsyncGenerator<Batch> {
  if (!isIterable(batches)) {
    const isBatch = typeof batches === 'object' && batches !== null && 'x' in batches && 'y' in batches;
    const isSource = typeof batches === 'object' && batches !== null && 'epoch' in batches;
    throw notWhatWasWanted(what, batches, {
      what: 'a list of batches',
      example: '[{ x, y }]',
      fix: isBatch
        ? 'put the batch into a list: [batch]'
        : isSource
          ? 'give the batches of an epoch: loader.epoch(0)'
          : undefined,
    });
  }
  for await (const batch of batches as Iterable<Batch>) {
    if (typeof batch !== 'object' || batch === null || !('x' in batch) || !('y' in batch))
      throw notWhatWasWanted(`${what}: one of the batches`, batch, { what: 'a batch', example: '{ x, y }' });
    yield batch;
  }
}

function isIterable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
}
