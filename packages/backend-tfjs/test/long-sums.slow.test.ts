import { DEFAULT_TOLERANCE, longSumTests } from '@descent/conformance';
import { describe, test } from 'vitest';
import { tfjs } from '../src/public/index.ts';

// Plain JavaScript takes a second for what WebAssembly does at once, and adding one after the other shows after 1e6 elements, too.
describe.each([
  ['cpu', 1e6],
  ['wasm', 5e6],
] as const)('tfjs:%s, sums of %s elements', async (engine, n) => {
  const backend = await tfjs({ engine });
  test.each(longSumTests(n).map((one) => [one.name, one] as const))('%s', (_, one) =>
    one.run(backend, DEFAULT_TOLERANCE),
  );
});
