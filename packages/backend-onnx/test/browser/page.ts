/// <reference lib="dom" />
// Runs in a real browser: examines the device that the address names. Bundled and served by browser.slow.test.ts.

import { onnx } from '@descent/backend-onnx';
import { DEFAULT_TOLERANCE } from '@descent/conformance';
import { type DeviceReport, examine } from './examine.ts';
import { gpuLevel, wasmLevel } from './levels.ts';

const query = new URLSearchParams(location.search);
const threads = query.get('threads');
const examination = {
  every: Number(query.get('every')),
  everyOther: Number(query.get('everyOther') ?? 1),
  soak: Number(query.get('soak')),
};
const wasmPaths = '/wasm/';

const post = (path: string, body: string): Promise<Response> => fetch(path, { method: 'POST', body });
const report = await (query.get('device') === 'webgpu'
  ? examine(onnx({ device: 'webgpu', wasmPaths }), { ...examination, gradient: 1e-4 }, gpuLevel(), onProgress)
  : examine(
      onnx({ device: 'wasm', wasmPaths, ...(threads !== null && { threads: Number(threads) }) }),
      { ...examination, gradient: DEFAULT_TOLERANCE.gradient },
      wasmLevel(),
      onProgress,
    )
).catch(
  (error: unknown): DeviceReport => ({
    backend: 'none',
    count: 0,
    failures: [String(error)],
    losses: [],
    soaked: null,
    notes: '',
  }),
);
await post('/report', JSON.stringify(report));

function onProgress(text: string): Promise<Response> {
  return post('/progress', text);
}
