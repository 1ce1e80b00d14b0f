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

/** What models run on when nobody says. */
export const DEFAULT_DEVICE: DeviceName = 'wasm';

/** A few threads where the page may share memory among them, else one. */
export function defaultThreads(_: DeviceName): number {
  return defaultWasmThreads(page.navigator?.hardwareConcurrency ?? 1, isShared());
}

/** Loads ONNX Runtime for a device of browsers. Throws a `BackendError` that says what is missing. */
export async function loadRuntime(options: DeviceOptions): Promise<Runtime> {
  if (options.device === 'wasm') {
    return configureWeb(await importRuntime('wasm', () => import('onnxruntime-web/wasm')), options, isShared());
  }
  throw new BackendError(`onnx:${options.device} runs in Node only`, {
    path: 'device',
    received: `'${options.device}' in a browser`,
    expected: "'wasm'",
    fix: "in a browser, use onnx({ device: 'wasm' })",
  });
}

function isShared(): boolean {
  return page.crossOriginIsolated === true;
}
