// Stands for node.ts in browsers.
import { BackendError } from '@descent/core/backend';
import type { DeviceName } from '../device/names.ts';
import type { DeviceOptions } from '../device/options.ts';
import { importRuntime } from './import.ts';
import type { Runtime } from './runtime.ts';
import { configureWeb, defaultWasmThreads } from './web.ts';

interface Page {
  readonly crossOriginIsolated?: boolean;
  readonly navigator?: { readonly hardwareConcurrency?: number };
}
const page: Page = globalThis as Page;

/** Each is a build of its own, with WebAssembly of its own. */
const LOADERS: { readonly [D in DeviceName]?: () => Promise<unknown> } = {
  wasm: () => import('onnxruntime-web/wasm'),
  webgpu: () => import('onnxruntime-web/webgpu'),
};

/** What models run on when nobody says. */
export const DEFAULT_DEVICE: DeviceName = 'wasm';

/** A few threads where the page may share memory among them, else one. */
export function defaultThreads(device: DeviceName): number {
  return device !== 'wasm' ? 1 : defaultWasmThreads(page.navigator?.hardwareConcurrency ?? 1, isShared());
}

/** Loads ONNX Runtime for a device of browsers. Throws a `BackendError` that says what is missing. */
export async function loadRuntime(options: DeviceOptions): Promise<Runtime> {
  const load = LOADERS[options.device];
  if (load !== undefined) {
    return configureWeb(await importRuntime(options.device, 'onnxruntime-web', load), options, isShared());
  }
  throw new BackendError(`onnx:${options.device} runs in Node only`, {
    path: 'device',
    received: `'${options.device}' in a browser`,
    expected: Object.keys(LOADERS).join(', '),
    fix: "in a browser, use onnx({ device: 'webgpu' }) or onnx({ device: 'wasm' })",
  });
}

function isShared(): boolean {
  return page.crossOriginIsolated === true;
}
