import type { Arrays } from '../backend/contract.ts';
import type { ProgramData } from './program-data.ts';

/** What a backend in a worker is asked. Executables and states are known by numbers that the asking side chooses. */
export interface BackendCalls {
  /** Makes the backend; comes first. Its options are plain data. */
  open(options: unknown): BackendFacts;
  /** Gives the description of the executable. */
  compile(executable: number, program: ProgramData): string;
  run(executable: number, feeds: Arrays, state: number | null): Arrays;
  runSteps(executable: number, steps: number, feeds: Arrays, state: number | null): Arrays;
  close(executable: number): void;
  createState(state: number): void;
  readState(state: number, names: readonly string[] | null): Arrays;
  writeState(state: number, entries: Arrays): void;
  rollback(state: number): boolean;
  closeState(state: number): void;
}

export interface BackendFacts {
  /** Names of the composites that it has lowerings for. */
  readonly native: readonly string[];
}

/** The calls that give arrays. */
export const GIVE_ARRAYS = ['run', 'runSteps', 'readState'] as const;
