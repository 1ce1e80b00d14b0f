// The graphics device of this machine through onnxruntime-node. A software one serves, too, such as SwiftShader through VK_ICD_FILENAMES.

import { conformanceTests, DEFAULT_TOLERANCE } from '@descent/conformance';
import { BackendError } from '@descent/core/backend';
import { expect, test } from 'vitest';
import { onnx } from '../src/public/index.ts';
import { trainedLosses } from './browser/train.ts';
import { GRAPHICS } from './graphics.ts';

/** Of the cases of ops, every so many: the device may be the processor. */
const EVERY = 8;

test('onnx:webgpu conforms in Node', async (context) => {
  const backend = onnx({ device: 'webgpu' });
  const missing = await trainedLosses(backend, 1).then(
    () => null,
    (error: unknown) => error,
  );
  if (missing !== null) {
    expect(missing).toBeInstanceOf(BackendError);
    expect(String(missing)).toContain('onnx:webgpu does not start here');
    console.log(`onnx:webgpu in Node: not run, since there is no graphics device\n${missing}`);
    return context.skip('there is no graphics device');
  }
  const cpu = onnx({ threads: 1 });
  const [here, there] = [await trainedLosses(backend, 24), await trainedLosses(cpu, 24)];
  for (const [i, loss] of there.entries()) expect(Math.abs((here[i] as number) / loss - 1)).toBeLessThan(1e-2);
  const tests = conformanceTests().filter(({ name }, i) => !/^(op|random|edge|search)\//.test(name) || i % EVERY === 0);
  const failures: string[] = [];
  for (const t of tests) {
    if (GRAPHICS.some((known) => known.test(t.name))) continue;
    await t
      .run(backend, { ...DEFAULT_TOLERANCE, gradient: 1e-4 })
      .catch((error: Error) => failures.push(`${t.name}: ${error.message}`));
  }
  expect(failures).toEqual([]);
  await backend.dispose();
});
