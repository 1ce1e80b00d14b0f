import { type Arrays, type Lifetime, lifetime, type State, stateEntry } from '@descent/core/backend';
import type { StateValue, Values } from './values.ts';

/** What a state holds. */
export interface Held {
  readonly alive: Lifetime;
  readonly now: Map<string, StateValue>;
  /** Entries that the last run replaced, for `rollback`; undefined when there is nothing to go back to. */
  before: ReadonlyMap<string, StateValue> | undefined;
}

/** A state and what is in it, which only the backend sees. `onDispose` is told when it ends. */
export function createState(
  values: Values,
  owner: Lifetime,
  onDispose: (state: State) => void,
): { readonly state: State; readonly held: Held } {
  const alive = lifetime('the state', owner);
  const held: Held = { alive, now: new Map(), before: undefined };
  const state: State = {
    async read(names = [...held.now.keys()]) {
      alive.check();
      return Object.fromEntries(names.map((name) => [name, values.read(stateEntry(held.now, name))]));
    },
    async write(entries: Arrays) {
      alive.check();
      forget(held, values);
      for (const [name, array] of Object.entries(entries)) {
        const old = held.now.get(name);
        held.now.set(name, values.fromArray(array));
        if (old !== undefined) values.drop(old);
      }
    },
    rollback() {
      alive.check();
      const { before } = held;
      if (before === undefined) return false;
      for (const [name, value] of before) {
        values.drop(held.now.get(name) as StateValue);
        held.now.set(name, value);
      }
      held.before = undefined;
      return true;
    },
    dispose() {
      alive.end();
      forget(held, values);
      for (const value of held.now.values()) values.drop(value);
      held.now.clear();
      onDispose(state);
    },
  };
  return { state, held };
}

/** Frees what `rollback` would have brought back. */
export function forget(held: Held, values: Values): void {
  for (const value of held.before?.values() ?? []) values.drop(value);
  held.before = undefined;
}

/** Replaces entries by what a run has written; the old ones stay for `rollback` when `keep` is true. */
export function replace(held: Held, values: Values, written: ReadonlyMap<string, StateValue>, keep: boolean): void {
  const before = new Map<string, StateValue>();
  for (const [name, value] of written) {
    before.set(name, held.now.get(name) as StateValue);
    held.now.set(name, value);
  }
  if (keep) held.before = before;
  else for (const value of before.values()) values.drop(value);
}
