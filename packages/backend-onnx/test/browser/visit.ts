/// <reference lib="dom" />
// Runs in a real browser, twice: what the first visit checks and measures, the second remembers. Bundled and served by remembered.slow.test.ts.

import { onnx } from '@descent/backend-onnx';
import { chooseBackend } from '@descent/core/choose';
import { trainedLosses } from './train.ts';

/** What came of one visit. */
export interface Visit {
  /** Milliseconds of a first step on the graphics device, with the check before it. */
  readonly step: number;
  readonly loss: number;
  /** What is kept of checks. */
  readonly checks: string;
  /** Which backend was chosen, and why. */
  readonly chosen: string;
  readonly why: string;
}

const wasmPaths = '/wasm/';
const webgpu = (rememberChecks: boolean) => onnx({ device: 'webgpu', wasmPaths, rememberChecks });

const query = new URLSearchParams(location.search);
const post = (path: string, body: string): Promise<Response> => fetch(path, { method: 'POST', body });

async function visit(rememberChecks: boolean): Promise<Visit> {
  const begun = performance.now();
  const [loss = Number.NaN] = await trainedLosses(webgpu(rememberChecks), 1);
  const step = performance.now() - begun;
  const kept = await (await caches.open('descent')).match('https://descent.invalid/onnx-checks');
  const isLastResort = false;
  const { choice, why } = await chooseBackend(
    [
      { name: 'onnx:webgpu', isLastResort, open: async () => webgpu(rememberChecks) },
      { name: 'onnx:wasm', isLastResort, open: async () => onnx({ device: 'wasm', wasmPaths }) },
    ],
    { timeout: 120_000 },
  );
  return { step, loss, checks: (await kept?.text()) ?? '', chosen: choice.name, why };
}

try {
  const visits = JSON.parse(sessionStorage.getItem('visits') ?? '[]') as Visit[];
  visits.push(await visit(query.get('remember') !== 'no'));
  await post('/progress', `visit ${visits.length}: ${JSON.stringify(visits.at(-1)).slice(0, 300)}`);
  sessionStorage.setItem('visits', JSON.stringify(visits));
  // The second finds what is kept; the third is told not to look.
  if (visits.length === 3) await post('/report', JSON.stringify(visits));
  else location.search = visits.length === 1 ? '?second' : '?remember=no';
} catch (error) {
  await post('/report', JSON.stringify([{ why: String(error) }]));
}
