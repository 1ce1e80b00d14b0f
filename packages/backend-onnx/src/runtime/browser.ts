// Stands for node.ts in browsers.
import { BackendError } from '@descent/core/backend';
import type { BlockedOptions } from '../blocked-options.ts';
import type { Device } from '../device/device.ts';
import type { DeviceName } from '../device/names.ts';
import type { DeviceOptions } from '../device/options.ts';
import type { GraphRewrite } from '../lowerings/context.ts';
import { isShared } from './defaults-browser.ts';
import { notImported, runtimeIn } from './import.ts';
import type { Ort, Runtime } from './runtime.ts';
import { configureWeb } from './web.ts';

/** Chains of elementwise ops stay as they are: loops over blocks were measured on processors, those of WebAssembly were not. */
export const inBlocks: GraphRewrite | null = null;

/** WebAssembly has no convolutions in blocks. */
export const blockedOptions: null | ((device: () => Promise<Device>) => BlockedOptions) = null;

/** Ways are measured on the processor of Node. */
export const choosePlan: null | typeof import('../choices/choose-plan.ts').choosePlan = null;

/** Loads ONNX Runtime for a device of browsers. Throws a `BackendError` that says what is missing. */
export async function loadRuntime(options: DeviceOptions): Promise<Runtime> {
  return configureWeb(await importWeb(options.device), options, isShared());
}

/**
 * Whether this is a thread of ONNX Runtime, which then runs: it starts them from the script that it is part of, so that a worker in one file is
 * started as one.
 */
export function isThread(): boolean {
  const { name } = globalThis as { readonly name?: string };
  if (name?.startsWith('em-pthread') !== true) return false;
  void importWeb('wasm');
  return true;
}

/** The build of the device, which has WebAssembly of its own. */
async function importWeb(device: DeviceName): Promise<typeof Ort> {
  // Inside `try` bundlers let a package be missing.
  try {
    if (device === 'wasm') return runtimeIn(await import('onnxruntime-web/wasm'));
    if (device === 'webgpu') return runtimeIn(await import('onnxruntime-web/webgpu'));
  } catch (cause) {
    throw notImported(device, 'onnxruntime-web', cause);
  }
  throw new BackendError(`onnx:${device} runs in Node only`, {
    path: 'device',
    received: `'${device}' in a browser`,
    expected: 'wasm, webgpu',
    fix: "in a browser, use onnx({ device: 'webgpu' }) or onnx({ device: 'wasm' })",
  });
}
