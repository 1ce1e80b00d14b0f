// Runs in a process of its own, whose environment names the driver: examines onnx:webgpu. Bundled and started by webgpu.slow.test.ts.

import { onnx } from '@descent/backend-onnx';
import { examine } from './browser/examine.ts';

const [every, everyOther, soak] = process.argv.slice(2).map(Number) as [number, number, number];
const backend = onnx({ device: 'webgpu' });
// The driver may be a software one, whose buffers are memory of the process.
const level = (): number => process.memoryUsage.rss() / 2 ** 20;
const report = await examine(backend, { gradient: 1e-4, every, everyOther, soak }, level, (text) =>
  console.error(text),
);
await backend.dispose();
// The driver may not survive the end of the process, so what was found is out before.
process.stdout.write(JSON.stringify(report), () => process.exit(0));
