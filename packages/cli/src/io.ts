import { isAbsolute, relative } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { userCache } from '@descent/files';
import { interruptible } from '@descent/runs/interrupt';
import pc from 'picocolors';

/** A stream for people, and what is known about their screen. */
export interface Output {
  readonly stream: Writable;
  /** False for files and pipes: then nothing is drawn over, and nothing is coloured. */
  readonly isTerminal: boolean;
  readonly colors: ReturnType<typeof pc.createColors>;
}

/** Everything that a command touches outside its arguments, so that tests run commands in their own process. */
export interface Io {
  /** Results. */
  readonly out: Output;
  /** Errors and warnings. */
  readonly err: Output;
  /** Relative paths start here. */
  readonly cwd: string;
  /** Folder for what can be made again. */
  readonly cache: string;
  /** What is read for `-`. Default: standard input. */
  readonly input?: Readable;
  /** Aborted when the user wants to stop. */
  readonly signal: AbortSignal;
}

/** The streams of this process. The first Ctrl-C aborts the signal; the second ends the process at once. */
export function processIo(): Io {
  const { signal } = interruptible();
  // `descent … | head` closes the pipe early; that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return { out: output(process.stdout), err: output(process.stderr), cwd: process.cwd(), cache: userCache(), signal };
}

function output(stream: NodeJS.WriteStream): Output {
  const isTerminal = stream.isTTY === true;
  return { stream, isTerminal, colors: pc.createColors(isTerminal && pc.isColorSupported) };
}

export function print(output: Output, text = ''): void {
  output.stream.write(`${text}\n`);
}

/** Prints what is no error but should be known; also when little else is printed. */
export function warn(warnings: readonly string[], { err }: Io): void {
  for (const warning of warnings) print(err, `${err.colors.yellow('warning:')} ${warning}`);
}

/** A name that may be a path, which is then short where it can be. */
export function shownName(name: string, cwd: string): string {
  return isAbsolute(name) ? shownPath(name, cwd) : name;
}

/** `path` as the user would write it: relative to `cwd` when it lies inside. */
export function shownPath(path: string, cwd: string): string {
  const inside = relative(cwd, path);
  if (inside === '') return '.';
  return inside.startsWith('..') || isAbsolute(inside) ? path : inside;
}
