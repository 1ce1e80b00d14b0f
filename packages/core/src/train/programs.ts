import type { Executable } from '../backend/contract.ts';
import { executables } from '../backend/executables.ts';
import { isLeaf } from '../ir/tree.ts';
import type { InputCheck } from '../model/input-check.ts';
import type { ReadyDraw } from './draws.ts';
import type { BatchSpec, StepProgram } from './step.ts';

export interface CompiledStep extends StepProgram {
  readonly draws: readonly ReadyDraw[];
  /** Looks at the indices among the inputs, if there are some. */
  readonly checkInputs: InputCheck | null;
  readonly executable: Executable;
}

/** Programs for a batch. */
export type ProgramKind = 'train' | 'gradients' | 'evaluate' | 'predict';

/** How the programs of a trainer are compiled. */
export interface Compilers {
  batch(kind: ProgramKind, batch: BatchSpec): Promise<CompiledStep>;
  /** An update by gradients that are fed. */
  update(): Promise<CompiledStep>;
}

/** The programs of a trainer: one for each kind and shape of batch, and one for updates. */
export interface Programs {
  /** Compiles the program unless it is there, and keeps it until `work` has ended. */
  use<T>(kind: ProgramKind, batch: BatchSpec, work: (compiled: CompiledStep) => Promise<T>): Promise<T>;
  useUpdate<T>(work: (compiled: CompiledStep) => Promise<T>): Promise<T>;
  dispose(): void;
}

/** Keeps at most `limit` programs. */
export function programCache(limit: number, compile: Compilers): Programs {
  const compiled = executables<CompiledStep>(limit);
  return {
    use: (kind, batch, work) => compiled.use(`${kind} ${idOf(batch)}`, () => compile.batch(kind, batch), work),
    useUpdate: (work) => compiled.use('update', compile.update, work),
    dispose: () => compiled.dispose(),
  };
}

/** A text that is the same for equal batches only. Every step makes it, so that the usual kind is short. */
function idOf(batch: BatchSpec): string {
  const { kind, x, y } = batch;
  return kind === 'fed' && isLeaf(x) && isLeaf(y)
    ? `${x.dtype}[${x.shape.join()}] ${y.dtype}[${y.shape.join()}]`
    : JSON.stringify(batch);
}
