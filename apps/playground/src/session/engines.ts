import type { Backend } from '@descent/core';
import type { EngineName } from '../state/experiment.ts';
import type { EngineInfo } from './protocol.ts';

/** ONNX Runtime takes no more threads by itself. */
const MOST_THREADS = 4;

/** What of the page's surroundings says how many threads there are. */
interface Surroundings {
  readonly crossOriginIsolated?: boolean;
  readonly navigator?: { readonly hardwareConcurrency?: number };
}

export interface OpenedEngine {
  readonly backend: Backend;
  readonly info: EngineInfo;
}

/** Loads an engine and opens it; nothing of it is fetched before. */
export async function openEngine(engine: EngineName): Promise<OpenedEngine> {
  return { backend: await open(engine), info: engineInfo(engine) };
}

async function open(engine: EngineName): Promise<Backend> {
  const [family, device] = engine.split(':') as ['onnx' | 'tfjs', 'wasm' | 'webgpu' | 'webgl'];
  if (family === 'onnx') {
    const { onnx } = await import('@descent/backend-onnx');
    return onnx({ device: device === 'webgpu' ? 'webgpu' : 'wasm' });
  }
  const { tfjs } = await import('@descent/backend-tfjs');
  return tfjs({ engine: device });
}

function engineInfo(engine: EngineName): EngineInfo {
  const { crossOriginIsolated: isIsolated = false, navigator } = globalThis as Surroundings;
  const cores = navigator?.hardwareConcurrency ?? 1;
  const threads: Readonly<Partial<Record<EngineName, number>>> = {
    'onnx:wasm': isIsolated ? Math.min(MOST_THREADS, cores) : 1,
    'tfjs:wasm': 1,
  };
  return { engine, threads: threads[engine] ?? null, isIsolated };
}
