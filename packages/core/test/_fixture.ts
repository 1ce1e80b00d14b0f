import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type NDArray, tensor } from '../src/public/index.ts';
import { formatArray, largestDifference } from '../src/public/testing.ts';

/** An array in a fixture: JSON has no infinities, so they are text. */
export interface FixtureArray {
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

/** What stands in all files `<kind>.json` and `<kind>-<family>.json` together; each family has a script of its own, `<family>.py`. */
export function readFixtures<T>(kind: string): readonly T[] {
  const names = readdirSync(join(import.meta.dirname, 'fixtures')).filter(
    (name) => name === `${kind}.json` || (name.startsWith(`${kind}-`) && name.endsWith('.json')),
  );
  return names.sort().flatMap((name) => readFixture<readonly T[]>(name));
}

/** What PyTorch computed; see `fixtures/generate.py`. */
export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')) as T;
}

/** The values as they are: float32 for inputs. Expected results keep their digits in `exactly`. */
export function arrayOf({ dtype, shape, data }: FixtureArray): NDArray {
  return { ...tensor(data.map(Number), dtype), shape };
}

function exactly({ dtype, shape, data }: FixtureArray): NDArray {
  return { ...tensor(data.map(Number), dtype === 'float32' ? 'float64' : dtype), shape };
}

/** Compares with a fixture, relative to the larger of 1 and the value. */
export function expectMatches(
  received: NDArray | undefined,
  fixture: FixtureArray,
  tolerance: number,
  what: string,
): void {
  const expected = exactly(fixture);
  const difference = received === undefined ? Number.NaN : largestDifference(received, expected);
  if (received !== undefined && difference <= tolerance) return;
  expect.fail(
    `${what} differs from PyTorch by ${difference}\n  received ${received && formatArray(received)}\n  PyTorch  ${formatArray(expected)}`,
  );
}
