import { BackendError } from '../errors.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { expectKind } from '../options.ts';
import { checkEntry } from './check.ts';
import type { Arrays } from './contract.ts';

/** How a backend keeps arrays on its device. Values are never changed, only replaced. */
export interface Store<T> {
  /** A value of its own; `array` may change once it is there. */
  put(array: NDArray): T | Promise<T>;
  /** A copy of the value. */
  get(value: T): NDArray | Promise<NDArray>;
  typeOf(value: T): Pick<NDArray, 'dtype' | 'shape'>;
  /** Frees a value that no state has any more. Left out where values are garbage like any other. */
  free?(value: T): void;
}

/** What a backend keeps for a state: its entries, and those that the last run has replaced. */
export interface Entries<T> {
  /**
   * The value that the graph input `n` of this name reads.
   * @throws BackendError when there is none, or one of another type.
   */
  valueFor(name: string, n: Pick<Node, 'type'>): T;
  read(names?: readonly string[]): Promise<Arrays>;
  /** Adds entries or replaces them, all at once when all are on the device. */
  write(arrays: Arrays): Promise<void>;
  /** To be called before a run that writes: there is nothing to go back to from now on. */
  forget(): void;
  /** Takes in what a run has written. With `keep`, `rollback` brings back what it replaced. */
  replace(written: ReadonlyMap<string, T>, keep: boolean): void;
  rollback(): boolean;
  dispose(): void;
}

/** An empty state on what `store` keeps. */
export function createEntries<T>(store: Store<T>): Entries<T> {
  expectKind(
    'createEntries',
    store,
    { put: 'function', get: 'function', typeOf: 'function' },
    '{ put: (array) => array, get: (array) => array, typeOf: (array) => array }',
  );
  const now = new Map<string, T>();
  /** Undefined for an entry that was not there. */
  let before: ReadonlyMap<string, T | undefined> | undefined;
  let ended = false;
  const free = (values: Iterable<T | undefined>): void => {
    if (store.free !== undefined) for (const value of values) if (value !== undefined) store.free(value);
  };
  const forget = (): void => {
    free(before?.values() ?? []);
    before = undefined;
  };
  const replace = (written: ReadonlyMap<string, T>, keep: boolean): void => {
    // The state ended meanwhile.
    if (ended) {
      free(written.values());
      return;
    }
    const replaced = new Map<string, T | undefined>();
    for (const [name, value] of written) {
      replaced.set(name, now.get(name));
      now.set(name, value);
    }
    if (keep) before = replaced;
    else free(replaced.values());
  };
  const find = (name: string): T => {
    const value = now.get(name);
    if (value !== undefined) return value;
    throw new BackendError(`the state has no entry '${name}'`, {
      received: name,
      expected: [...now.keys()].join(', ') || 'nothing: it is empty',
    });
  };
  return {
    valueFor(name, n) {
      const value = now.get(name);
      checkEntry(name, value === undefined ? undefined : store.typeOf(value), n);
      return value as T;
    },
    async read(names = [...now.keys()]) {
      const values = names.map((name) => [name, find(name)] as const);
      return Object.fromEntries(
        await Promise.all(values.map(async ([name, value]) => [name, await store.get(value)] as const)),
      );
    },
    async write(arrays) {
      const written = new Map<string, T>();
      try {
        for (const [name, array] of Object.entries(arrays)) written.set(name, await store.put(array));
      } catch (error) {
        free(written.values());
        throw error;
      }
      forget();
      replace(written, false);
    },
    forget,
    replace,
    rollback() {
      if (before === undefined) return false;
      for (const [name, value] of before) {
        free([now.get(name)]);
        if (value === undefined) now.delete(name);
        else now.set(name, value);
      }
      before = undefined;
      return true;
    },
    dispose() {
      ended = true;
      forget();
      free(now.values());
      now.clear();
    },
  };
}
