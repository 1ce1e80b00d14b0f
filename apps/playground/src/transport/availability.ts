import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { ENGINES, type EngineName } from '../state/experiment.ts';

/** What an engine needs and this browser does not have. */
export type Missing = 'webgpu' | 'webgl';

const found: Signal<ReadonlyMap<EngineName, Missing>> = signal(new Map());

/** Engines that cannot run in this browser, by what is missing; empty until that is known. */
export const missingEngines: ReadonlySignal<ReadonlyMap<EngineName, Missing>> = found;

interface Gpu {
  requestAdapter(): Promise<object | null>;
}

/** Looks once. */
export async function findEngines(): Promise<void> {
  const [webgpu, webgl] = [await hasWebGpu(), hasWebGl()];
  const missing = (engine: EngineName): Missing | null => {
    if (engine.endsWith(':webgpu')) return webgpu ? null : 'webgpu';
    return engine.endsWith(':webgl') && !webgl ? 'webgl' : null;
  };
  found.value = new Map(ENGINES.flatMap((engine) => [[engine, missing(engine)] as const]).filter(isMissing));
}

function isMissing(pair: readonly [EngineName, Missing | null]): pair is readonly [EngineName, Missing] {
  return pair[1] !== null;
}

async function hasWebGpu(): Promise<boolean> {
  const { gpu } = navigator as { readonly gpu?: Gpu };
  try {
    return gpu !== undefined && (await gpu.requestAdapter()) !== null;
  } catch {
    return false;
  }
}

function hasWebGl(): boolean {
  return typeof OffscreenCanvas === 'function' && new OffscreenCanvas(1, 1).getContext('webgl2') !== null;
}
