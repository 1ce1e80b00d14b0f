// Stands for defaults-node.ts in browsers. A page fetches it at once, and the runtime when it is needed.
import type { DeviceName } from '../device/names.ts';
import { defaultWasmThreads } from './wasm-threads.ts';

interface Page {
  readonly crossOriginIsolated?: boolean;
  readonly navigator?: { readonly hardwareConcurrency?: number };
}
const page: Page = globalThis as Page;

/** What models run on when nobody says. */
export const DEFAULT_DEVICE: DeviceName = 'wasm';

/** A few threads where the page may share memory among them, else one. */
export function defaultThreads(device: DeviceName): number {
  return device !== 'wasm' ? 1 : defaultWasmThreads(page.navigator?.hardwareConcurrency ?? 1, isShared());
}

/** Whether threads can share memory in this page. */
export function isShared(): boolean {
  return page.crossOriginIsolated === true;
}
