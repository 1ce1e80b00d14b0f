import type { Arrays } from '../backend/contract.ts';
import {
  BackendError,
  DescentError,
  DTypeError,
  type ErrorDetails,
  NotDifferentiableError,
  NumericError,
  ShapeError,
  StateError,
  ValueError,
} from '../errors.ts';
import type { NDArray } from '../ir/ndarray.ts';

/** What can be asked of a worker, by name. */
export type AnyCalls<C> = { readonly [K in keyof C]: (...args: never[]) => unknown };

export interface Request {
  readonly id: number;
  readonly call: string;
  readonly args: readonly unknown[];
}

/** What the link itself asks a worker: to hold the lifeline of that name. */
export const HOLD = '$hold';

export type Response =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: PlainError };

/** An error as data: classes do not survive the way between threads. */
export interface PlainError {
  readonly name: string;
  /** Of a `DescentError` its summary. */
  readonly message: string;
  readonly stack: string | undefined;
  /** Only of a `DescentError`. */
  readonly details?: Omit<ErrorDetails, 'cause'>;
  readonly cause?: PlainError;
}

type ErrorClass = new (summary: string, details: ErrorDetails) => DescentError;

/** By their names, which minifiers take from classes, but not from properties. */
const CLASSES: Readonly<Record<string, ErrorClass>> = {
  BackendError,
  DTypeError,
  NotDifferentiableError,
  NumericError,
  ShapeError,
  StateError,
  ValueError,
};

export function toPlain(error: unknown): PlainError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: undefined };
  const { name, stack } = error;
  const cause = error.cause === undefined ? {} : { cause: toPlain(error.cause) };
  if (!(error instanceof DescentError)) return { name, message: error.message, stack, ...cause };
  const { cause: _, ...details } = error.details;
  return { name, message: error.summary, stack, details, ...cause };
}

/** An error of the same class, as far as it is one of core, with the stack of the thread where it was thrown. */
export function fromPlain({ name, message, stack, details, cause }: PlainError): Error {
  const inner = cause === undefined ? {} : { cause: fromPlain(cause) };
  const Class = Object.hasOwn(CLASSES, name) ? (CLASSES[name] as ErrorClass) : DescentError;
  const error = details === undefined ? new Error(message, inner) : new Class(message, { ...details, ...inner });
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** Copies of arrays, each with memory of its own that can be moved: a view would bring all of the buffer that it is a part of. */
export function copied(arrays: Arrays): { readonly arrays: Arrays; readonly moved: readonly ArrayBuffer[] } {
  const copies = Object.entries(arrays).map(([name, array]) => [name, copyOf(array)] as const);
  return { arrays: Object.fromEntries(copies), moved: copies.map(([, { data }]) => data.buffer as ArrayBuffer) };
}

/** Arrays as they are, with the memory that they lie in: whoever moves it has empty arrays afterwards. */
export function moving(arrays: Arrays): { readonly arrays: Arrays; readonly moved: readonly ArrayBuffer[] } {
  const memory = Object.values(arrays).map(({ data }) => data.buffer);
  return { arrays, moved: [...new Set(memory)].filter((one) => one instanceof ArrayBuffer) };
}

export function copyOf({ dtype, shape, data }: NDArray): NDArray {
  return { dtype, shape: [...shape], data: data.slice() };
}
