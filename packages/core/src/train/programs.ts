import type { Executable } from '../backend/contract.ts';
import { executables } from '../backend/executables.ts';
import type { BatchSpec, StepProgram } from './step.ts';

export interface Compiled extends StepProgram {
  readonly executable: Executable;
}

export type ProgramKind = 'train' | 'evaluate' | 'predict';

/** The programs of a trainer, one for each kind and shape of batch. */
export interface Programs {
  /** Compiles the program unless it is there, and keeps it until `work` has ended. */
  use<T>(kind: ProgramKind, batch: BatchSpec, work: (compiled: Compiled) => Promise<T>): Promise<T>;
  dispose(): void;
}

/** Keeps at most `limit` programs. */
export function programCache(
  limit: number,
  compile: (kind: ProgramKind, batch: BatchSpec) => Promise<Compiled>,
): Programs {
  const compiled = executables<Compiled>(limit);
  return {
    use: (kind, batch, work) => compiled.use(`${kind} ${JSON.stringify(batch)}`, () => compile(kind, batch), work),
    dispose: () => compiled.dispose(),
  };
}
