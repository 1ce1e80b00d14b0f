import type { DeviceName } from '@descent/backend-onnx';
import { type Backend, BackendError, tensor } from '@descent/core';
import { graph } from '@descent/core/backend';
import { add, input } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { didYouMean } from './config/suggest.ts';
import { reason, UsageError } from './errors.ts';
import { openOnnx } from './onnx.ts';
import { openTfjs } from './tfjs.ts';

/** A backend that a config can name. */
export interface BackendEntry {
  readonly name: string;
  readonly summary: string;
  /** May throw when something that it needs is missing. */
  readonly open: () => Promise<Backend>;
}

/** What each device of ONNX Runtime is; the compiler asks for one that is new. */
const ONNX_DEVICES: Readonly<Record<DeviceName, string>> = {
  cpu: 'ONNX Runtime on the processor',
  wasm: 'ONNX Runtime in WebAssembly, wherever Node runs',
  webgpu: 'ONNX Runtime on a graphics device, through WebGPU',
  cuda: 'ONNX Runtime on an NVIDIA GPU',
  dml: 'ONNX Runtime on a graphics device of Windows, through DirectML',
  coreml: 'ONNX Runtime on Apple hardware, through CoreML',
};

/** All backends, the fastest first; what never ran on a machine of ours comes after what did, so that `auto` does not choose it. */
export const BACKENDS: readonly BackendEntry[] = [
  onnxEntry('cpu'),
  { name: 'tfjs:node-gpu', summary: 'TensorFlow on a GPU, through tfjs-node', open: () => openTfjs('node-gpu') },
  { name: 'tfjs:node', summary: 'TensorFlow on the processor, through tfjs-node', open: () => openTfjs('node') },
  onnxEntry('wasm'),
  { name: 'tfjs:wasm', summary: 'TensorFlow.js in WebAssembly, on one core', open: () => openTfjs('wasm') },
  { name: 'tfjs:webgpu', summary: 'TensorFlow.js on WebGPU, where Node has it', open: () => openTfjs('webgpu') },
  { name: 'tfjs:webgl', summary: 'TensorFlow.js on WebGL, in browsers', open: () => openTfjs('webgl') },
  onnxEntry('webgpu'),
  onnxEntry('cuda'),
  onnxEntry('dml'),
  onnxEntry('coreml'),
  { name: 'tfjs:cpu', summary: 'TensorFlow.js in plain JavaScript', open: () => openTfjs('cpu') },
  {
    name: 'reference',
    summary: 'plain JavaScript, slow: defines what every op computes',
    open: async () => referenceBackend(),
  },
];

function onnxEntry(device: DeviceName): BackendEntry {
  return { name: `onnx:${device}`, summary: ONNX_DEVICES[device], open: () => openOnnx(device) };
}

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
  const entry = entryOf(name, entries);
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

export interface OpenedBackends {
  readonly training: OpenedBackend;
  /** Is asked about the trained network: the same one where none is named, or the same. */
  readonly inference: Backend;
}

/** Calls `use` with the backends of those names, and releases whatever was opened, also when the second does not open. */
export async function withBackends<T>(
  names: { readonly training: string; readonly inference: string | null },
  use: (opened: OpenedBackends) => Promise<T>,
  entries: readonly BackendEntry[] = BACKENDS,
): Promise<T> {
  const second = names.inference === names.training ? null : names.inference;
  // A wrong name is told before anything is opened.
  for (const name of [names.training, second]) if (name !== null && name !== 'auto') entryOf(name, entries);
  const training = await openBackend(names.training, entries);
  try {
    if (second === null) return await use({ training, inference: training.backend });
    const { backend: inference } = await openBackend(second, entries);
    try {
      return await use({ training, inference });
    } finally {
      await inference.dispose();
    }
  } finally {
    await training.backend.dispose();
  }
}

/** Throws a UsageError when there is no backend of that name. */
function entryOf(name: string, entries: readonly BackendEntry[]): BackendEntry {
  const entry = entries.find((e) => e.name === name);
  if (entry !== undefined) return entry;
  const names = ['auto', ...entries.map((e) => e.name)];
  // A package with several engines, or an engine without its package: which one is meant cannot be told.
  const near = entries.filter((e) => e.name.startsWith(`${name}:`) || e.name.split(':')[1]?.includes(name) === true);
  if (name.length > 1 && near.length > 0) {
    throw new UsageError(`there is no backend '${name}'`, {
      expected: near.map((e) => `'${e.name}' (${e.summary})`).join('; '),
      fix: 'name one of them; descent backends says which work here',
    });
  }
  throw new UsageError(`there is no backend '${name}'${didYouMean(name, names)}`, { expected: names.join(', ') });
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

/** Opens a backend and lets it add two numbers: packages that are there may still lack a binary for this machine. One that does not work is released. */
export async function tryBackend({ name, open }: BackendEntry): Promise<Availability> {
  let backend: Backend | undefined;
  try {
    backend = await open();
    await expectSum(name, backend);
    return { works: true, backend };
  } catch (error) {
    // The first error is the one to tell.
    await backend?.dispose().catch(() => {});
    return { works: false, error };
  }
}

async function expectSum(name: string, backend: Backend): Promise<void> {
  const x = input('x', [1]);
  const executable = await backend.compile({ graph: graph({ y: add(x, x) }), reads: [], writes: [] });
  try {
    const { y } = await executable.run({ x: tensor([2]) });
    if (y?.data[0] === 4) return;
    throw new BackendError(`the backend ${name} computes wrong numbers here`, { received: `2 + 2 = ${y?.data[0]}` });
  } finally {
    executable.dispose();
  }
}
