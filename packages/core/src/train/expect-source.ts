import { ValueError } from '../errors.ts';
import { describeValue, notWhatWasWanted } from '../options.ts';
import type { BatchSource, MemorySource } from './sources.ts';

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
  // Also a function that makes one: to call it gives the batches of one epoch.
  if (/Generator/.test(Object.prototype.toString.call(value))) {
    throw new ValueError(`${path} is not a source of batches`, {
      path,
      received: typeof value === 'function' ? `the generator function ${value.name}` : 'a generator',
      expected: '{ length, batchSize, epoch(n) }: batches an epoch, samples a batch, and the batches themselves',
      fix: 'give a source whose epoch makes them anew each time: { length: 100, batchSize: 50, epoch: () => batches() }',
    });
  }
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

/** The error for `batches`, given to `what`, that cannot be gone through. */
export function noBatches(what: string, batches: unknown): ValueError {
  const isBatch = typeof batches === 'object' && batches !== null && 'x' in batches && 'y' in batches;
  const isSource = typeof batches === 'object' && batches !== null && 'epoch' in batches;
  return notWhatWasWanted(what, batches, {
    what: 'a list of batches',
    example: '[{ x, y }]',
    fix: isBatch
      ? 'put the batch into a list: [batch]'
      : isSource
        ? 'give the batches of an epoch: loader.epoch(0)'
        : undefined,
  });
}

/** The error for something among the batches given to `what` that is none. */
export function noBatch(what: string, batch: unknown): ValueError {
  return notWhatWasWanted(`${what}: one of the batches`, batch, { what: 'a batch', example: '{ x, y }' });
}
