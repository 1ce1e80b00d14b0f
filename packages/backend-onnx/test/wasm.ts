import { onnx } from '@descent/backend-onnx';
import { soak } from '@descent/conformance';
import { runConformance } from '@descent/conformance/vitest';
import type { Backend } from '@descent/core';
import { afterAll, describe, expect, test } from 'vitest';
import { wasmLevel } from './browser/levels.ts';
import { trainedLosses } from './browser/train.ts';
import { WASM_SKIPS } from './skips.ts';

const STEPS = 4000;
const isWhole = process.env['DESCENT_GRAPHICS'] === 'all';

/** All tests of onnx:wasm in Node. The number of threads is one for a whole process, so each has a file of its own. */
export function wasmTests(threads: number): void {
  const measure = wasmLevel();
  const create = (): Backend => onnx({ device: 'wasm', threads });
  // With two threads all of them run in a browser.
  runConformance({ create, skip: WASM_SKIPS, sample: threads === 1 || isWhole ? 1 : 8 });

  describe('training', () => {
    const backend = create();
    afterAll(() => backend.dispose());

    test('one seed gives the curve of onnx:cpu', async () => {
      const cpu = onnx({ threads: 1 });
      const [here, there] = [await trainedLosses(backend, 24), await trainedLosses(cpu, 24)];
      expect(there[23]).toBeLessThan(0.7 * (there[0] as number));
      for (const [i, loss] of there.entries()) expect(Math.abs((here[i] as number) / loss - 1)).toBeLessThan(1e-4);
      await cpu.dispose();
    });

    test(`memory of WebAssembly stays flat over ${STEPS} training steps`, async () => {
      const { level, growth } = await soak(backend, { steps: STEPS, measure });
      console.log(
        `onnx:wasm in Node, ${threads} thread(s): ${level.toFixed(1)} MB, ${growth.toFixed(2)} MB more at the end`,
      );
      expect(level).toBeGreaterThan(1);
      expect(growth).toBeLessThan(1);
    });
  });
}
