import type { Ort } from '../runtime/runtime.ts';
import type { DeviceOptions } from './options.ts';
import { providerOf } from './providers.ts';

/** What tells a device from others. */
export interface DeviceIdentity {
  /** Of this process: the runtime and everything that it is told about the device. */
  readonly here: string;
  /** Of any process; `null` where nobody says which adapter it is, so that another one could not be told from it. */
  readonly anywhere: string | null;
}

/** The part of a `GPUDevice` that is used. */
interface Gpu {
  readonly adapterInfo?: Readonly<Record<(typeof ADAPTER)[number], unknown>>;
}

const ADAPTER = ['vendor', 'architecture', 'device', 'description', 'isFallbackAdapter'] as const;
/** Without one of these, an adapter has no name. */
const NAMES = ['vendor', 'architecture', 'device', 'description'] as const;

/** The identity of a device of which a session has been opened: then the adapter is the one that runs them. */
export async function identityOf(ort: typeof Ort, options: DeviceOptions): Promise<DeviceIdentity> {
  const { graphOptimizationLevel = null, wasmPaths = null } = options;
  const { versions, webgpu } = ort.env;
  const here = JSON.stringify({ versions, provider: providerOf(options), graphOptimizationLevel, wasmPaths });
  if (options.device !== 'webgpu') return { here, anywhere: null };
  const info = ((await webgpu?.device) as Gpu | undefined)?.adapterInfo;
  if (info === undefined || NAMES.every((name) => !info[name])) return { here, anywhere: null };
  const adapter = Object.fromEntries(ADAPTER.map((name) => [name, info[name] ?? null]));
  return { here, anywhere: JSON.stringify({ here, adapter, browser: await browser() }) };
}

interface Host {
  readonly navigator?: {
    readonly userAgent?: string;
    readonly userAgentData?: { getHighEntropyValues(names: readonly string[]): Promise<object> };
  };
}

/** The browser brings the compiler of shaders: its version counts to the last digit where it is told, and that of the system, which brings drivers. */
async function browser(): Promise<unknown> {
  const { userAgent, userAgentData } = (globalThis as Host).navigator ?? {};
  const exact = ['architecture', 'fullVersionList', 'platformVersion'];
  return { userAgent, exact: await userAgentData?.getHighEntropyValues(exact).catch(() => null) };
}
