/// <reference lib="dom" />
// Runs in a real browser: the conformance kit on the engine that the address names. Bundled and served by run-in-browser.ts.

import { type TfjsOptions, tfjs } from '@descent/backend-tfjs';
import { type ConformanceTest, conformanceTests, DEFAULT_TOLERANCE, soak } from '@descent/conformance';
import { findBackend } from '@tensorflow/tfjs-core';
import type { BrowserReport } from './run-in-browser.ts';

const query = new URLSearchParams(location.search);
const engine = query.get('engine') as 'wasm' | 'webgl' | 'webgpu';
const part = query.get('part') as 'all' | 'sample';
const soakSteps = Number(query.get('soak'));

async function run(): Promise<BrowserReport> {
  const options: TfjsOptions = engine === 'wasm' ? { engine, wasmPaths: '/wasm/' } : { engine };
  const backend = await tfjs(options);
  const all = conformanceTests();
  const tests = part === 'all' ? all : sample(conformanceTests({ seeds: 1, cases: 4 }));
  const failures: string[] = [];
  for (const test of tests) {
    try {
      await test.run(backend, { ...DEFAULT_TOLERANCE, gradient: 1e-4 });
    } catch (error) {
      failures.push(`${test.name}: ${(error as Error).message}`);
    }
  }
  const { growth } = await soak(backend, { steps: soakSteps, measure: () => findBackend(engine).numDataIds() });
  return { backend: backend.name, count: tests.length, of: all.length, failures, growth };
}

/** Of tests of one kind, the first: for graphics that are computed by the processor, where each takes a while. */
function sample(tests: readonly ConformanceTest[]): readonly ConformanceTest[] {
  const firsts = new Map(tests.toReversed().map((test) => [kindOf(test.name), test]));
  return tests.filter((test) => firsts.get(kindOf(test.name)) === test && !test.name.includes('a thousand runs'));
}

/** An op in one direction is a kind, and so are a layer or a loss, and several steps in one run; of most other tests each is a kind of its own. */
function kindOf(name: string): string {
  const [suite = '', what, how] = name.split('/');
  if (['op', 'random', 'edge'].includes(suite)) return `${suite}/${what}/${how}`;
  if (['layer', 'loss'].includes(suite)) return `${suite}/${/^\w+/.exec(what ?? '')?.[0]}`;
  return suite === 'training' && how === 'several steps in one run' ? how : name;
}

const report = await run().catch(
  (error: unknown): BrowserReport => ({
    backend: engine,
    count: 0,
    of: 0,
    failures: [String(error)],
    growth: Number.NaN,
  }),
);
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
