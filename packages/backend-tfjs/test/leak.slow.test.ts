import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { soak } from '@descent/conformance';
import type { Backend } from '@descent/core';
import { findBackend } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { tfjs } from '../src/public/index.ts';
import { findAddon } from './find-addon.ts';

/** WebAssembly is the quickest; the engines differ in their kernels, which leave tensors behind or none. */
const STEPS = { cpu: 1000, wasm: 10_000, node: 6000 } as const;
/**
 * On wasm, keeping one tensor of each step, 200 bytes with its bookkeeping at least, would be 1 MB in the 5,000 steps between the measurements.
 * Fewer steps would hide less than that in what collecting leaves, but not from the count of tensors.
 */
const LARGEST_GROWTH_MB = 0.9;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Memory in MB that is left once what nobody needs is gone: of JavaScript, or of the whole process. */
function memory(kind: 'javascript' | 'process'): number {
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return (kind === 'process' ? rss : heapUsed + external) / 2 ** 20;
}

async function expectFlat(backend: Backend, steps: number, measure: () => number, limit: number): Promise<void> {
  const { level, growth } = await soak(backend, { steps, measure });
  console.info(`${backend.name}: ${level.toFixed(0)} MB, ${growth.toFixed(1)} MB more in the last quarter`);
  expect(growth).toBeLessThan(limit);
  await backend.dispose();
}

test.each(['cpu', 'wasm'] as const)('tfjs:%s: nothing is left behind by training steps', async (engine) => {
  const tensors = new Set<number>();
  const measure = (): number => {
    tensors.add(findBackend(engine).numDataIds());
    return memory('javascript');
  };
  await expectFlat(await tfjs({ engine }), STEPS[engine], measure, LARGEST_GROWTH_MB);
  expect(tensors.size).toBe(1);
});

test(`tfjs:node: memory stays flat over ${STEPS.node} training steps`, async ({ skip }) => {
  const found = findAddon();
  if ('missing' in found) return skip(found.missing);
  // TensorFlow's tensors lie outside of JavaScript. A step makes some 30 of them, 2 kB in all, which would be 6 MB.
  const backend = await tfjs({ engine: 'node', addon: found.addon });
  await expectFlat(backend, STEPS.node, () => memory('process'), 3);
});
