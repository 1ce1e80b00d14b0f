import type { Arrays, Program, Store } from '@descent/core/backend';

/**
 * What tells the engines apart: `V` are the values that they keep, `L` is a program lowered for one batch size, `R` is that made ready to run.
 */
export interface Runner<V, L, R> {
  readonly name: string;
  readonly store: Store<V>;
  /** Whether values that a run replaces can be kept for `rollback`. */
  readonly keepsReplaced: boolean;
  /** Dynamic axes get the size `batch`. */
  lower(program: Program, batch: number): L;
  describe(lowered: L): string;
  open(lowered: L): R;
  close(ready: R): void;
  /** Starts one run, on what it is fed and on the entries that the program reads. */
  start(ready: R, feeds: Arrays, entries: ReadonlyMap<string, V>): Started<V>;
}

/** A run whose results may still be under way. */
export interface Started<V> {
  /** For the state. */
  readonly written: ReadonlyMap<string, V>;
  readonly results: Arrays | Promise<Arrays>;
}
