import { BackendError } from '../errors.ts';
import type { State } from './contract.ts';

/** What a backend remembers of a state that it made. Throws a `BackendError` when there is no state, or one that it does not know. */
export function lookUpState<T>(states: WeakMap<State, T>, state: State | undefined): T {
  if (state === undefined) {
    throw new BackendError('the program reads a state, but none was given', {
      fix: 'pass one made by backend.state(…)',
    });
  }
  const held = states.get(state);
  if (held !== undefined) return held;
  throw new BackendError('the state belongs to another backend', {
    fix: 'make it with the state(…) of the backend that compiled the program',
  });
}

/** The entry of a state by its name. Throws a `BackendError` that lists what there is. */
export function stateEntry<T>(entries: ReadonlyMap<string, T>, name: string): T {
  const entry = entries.get(name);
  if (entry !== undefined) return entry;
  throw new BackendError(`the state has no entry '${name}'`, {
    received: name,
    expected: [...entries.keys()].join(', ') || 'nothing: it is empty',
  });
}
