import { ValueError } from '../errors.ts';
import { describeValue } from '../options.ts';

/** Throws a `ValueError` unless `p` is 1 or 2. */
export function expectPower(loss: string, p: unknown): asserts p is 1 | 2 {
  if (p === 1 || p === 2) return;
  throw new ValueError(`${loss} was given an invalid p`, {
    path: `${loss}.p`,
    received: describeValue(p),
    expected: '1 or 2',
  });
}
