/// <reference lib="dom" />
// Examines one device in a page. Bundled and served by in-browser.ts.
import { onnx } from '@descent/backend-onnx';
import { tfjs } from '@descent/backend-tfjs';
import type { Backend } from '@descent/core';
import { describeGraphics, type Graphics } from '../lib/graphics.ts';
import type { BackendName } from './devices.ts';
import { examine, messageOf, type Tell } from './examine.ts';
import type { Effort, Findings } from './findings.ts';
import { limitsOf } from './limits.ts';
import { unpackImages } from './training-images.ts';

/** What the page's address says, as JSON. */
export interface PageTask {
  readonly backend: BackendName;
  readonly effort: Effort;
  /** Whether a device that is the processor in truth is examined, too. */
  readonly software: boolean;
}

const {
  backend: name,
  effort,
  software,
} = JSON.parse(new URLSearchParams(location.search).get('task') ?? '') as PageTask;
const tell: Tell = async (part) => void (await fetch('/progress', { method: 'POST', body: JSON.stringify(part) }));
try {
  const { about, isSoftware } = await describe();
  await tell({ about, isSoftware });
  if (isSoftware && !software) {
    throw new Error(`the browser has no graphics device, only a software one (${about}); --software runs it`);
  }
  const data = unpackImages(new Uint8Array(await (await fetch('/data/images')).arrayBuffer()));
  const isGraphics = name !== 'onnx:wasm';
  await examine(await open(), { effort, isGraphics, limits: limitsOf(name), data }, tell);
} catch (error) {
  await tell({ problems: [messageOf(error)] });
}
await fetch('/report', { method: 'POST', body: JSON.stringify({ problems: [] } satisfies Findings) });

async function open(): Promise<Backend> {
  const wasmPaths = '/wasm/';
  if (name === 'onnx:webgpu') return onnx({ device: 'webgpu', wasmPaths });
  if (name === 'onnx:wasm') return onnx({ device: 'wasm', wasmPaths });
  return tfjs({ engine: name === 'tfjs:webgl' ? 'webgl' : 'webgpu' });
}

/** What the device is, in the browser's words. */
async function describe(): Promise<Graphics> {
  if (name === 'onnx:wasm') return { about: `${navigator.hardwareConcurrency} cores`, isSoftware: false };
  return describeGraphics(name === 'tfjs:webgl' ? 'webgl' : 'webgpu').catch((error: unknown) => {
    throw new Error(`${messageOf(error)}; --software runs a software one`);
  });
}
