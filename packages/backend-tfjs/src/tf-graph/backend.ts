import { type Backend, type Executable, lifetime, lookUpState, type State } from '@descent/core/backend';
import type { Binding } from './binding.ts';
import { createExecutable } from './executable.ts';
import { createState, type Held } from './state.ts';
import type { Residence } from './translate.ts';
import { createValues } from './values.ts';

/** The backend that runs each program as one TensorFlow graph. */
export function tensorFlowBackend(name: string, binding: Binding, residence: Residence): Backend {
  const alive = lifetime(`the backend ${name}`);
  const values = createValues(binding, residence);
  const states = new WeakMap<State, Held>();
  // What holds native memory, to be freed with the backend.
  const executables = new Set<Executable>();
  const open = new Set<State>();

  const heldBy = (state: State | undefined): Held => {
    const held = lookUpState(states, state);
    held.alive.check();
    return held;
  };
  const ended = (executable: Executable): void => void executables.delete(executable);

  return {
    name,
    async compile(program) {
      alive.check();
      const executable = createExecutable(program, { binding, residence, values, owner: alive, heldBy, ended });
      executables.add(executable);
      return executable;
    },
    async state(entries) {
      alive.check();
      const { state, held } = createState(values, alive, (one) => void open.delete(one));
      await state.write(entries);
      states.set(state, held);
      open.add(state);
      return state;
    },
    async dispose() {
      alive.end();
      // States first, so that nothing is brought home from programs that go.
      for (const state of [...open]) state.dispose();
      for (const executable of [...executables]) executable.dispose();
    },
  };
}
