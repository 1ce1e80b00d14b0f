import type { State } from '../backend/contract.ts';
import { type Lifetime, lifetime } from '../backend/lifetime.ts';
import { stateEntry } from '../backend/states.ts';
import type { RefArray } from '../ops/_reference.ts';
import { copy, type Precision } from './evaluate.ts';

export type Entries = ReadonlyMap<string, RefArray>;

/** What a state holds. Arrays and maps are never changed, so the entries from before a run are kept at no cost. */
export interface Held {
  readonly alive: Lifetime;
  now: Entries;
  /** From before the last run that wrote; undefined when there is nothing to go back to. */
  before: Entries | undefined;
}

/** A state and what is in it, which only the backend sees. */
export function createState(precision: Precision, owner: Lifetime): { readonly state: State; readonly held: Held } {
  const alive = lifetime('the state', owner);
  const held: Held = { alive, now: new Map(), before: undefined };
  const state: State = {
    async read(names = [...held.now.keys()]) {
      alive.check();
      return Object.fromEntries(names.map((name) => [name, copy(stateEntry(held.now, name), precision)]));
    },
    async write(entries) {
      alive.check();
      const written = Object.entries(entries).map(([name, array]) => [name, copy(array, precision)] as const);
      held.now = new Map([...held.now, ...written]);
      held.before = undefined;
    },
    rollback() {
      alive.check();
      const { before } = held;
      if (before === undefined) return false;
      held.now = before;
      held.before = undefined;
      return true;
    },
    dispose() {
      alive.end();
      held.now = new Map();
      held.before = undefined;
    },
  };
  return { state, held };
}
