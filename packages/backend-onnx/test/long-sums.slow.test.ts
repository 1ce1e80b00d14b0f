import { DEFAULT_TOLERANCE, longSumTests } from '@descent/conformance';
import { ndarray } from '@descent/core';
import { graph } from '@descent/core/backend';
import { input, mean } from '@descent/core/ops';
import { describe, expect, test } from 'vitest';
import { onnx } from '../src/public/index.ts';

const backend = onnx();

describe('sums of 2e7 elements', () => {
  test.each(longSumTests(2e7).map((one) => [one.name, one] as const))('%s', (_, one) =>
    one.run(backend, DEFAULT_TOLERANCE),
  );
});

test('the mean of 1e8 tenths', async () => {
  const n = 1e8;
  const e = await backend.compile({ graph: graph({ y: mean(input('x', [n])) }), reads: [], writes: [] });
  const { y } = await e.run({ x: ndarray('float32', [n], new Float32Array(n).fill(0.1)) });
  e.dispose();
  expect(Math.abs(((y?.data[0] ?? 0) - Math.fround(0.1)) / 0.1)).toBeLessThan(2e-6);
});
