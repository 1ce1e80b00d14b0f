import type { Executable } from '../backend/contract.ts';
import type { BatchSpec, StepProgram } from './step.ts';

export interface Compiled extends StepProgram {
  readonly executable: Executable;
}

export type ProgramKind = 'train' | 'evaluate' | 'predict';

/** The programs of a trainer, one for each kind and shape of batch. */
export interface Programs {
  /** Compiles the program unless it is there, and keeps it until `work` has ended. A program that does not compile is not remembered. */
  use<T>(kind: ProgramKind, batch: BatchSpec, work: (compiled: Compiled) => Promise<T>): Promise<T>;
  dispose(): void;
}

interface Entry {
  readonly compiled: Promise<Compiled>;
  users: number;
}

/** Keeps at most `limit` programs; the least recently used goes first, but none that is in use. */
export function programCache(
  limit: number,
  compile: (kind: ProgramKind, batch: BatchSpec) => Promise<Compiled>,
): Programs {
  const entries = new Map<string, Entry>();
  const close = (id: string, { compiled }: Entry): void => {
    entries.delete(id);
    void compiled.then(({ executable }) => executable.dispose()).catch(() => {});
  };
  const trim = (most: number): void => {
    for (const [id, entry] of entries) {
      if (entries.size <= most) return;
      if (entry.users === 0) close(id, entry);
    }
  };
  const open = (id: string, kind: ProgramKind, batch: BatchSpec): Entry => {
    const entry = { compiled: compile(kind, batch), users: 0 };
    entry.compiled.catch(() => entries.delete(id));
    return entry;
  };
  let kept = limit;
  return {
    async use(kind, batch, work) {
      const id = `${kind} ${JSON.stringify(batch)}`;
      const entry = entries.get(id) ?? open(id, kind, batch);
      // To the end, as the most recently used.
      entries.delete(id);
      entries.set(id, entry);
      entry.users++;
      try {
        return await work(await entry.compiled);
      } finally {
        entry.users--;
        trim(kept);
      }
    },
    dispose() {
      kept = 0;
      trim(kept);
    },
  };
}
