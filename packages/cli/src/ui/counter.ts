import type { Io } from '../io.ts';
import { startBar } from './progress.ts';

/** Shows how many of something are done. */
export interface Counter {
  update(done: number): void;
  /** Takes the bar away, so that a line can be printed. */
  clear(): void;
}

const NO_COUNTER: Counter = { update: () => {}, clear: () => {} };

/** A bar on a terminal; nothing elsewhere. Without a `total`, which a stream does not know, only a number. */
export function createCounter(
  { err }: Pick<Io, 'err'>,
  { total, of, quiet = false }: { readonly total?: number; readonly of: string; readonly quiet?: boolean },
): Counter {
  if (quiet || !err.isTerminal) return NO_COUNTER;
  let bar: ReturnType<typeof startBar> | null = null;
  const format =
    total === undefined ? `{value} ${of}` : `${err.colors.cyan('{bar}')}  {value}/{total} ${of}  {eta_formatted} left`;
  return {
    update(done) {
      bar ??= startBar(err, format, total ?? 0, {});
      bar.update(done);
    },
    clear() {
      bar?.stop();
      bar = null;
    },
  };
}
