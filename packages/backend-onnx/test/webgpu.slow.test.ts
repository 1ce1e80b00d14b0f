// The graphics device of this machine through onnxruntime-node, in a process of its own: a real one, else SwiftShader, the software one that comes
// with Chromium. DESCENT_GRAPHICS=all runs the whole kit.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { GRAPHICS_LIMITS, reasonFor } from '@descent/conformance';
import { softwareVulkan } from '@descent/conformance/browser';
import { beforeAll, expect, test } from 'vitest';
import { onnx } from '../src/public/index.ts';
import { bundle } from './browser/bundle.ts';
import type { DeviceReport } from './browser/examine.ts';
import { trainedLosses } from './browser/train.ts';

const isWhole = process.env['DESCENT_GRAPHICS'] === 'all';
/** Of the cases of ops and of all other tests, every so many; and steps of the soak. A test takes seconds where the processor draws. */
const [EVERY, EVERY_OTHER, SOAK] = isWhole ? [1, 1, 1000] : [128, 16, 40];
const LONGEST = isWhole ? 7200 : 1200;

/** Level of memory is that of the whole process, with all compiled shaders. */
const LARGEST_GROWTH_MB = 24;

let script: Uint8Array;
beforeAll(async () => {
  script = await bundle(new URL('./node-webgpu.ts', import.meta.url), 'node');
});

/** What a process reports, or why it could not. */
async function examined(environment: Readonly<Record<string, string>>): Promise<DeviceReport | string> {
  const child = spawn(process.execPath, ['--input-type=module', '-', `${EVERY}`, `${EVERY_OTHER}`, `${SOAK}`], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, ...environment },
  });
  let [output, complaints] = ['', ''];
  child.stdout.on('data', (text) => {
    output += String(text);
  });
  child.stderr.on('data', (text) => {
    complaints = (complaints + String(text)).slice(-4000);
  });
  child.stdin.on('error', () => {});
  child.stdin.end(script);
  const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST * 1000);
  const code = await new Promise((ended) => child.once('close', ended));
  clearTimeout(timer);
  return code === 0 ? (JSON.parse(output) as DeviceReport) : `the process ended with ${code}: ${complaints}`;
}

/** On the graphics device that is there, else on a software one, else why not. */
async function onDevice(): Promise<DeviceReport | string> {
  const software = softwareVulkan();
  if (process.env['VK_ICD_FILENAMES'] !== undefined || 'missing' in software) return examined({});
  const real = await examined({});
  return typeof real === 'string' || real.count === 0 ? examined(software.environment) : real;
}

test('onnx:webgpu conforms in Node', { timeout: 2 * LONGEST * 1000 }, async (context) => {
  const report = await onDevice();
  if (typeof report === 'string') {
    // Nothing but the lack of a device is a reason.
    expect(report).toContain('onnx:webgpu does not start here');
    const software = softwareVulkan();
    const reason = 'missing' in software ? software.missing : 'the software device does not start';
    console.log(`onnx:webgpu in Node: not run, since there is no graphics device, and ${reason}\n${report}`);
    return context.skip(reason);
  }
  const { count, failures, losses, soaked } = report;
  const unknown = failures.filter(
    (failure) => reasonFor({ name: failure.slice(0, failure.indexOf(': ')) }, GRAPHICS_LIMITS) === null,
  );
  console.log(
    `onnx:webgpu in Node: ${count} tests, ${failures.length} failures, ${unknown.length} of them not known; ` +
      `${soaked?.level.toFixed(0)} MB, ${soaked?.growth.toFixed(1)} MB more at the end of the soak`,
  );
  expect(count).toBeGreaterThan(20);
  expect(unknown).toEqual([]);
  expect(soaked?.growth).toBeLessThan(LARGEST_GROWTH_MB);
  const cpu = onnx({ threads: 1 });
  for (const [i, loss] of (await trainedLosses(cpu, 24)).entries())
    expect(Math.abs((losses[i] as number) / loss - 1)).toBeLessThan(1e-2);
  await cpu.dispose();
});
