import { DescentError, DTypeError, type ErrorDetails, type NDArrays, ShapeError, ValueError } from '@descent/core';
import { leavesOf } from '@descent/core/backend';
import type { DatasetOf } from '../../dataset.ts';
import { DataFileError, DataFormatError, type FileErrorDetails } from '../../errors.ts';
import type { LazyRecipe } from '../../lazy/lazy-dataset.ts';
import type { BatchRules, BatchTask, MadeBatch } from '../make-batch.ts';

/** What a worker is started with. */
export interface WorkerTask {
  readonly data: { readonly kind: 'memory'; readonly dataset: DatasetOf } | LazyRecipe;
  readonly rules: BatchRules;
}

export interface Request {
  readonly id: number;
  readonly task: BatchTask;
}

export type Response =
  | { readonly id: number; readonly made: MadeBatch }
  | { readonly id: number; readonly error: PlainError };

/** An error as data: classes do not survive the way between threads, but plain errors do. */
export interface PlainError {
  readonly name: string;
  readonly summary: string;
  readonly details: FileErrorDetails;
}

export function toPlain(error: unknown): PlainError {
  if (!(error instanceof DescentError)) {
    const cause = error instanceof Error ? plainCause(error) : undefined;
    return { name: 'Error', summary: cause?.message ?? String(error), details: { cause } };
  }
  const { cause, ...details } = error.details;
  return {
    name: error.name,
    summary: error.summary,
    details: { ...details, ...(cause instanceof Error ? { cause: plainCause(cause) } : {}) },
  };
}

/** Without properties that may not be data. */
function plainCause({ message, stack }: Error): Error {
  return Object.assign(new Error(message), { stack });
}

type DescentErrorClass = new (summary: string, details: ErrorDetails) => DescentError;

const CLASSES: Readonly<Record<string, DescentErrorClass>> = {
  DataFileError,
  DataFormatError,
  DTypeError,
  ShapeError,
  ValueError,
};

export function fromPlain({ name, summary, details }: PlainError): DescentError {
  return new (CLASSES[name] ?? DescentError)(summary, details);
}

/** The memory of a batch, to be moved to the other thread instead of copied. */
export function buffersOf({ x, y }: { readonly x: NDArrays; readonly y: NDArrays }): readonly ArrayBuffer[] {
  const buffers = [x, y].flatMap((arrays) => leavesOf(arrays).map(([, { data }]) => data.buffer));
  return [...new Set(buffers.filter((buffer): buffer is ArrayBuffer => buffer instanceof ArrayBuffer))];
}
