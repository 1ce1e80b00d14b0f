import { describeValue, ValueError } from '@descent/core';
import { DataFileError } from '../errors.ts';

/** Throws a `ValueError` unless `concurrency` is a number of images. */
export function expectConcurrency(what: string, concurrency: unknown): void {
  if (Number.isInteger(concurrency) && (concurrency as number) >= 1) return;
  throw new ValueError(`${what}: concurrency is a number of images`, {
    received: describeValue(concurrency),
    expected: 'a positive integer',
  });
}

/** Throws a `DataFileError` where images of `size` bytes each are together above the limit. */
export function expectRoom(root: string, images: number, size: number, limit: number): void {
  if (images * size <= limit) return;
  throw new DataFileError('the images do not fit into memory', {
    file: root,
    received: `${images} images of ${size} bytes`,
    expected: `at most ${limit} bytes`,
    fix: 'make them smaller with width and height, or raise limit',
  });
}

/** Does the work of all items, some of them at once. Of several that fail, the error of the first in order is thrown, whatever the timing. */
export async function severalAtOnce<T>(
  items: readonly T[],
  { concurrency, signal }: { readonly concurrency: number; readonly signal: AbortSignal | undefined },
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const failures: { readonly index: number; readonly error: unknown }[] = [];
  const goOn = async (): Promise<void> => {
    while (next < items.length && failures.length === 0) {
      const index = next++;
      try {
        signal?.throwIfAborted();
        await work(items[index] as T, index);
      } catch (error) {
        // Those before it were begun before it, and are waited for.
        failures.push({ index, error });
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, goOn));
  const [first] = failures.sort((a, b) => a.index - b.index);
  if (first !== undefined) throw first.error;
}
