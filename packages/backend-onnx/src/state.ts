import { type Lifetime, lifetime, type State, stateEntry } from '@descent/core/backend';
import type { Ort } from './session.ts';
import { copyToTensor, toArray } from './tensors.ts';

export type Tensors = ReadonlyMap<string, Ort.Tensor>;

/**
 * What a state holds. Each run writes into fresh tensors (ONNX Runtime would compute wrongly if it wrote over what it reads), so maps and
 * tensors are never changed, and the entries from before a run are kept at no cost.
 */
export interface Held {
  now: Tensors;
  /** From before the last run that wrote; undefined when there is nothing to go back to. */
  before: Tensors | undefined;
  /** Settles when the last run that was started with this state has ended. */
  idle: Promise<unknown>;
}

/** A state and what is in it, which only the backend sees. */
export function createState(runtime: typeof Ort, owner: Lifetime): { readonly state: State; readonly held: Held } {
  const alive = lifetime('the state', owner);
  const held: Held = { now: new Map(), before: undefined, idle: Promise.resolve() };
  const state: State = {
    async read(names) {
      alive.check();
      await held.idle;
      const wanted = names ?? [...held.now.keys()];
      return Object.fromEntries(
        wanted.map((name) => {
          const { data, ...type } = toArray(stateEntry(held.now, name));
          return [name, { ...type, data: data.slice() }];
        }),
      );
    },
    async write(entries) {
      alive.check();
      await held.idle;
      const written = Object.entries(entries).map(([name, array]) => [name, copyToTensor(runtime, array)] as const);
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
