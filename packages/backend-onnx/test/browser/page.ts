/// <reference lib="dom" />
// Runs in a real browser: the conformance kit on the device that the address names. Bundled and served by run-page.ts.

import { onnx } from '@descent/backend-onnx';
import { type ConformanceTest, conformanceTests, DEFAULT_TOLERANCE } from '@descent/conformance';
import { graph } from '@descent/core/backend';
import { input } from '@descent/core/ops';
import type { BrowserReport } from './report.ts';
import { trainedLosses } from './train.ts';

const query = new URLSearchParams(location.search);
const device = query.get('device') === 'webgpu' ? 'webgpu' : 'wasm';
const every = Number(query.get('every'));
const threads = query.get('threads');

async function run(): Promise<BrowserReport> {
  const backend = onnx({ device, wasmPaths: '/wasm/', ...(threads !== null && { threads: Number(threads) }) });
  const chosen = ({ name }: ConformanceTest, i: number): boolean =>
    !/^(op|random|edge|search)\//.test(name) || i % every === 0;
  const tests = conformanceTests().filter(chosen);
  const failures: string[] = [];
  for (const test of tests) {
    try {
      await test.run(backend, {
        ...DEFAULT_TOLERANCE,
        gradient: device === 'webgpu' ? 1e-4 : DEFAULT_TOLERANCE.gradient,
      });
    } catch (error) {
      failures.push(`${test.name}: ${(error as Error).message}`);
    }
  }
  const losses = await trainedLosses(backend, 24);
  const executable = await backend.compile({ graph: graph({ y: input('x', []) }), reads: [], writes: [] });
  return { backend: backend.name, count: tests.length, failures, losses, notes: executable.describe() };
}

const report = await run().catch(
  (error: unknown): BrowserReport => ({ backend: 'none', count: 0, failures: [String(error)], losses: [], notes: '' }),
);
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
