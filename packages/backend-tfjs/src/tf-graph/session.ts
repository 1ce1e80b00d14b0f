import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackendError } from '@descent/core/backend';
import type { Binding } from './binding.ts';
import { savedModelBytes, type Writer } from './writer.ts';

const TAG = 'descent';

/** A TensorFlow graph, ready to run. Tensors are numbers that the binding knows. */
export interface Session {
  /** Fetches nodes, in order. The caller owns the tensors returned. */
  run(fetches: readonly string[], feeds: ReadonlyMap<string, number>): readonly number[];
  dispose(): void;
}

/** Hands the graph to TensorFlow, which reads it from a file. Without a `device`, it runs on the best one there is. */
export function openSession(binding: Binding, nodes: Writer['nodes'], device?: string): Session {
  const folder = mkdtempSync(join(tmpdir(), 'descent-tensorflow-'));
  let id: number;
  try {
    writeFileSync(
      join(folder, 'saved_model.pb'),
      savedModelBytes(device === undefined ? nodes : nodes.map((n) => ({ ...n, device })), TAG),
    );
    id = guarded(() => binding.loadSavedModel(folder, TAG));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const list = (names: Iterable<string>): string => [...names].map((name) => `${name}:0`).join();
  return {
    run: (fetches, feeds) =>
      guarded(() => binding.runSavedModel(id, [...feeds.values()], list(feeds.keys()), list(fetches))).map((t) => t.id),
    dispose: () => binding.deleteSavedModel(id),
  };
}

function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new BackendError('TensorFlow refused a graph', { received: message.slice(0, 2000), cause });
  }
}
