import {
  type Arrays,
  type Lifetime,
  lifetime,
  type NDArray,
  type State,
  stateEntry,
  type TensorType,
} from '@descent/core/backend';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Engine } from '../engines/engine.ts';

/** A tensor of a state, which owns it, and its type in graphs. */
export interface Entry {
  readonly tensor: TensorInfo;
  readonly type: TensorType;
}

/** What a state holds. */
export interface Held {
  readonly alive: Lifetime;
  readonly now: Map<string, Entry>;
  /** Entries that the last run replaced, for `rollback`; undefined when there is nothing to go back to. */
  before: ReadonlyMap<string, Entry> | undefined;
}

/** A state and what is in it, which only the backend sees. `onDispose` is told when it ends. */
export function createState(
  engine: Engine,
  owner: Lifetime,
  onDispose: (state: State) => void,
): { readonly state: State; readonly held: Held } {
  const alive = lifetime('the state', owner);
  const held: Held = { alive, now: new Map(), before: undefined };
  const state: State = {
    async read(names = [...held.now.keys()]) {
      alive.check();
      const entries = names.map((name) => [name, stateEntry(held.now, name)] as const);
      return Object.fromEntries(
        await Promise.all(
          entries.map(async ([name, { tensor, type }]) => [name, await engine.download(tensor, type)] as const),
        ),
      );
    },
    async write(entries: Arrays) {
      alive.check();
      forget(held, engine);
      for (const [name, array] of Object.entries(entries)) {
        const old = held.now.get(name);
        held.now.set(name, { tensor: engine.upload(array), type: typeOf(array) });
        if (old !== undefined) engine.release(old.tensor);
      }
    },
    rollback() {
      alive.check();
      const { before } = held;
      if (before === undefined) return false;
      for (const [name, entry] of before) {
        engine.release((held.now.get(name) as Entry).tensor);
        held.now.set(name, entry);
      }
      held.before = undefined;
      return true;
    },
    dispose() {
      alive.end();
      forget(held, engine);
      for (const { tensor } of held.now.values()) engine.release(tensor);
      held.now.clear();
      onDispose(state);
    },
  };
  return { state, held };
}

/** Frees what `rollback` would have brought back. */
export function forget(held: Held, engine: Engine): void {
  for (const { tensor } of held.before?.values() ?? []) engine.release(tensor);
  held.before = undefined;
}

/** Replaces entries by what a run has written; the old ones stay for `rollback`, or go when `first` is false (a later step of one run). */
export function replace(held: Held, engine: Engine, written: ReadonlyMap<string, TensorInfo>, first: boolean): void {
  const before = new Map<string, Entry>();
  for (const [name, tensor] of written) {
    const old = held.now.get(name) as Entry;
    before.set(name, old);
    held.now.set(name, { tensor, type: old.type });
  }
  if (first) held.before = before;
  else for (const { tensor } of before.values()) engine.release(tensor);
}

export function typeOf({ dtype, shape }: NDArray): TensorType {
  return { dtype: dtype === 'float64' ? 'float32' : dtype, shape };
}
