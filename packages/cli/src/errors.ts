import { DescentError } from '@descent/core';

/** The command line or the config does not say something that Descent understands. */
export class UsageError extends DescentError {
  override readonly name = 'UsageError';
}

/** What Descent says about something in a config, as a mistake of the config at `path`. */
export function mistakeAt(path: string, error: unknown): unknown {
  if (!(error instanceof DescentError)) return error;
  const inner = error.details.path;
  return new UsageError(error.summary, { ...error.details, path: inner === undefined ? path : `${path} › ${inner}` });
}

/** The user stopped the command. */
export class InterruptedError extends DescentError {
  override readonly name = 'InterruptedError';
}

export interface ExitCodes {
  readonly ok: 0;
  /** Something failed while it was done. */
  readonly failure: 1;
  /** The command line or the config is wrong. */
  readonly usage: 2;
  /** 128 + SIGINT, as shells have it. */
  readonly interrupted: 130;
}

export const EXIT: ExitCodes = { ok: 0, failure: 1, usage: 2, interrupted: 130 };

/** The first line of what went wrong, for people. */
export function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n', 1)[0] ?? text;
}

const NOT_WRITABLE: readonly unknown[] = ['EROFS', 'EACCES', 'EPERM', 'ENOSPC', 'EDQUOT'];

/** The same error, with the option that puts the file elsewhere, where a disk is what is in the way. */
export function elsewhere(error: unknown, fix: string): unknown {
  if (!(error instanceof DescentError)) return error;
  const { code } = (error.details.cause ?? {}) as NodeJS.ErrnoException;
  return NOT_WRITABLE.includes(code) ? new DescentError(error.summary, { ...error.details, fix }) : error;
}
