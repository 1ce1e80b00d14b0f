/// <reference lib="dom" />
// Runs in a real browser: the conformance kit on the engine that the address names. Bundled and served by run-in-browser.ts.

import { type TfjsOptions, tfjs } from '@descent/backend-tfjs';
import { type ConformanceTest, conformanceTests, DEFAULT_TOLERANCE, soak } from '@descent/conformance';
import { findBackend } from '@tensorflow/tfjs-core';
import type { BrowserReport } from './run-in-browser.ts';

const query = new URLSearchParams(location.search);
const engine = query.get('engine') as 'wasm' | 'webgl' | 'webgpu';
const every = Number(query.get('every'));
const soakSteps = Number(query.get('soak'));

async function run(): Promise<BrowserReport> {
  const options: TfjsOptions = engine === 'wasm' ? { engine, wasmPaths: '/wasm/' } : { engine };
  const backend = await tfjs(options);
  // Of the cases of ops, every so many; of all others, every one, but for the longest where graphics are computed by the processor.
  const chosen = ({ name }: ConformanceTest, i: number): boolean =>
    /^(op|random|edge)\//.test(name) ? i % every === 0 : every === 1 || !name.includes('a thousand runs');
  const tests = conformanceTests().filter(chosen);
  const failures: string[] = [];
  for (const test of tests) {
    try {
      await test.run(backend, { ...DEFAULT_TOLERANCE, gradient: 1e-4 });
    } catch (error) {
      failures.push(`${test.name}: ${(error as Error).message}`);
    }
  }
  const { growth } = await soak(backend, { steps: soakSteps, measure: () => findBackend(engine).numDataIds() });
  return { backend: backend.name, count: tests.length, failures, growth };
}

const report = await run().catch(
  (error: unknown): BrowserReport => ({ backend: engine, count: 0, failures: [String(error)], growth: Number.NaN }),
);
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
