import { createHash } from 'node:crypto';
import { dataParts, type HashedData } from './data-parts.ts';

/** SHA-256 over the element types, shapes and bytes of `x` and `y`, in hexadecimal: equal for equal data, wherever they came from. */
export function hashOfData(dataset: HashedData): string {
  const hash = createHash('sha256');
  for (const part of dataParts(dataset)) hash.update(part);
  return hash.digest('hex');
}
