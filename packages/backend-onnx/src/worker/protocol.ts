import { type Arrays, BackendError, DescentError, type ErrorDetails, ValueError } from '@descent/core/backend';
import type { DeviceOptions } from '../device/options.ts';
import type { LoopPlan, Plan } from '../plan.ts';

/** What the client may ask of the worker. Executables and states are known by numbers that the client chooses. */
export interface Calls {
  open(executable: number, plan: Plan): void;
  /** Needed once, before `runSteps`. */
  loop(executable: number, plan: LoopPlan): void;
  run(executable: number, feeds: Arrays, state: number | null, step: number): Arrays;
  /** For devices that run loops. */
  runSteps(executable: number, steps: number, feeds: Arrays, state: number | null): Arrays;
  close(executable: number): void;
  createState(state: number): void;
  readState(state: number, names: readonly string[] | null): Arrays;
  writeState(state: number, entries: Arrays): void;
  rollback(state: number): boolean;
  closeState(state: number): void;
}

export type CallName = keyof Calls;

export interface Request {
  readonly id: number;
  readonly call: CallName;
  readonly args: readonly unknown[];
}

export type Response =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: PlainError };

export interface WorkerOptions {
  readonly device: DeviceOptions;
}

/** An error as data: classes do not survive the way between threads. */
export interface PlainError {
  readonly name: string;
  readonly summary: string;
  readonly details: Omit<ErrorDetails, 'cause'>;
}

export function toPlain(error: unknown): PlainError {
  if (!(error instanceof DescentError)) return { name: 'Error', summary: String(error), details: {} };
  const { cause: _, ...details } = error.details;
  return { name: error.name, summary: error.summary, details };
}

export function fromPlain({ name, summary, details }: PlainError): Error {
  if (name === 'ValueError') return new ValueError(summary, details);
  if (name === 'BackendError') return new BackendError(summary, details);
  return new DescentError(summary, details);
}

/** The memory of `arrays`, to be moved to the other thread instead of copied. */
export function buffersOf(arrays: Arrays): readonly ArrayBuffer[] {
  return [...new Set(Object.values(arrays).map(({ data }) => data.buffer as ArrayBuffer))];
}
