import type { Executable } from './contract.ts';

/** Compiled programs by what they were compiled for. */
export interface Executables<C> {
  /** Compiles unless there is one of this `id`, and keeps it until `work` has ended. What does not compile is not remembered. */
  use<T>(id: string, compile: () => Promise<C>, work: (compiled: C) => Promise<T>): Promise<T>;
  /** Frees each of them once nothing uses it. */
  dispose(): void;
}

interface Entry<C> {
  readonly compiled: Promise<C>;
  /** What `compiled` gave. */
  ready?: C;
  users: number;
}

/** Keeps at most `limit` of them; the least recently used goes first, but none that is in use. */
export function executables<C extends { readonly executable: Executable }>(limit: number): Executables<C> {
  const entries = new Map<string, Entry<C>>();
  const close = (id: string, { compiled }: Entry<C>): void => {
    entries.delete(id);
    void compiled.then(({ executable }) => executable.dispose()).catch(() => {});
  };
  const trim = (most: number): void => {
    for (const [id, entry] of entries) {
      if (entries.size <= most) return;
      if (entry.users === 0) close(id, entry);
    }
  };
  const open = (id: string, compile: () => Promise<C>): Entry<C> => {
    const entry: Entry<C> = { compiled: compile(), users: 0 };
    entry.compiled.then(
      (compiled) => {
        entry.ready = compiled;
      },
      () => entries.delete(id),
    );
    return entry;
  };
  let kept = limit;
  let newest: string | undefined;
  return {
    async use(id, compile, work) {
      const known = entries.get(id);
      const entry = known ?? open(id, compile);
      // To the end, as the most recently used; it mostly is there.
      if (known === undefined || id !== newest) {
        entries.delete(id);
        entries.set(id, entry);
        newest = id;
      }
      entry.users++;
      try {
        return await work(entry.ready ?? (await entry.compiled));
      } finally {
        entry.users--;
        if (entries.size > kept) trim(kept);
      }
    },
    dispose() {
      kept = 0;
      trim(kept);
    },
  };
}
