import { sha256 } from '../digest.ts';
import { dataParts, type HashedData } from './data-parts.ts';

/**
 * The same as `hashOfData`, in pages too.
 * @throws DescentError in a page that is not secure, which has no hashes.
 */
export function digestOfData(dataset: HashedData): Promise<string> {
  return sha256([...dataParts(dataset)]);
}
