import { type Backend, BackendError, tensor } from '@descent/core';
import { graph } from '@descent/core/backend';
import { add, input } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { didYouMean } from './config/suggest.ts';
import { reason, UsageError } from './errors.ts';
import { onnxCpu } from './onnx.ts';
import { openTfjs } from './tfjs.ts';

/** A backend that a config can name. */
export interface BackendEntry {
  readonly name: string;
  readonly summary: string;
  /** May throw when something that it needs is missing. */
  readonly open: () => Promise<Backend>;
}

/** All backends, the fastest first; what never ran on a machine of ours comes after what did, so that `auto` does not choose it. */
export const BACKENDS: readonly BackendEntry[] = [
  { name: 'onnx:cpu', summary: 'ONNX Runtime on the processor', open: onnxCpu },
  { name: 'tfjs:node-gpu', summary: 'TensorFlow on a GPU, through tfjs-node', open: () => openTfjs('node-gpu') },
  { name: 'tfjs:node', summary: 'TensorFlow on the processor, through tfjs-node', open: () => openTfjs('node') },
  { name: 'tfjs:wasm', summary: 'TensorFlow.js in WebAssembly, on one core', open: () => openTfjs('wasm') },
  { name: 'tfjs:webgpu', summary: 'TensorFlow.js on WebGPU, where Node has it', open: () => openTfjs('webgpu') },
  { name: 'tfjs:webgl', summary: 'TensorFlow.js on WebGL, in browsers', open: () => openTfjs('webgl') },
  { name: 'tfjs:cpu', summary: 'TensorFlow.js in plain JavaScript', open: () => openTfjs('cpu') },
  {
    name: 'reference',
    summary: 'plain JavaScript, slow: defines what every op computes',
    open: async () => referenceBackend(),
  },
];

export interface OpenedBackend {
  readonly backend: Backend;
  /** Why `auto` chose this one; `null` when it was named. */
  readonly why: string | null;
}

export type Availability =
  | { readonly works: true; readonly backend: Backend }
  | { readonly works: false; readonly error: unknown };

/**
 * Opens the backend of that name; `'auto'` opens the first that works.
 * @throws UsageError for an unknown name, BackendError saying what is missing when a named backend does not work. Only `'auto'` falls back.
 */
export async function openBackend(name: string, entries: readonly BackendEntry[] = BACKENDS): Promise<OpenedBackend> {
  if (name === 'auto') return openFastest(entries);
  const entry = entries.find((e) => e.name === name);
  if (entry === undefined) {
    const names = ['auto', ...entries.map((e) => e.name)];
    throw new UsageError(`there is no backend '${name}'${didYouMean(name, names)}`, { expected: names.join(', ') });
  }
  const tried = await tryBackend(entry);
  if (tried.works) return { backend: tried.backend, why: null };
  throw tried.error instanceof BackendError
    ? tried.error
    : new BackendError(`the backend ${name} does not work here`, {
        received: reason(tried.error),
        fix: 'descent backends says which do',
        cause: tried.error,
      });
}

async function openFastest(entries: readonly BackendEntry[]): Promise<OpenedBackend> {
  const failed: string[] = [];
  for (const entry of entries) {
    const tried = await tryBackend(entry);
    if (tried.works) {
      const why =
        failed.length === 0 ? 'the fastest that works here' : `the fastest that works here: ${failed.join('; ')}`;
      return { backend: tried.backend, why };
    }
    failed.push(`${entry.name} does not (${reason(tried.error)})`);
  }
  throw new BackendError('no backend works here', {
    received: failed.join('; '),
    fix: 'npm install @descent/backend-onnx onnxruntime-node',
  });
}

/** Opens a backend and lets it add two numbers: packages that are there may still lack a binary for this machine. */
export async function tryBackend({ name, open }: BackendEntry): Promise<Availability> {
  try {
    const backend = await open();
    const x = input('x', [1]);
    const executable = await backend.compile({ graph: graph({ y: add(x, x) }), reads: [], writes: [] });
    const { y } = await executable.run({ x: tensor([2]) });
    executable.dispose();
    if (y?.data[0] === 4) return { works: true, backend };
    const error = new BackendError(`the backend ${name} computes wrong numbers here`, {
      received: `2 + 2 = ${y?.data[0]}`,
    });
    return { works: false, error };
  } catch (error) {
    return { works: false, error };
  }
}
