import { type Backend, type Executable, lifetime, lookUpState, type State } from '@descent/core/backend';
import type { Engine } from '../engines/engine.ts';
import { createExecutable } from './executable.ts';
import { createState, type Held } from './state.ts';

/** The backend that runs kernel lists on `engine`. */
export function kernelListBackend(engine: Engine): Backend {
  const name = `tfjs:${engine.name}`;
  const alive = lifetime(`the backend ${name}`);
  const states = new WeakMap<State, Held>();
  // What holds tensors, to be freed with the backend.
  const holders = new Set<Executable | State>();
  const ended = (holder: Executable | State): void => void holders.delete(holder);

  const heldBy = (state: State | undefined): Held => {
    const held = lookUpState(states, state);
    held.alive.check();
    return held;
  };

  return {
    name,
    async compile(program) {
      alive.check();
      const executable = createExecutable(program, engine, heldBy, alive, ended);
      holders.add(executable);
      return executable;
    },
    async state(entries) {
      alive.check();
      const { state, held } = createState(engine, alive, ended);
      await state.write(entries);
      states.set(state, held);
      holders.add(state);
      return state;
    },
    async dispose() {
      alive.end();
      for (const holder of [...holders]) holder.dispose();
    },
  };
}
