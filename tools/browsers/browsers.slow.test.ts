// Training in Firefox and in WebKit, each engine with the losses of onnx:cpu in Node. By hand: DESCENT_BROWSERS=firefox,webkit.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onnx } from '@descent/backend-onnx';
import { bundleScript, type OtherBrowser, runInBrowser, startOf } from '@descent/conformance/browser';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lossesOf, NETWORKS, trainerOn } from './curves.ts';
import type { PageReport } from './page.ts';

const STEPS = 8;
const LONGEST = 240;

const asked = (process.env['DESCENT_BROWSERS'] ?? '').split(',').filter((name) => name !== '');
const unknown = asked.find((name) => name !== 'firefox' && name !== 'webkit');
if (unknown !== undefined) throw new Error(`DESCENT_BROWSERS: ${unknown} is none of firefox, webkit`);

const ENGINES = [
  'onnx:wasm, 1 thread',
  'onnx:wasm, 2 threads',
  'onnx:wasm in a worker',
  'tfjs:wasm',
  'tfjs:webgl',
  'tfjs:cpu',
];
const cases = (['firefox', 'webkit'] as const).flatMap((browser) => ENGINES.map((engine) => ({ browser, engine })));

const folderOf = (entry: string, of: string): string =>
  dirname(createRequire(new URL(of, import.meta.url)).resolve(entry));
const conditions = ['@descent/source'];

let script: Uint8Array;
let folder = '';
let expected: Readonly<Record<string, readonly number[]>>;
let after: readonly number[];
beforeAll(async () => {
  if (asked.length === 0) return;
  script = await bundleScript(new URL('page.ts', import.meta.url), { conditions });
  folder = mkdtempSync(join(tmpdir(), 'descent-browsers-'));
  const worker = new URL('../../packages/backend-onnx/src/public/worker.ts', import.meta.url);
  writeFileSync(join(folder, 'worker.mjs'), await bundleScript(worker, { conditions }));
  const backend = onnx({ threads: 1 });
  const losses: Record<string, readonly number[]> = {};
  for (const network of Object.keys(NETWORKS) as (keyof typeof NETWORKS)[]) {
    losses[network] = await lossesOf(await trainerOn(network, backend), 0, STEPS);
  }
  const trainer = await trainerOn('mlp', backend);
  await lossesOf(trainer, 0, STEPS);
  after = await lossesOf(trainer, STEPS, 2);
  expected = losses;
  await backend.dispose();
}, 120_000);
afterAll(() => folder !== '' && rmSync(folder, { recursive: true }));

function why(browser: OtherBrowser): string | null {
  if (!asked.includes(browser)) return `run by hand, with DESCENT_BROWSERS=${browser}`;
  const start = startOf(browser, tmpdir(), 'about:blank');
  return 'missing' in start ? start.missing : null;
}

function expectClose(losses: readonly number[] | undefined, of: readonly number[] | undefined): void {
  expect(losses?.length).toBe(of?.length);
  for (const [i, loss] of (of ?? []).entries()) expect(Math.abs((losses?.[i] as number) / loss - 1)).toBeLessThan(1e-4);
}

test.for(cases)(
  '$engine trains in $browser',
  { timeout: (LONGEST + 30) * 1000 },
  async ({ browser, engine }, context) => {
    const reason = why(browser);
    if (reason !== null) return context.skip(reason);
    const [name, threads] = engine.split(', ');
    const query = new URLSearchParams({ engine: name as string, threads: threads?.[0] ?? '1', steps: `${STEPS}` });
    const folders = {
      '/wasm/': folderOf('onnxruntime-web/wasm', '../../packages/backend-onnx/src/'),
      '/tfjs/': folderOf('@tensorflow/tfjs-backend-wasm', '../../packages/backend-tfjs/src/'),
      '/page/': folder,
      '/data/': fileURLToPath(new URL('../../packages/datasets/data', import.meta.url)),
    };
    const page = { script, folders, query: query.toString(), isolated: true, seconds: LONGEST };
    const report = await runInBrowser<PageReport>(browser, page);
    console.log(`${engine} in ${browser}: ${JSON.stringify({ ...report, losses: undefined })}`);
    // Headless Firefox has no WebGL where there is no graphics device.
    if (report.error?.startsWith('BackendError: tfjs:webgl did not start'))
      return context.skip(`${browser} has no WebGL here`);
    expect(report.error).toBeUndefined();
    for (const network of Object.keys(NETWORKS)) expectClose(report.losses[network], expected[network]);
    // WebKitGTK has no files for pages; the error says so.
    if (typeof report.resumed === 'string') expect(report.resumed).toMatch(/origin private file system/);
    else expectClose(report.resumed, after);
  },
);
