import { DEFAULT_TOLERANCE, longSumTests } from '@descent/conformance';
import { describe, test } from 'vitest';
import { tfjs } from '../src/public/index.ts';

describe.each(['cpu', 'wasm'] as const)('tfjs:%s, sums of 5e6 elements', async (engine) => {
  const backend = await tfjs({ engine });
  test.each(longSumTests(5e6).map((one) => [one.name, one] as const))('%s', (_, one) =>
    one.run(backend, DEFAULT_TOLERANCE),
  );
});
