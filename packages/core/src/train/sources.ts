import { ValueError } from '../errors.ts';
import { describeValue, notWhatWasWanted } from '../options.ts';
import type { Batch } from './batch.ts';
import type { BatchSource } from './fit.ts';

/** Throws a `ValueError` that says how to make one unless `value`, the option `path` of `fit`, is a source of batches. */
export function expectSource(path: string, value: unknown): asserts value is BatchSource {
  const { length, batchSize, epoch } = (
    typeof value === 'object' && value !== null ? value : {}
  ) as Partial<BatchSource>;
  const isCount = (n: unknown, least: number): boolean => Number.isSafeInteger(n) && (n as number) >= least;
  if (typeof epoch === 'function' && isCount(length, 0) && isCount(batchSize, 1)) return;
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
