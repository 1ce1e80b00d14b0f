import { BackendError, type Lifetime, lifetime, type State } from '@descent/core/backend';
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
          const { data, ...type } = toArray(entryOf(held, name));
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

function entryOf({ now }: Held, name: string): Ort.Tensor {
  const tensor = now.get(name);
  if (tensor !== undefined) return tensor;
  throw new BackendError(`the state has no entry '${name}'`, {
    received: name,
    expected: [...now.keys()].join(', ') || 'nothing: it is empty',
  });
}

/** What a backend remembers of a state. Throws a `BackendError` when there is no state, or one that it does not know. */
export function lookUp<T>(state: State | undefined, states: WeakMap<State, T>): T {
  if (state === undefined) {
    throw new BackendError('the program reads a state, but none was given', {
      fix: 'pass one made by backend.state(…)',
    });
  }
  const known = states.get(state);
  if (known !== undefined) return known;
  throw new BackendError('the state belongs to another backend', {
    fix: 'make it with the state(…) of the backend that compiled the program',
  });
}
