import { type Arrays, type Executable, lifetime, type State } from '@descent/core/backend';
import { createExecutable } from './executable.ts';
import type { LoopPlan, Plan } from './plan.ts';
import { createSession, loadRuntime, type SessionOptions } from './session.ts';
import { createState, type Held } from './state.ts';

/** Where sessions live: in this thread or in another one. */
export interface Host {
  open(plan: Plan, loopPlan: () => LoopPlan): Promise<Executable>;
  state(entries: Arrays): Promise<State>;
  dispose(): Promise<void>;
}

/** Sessions in this thread. */
export function localHost(sessionOptions: SessionOptions): Host {
  const alive = lifetime('the ONNX backend');
  const states = new WeakMap<State, Held>();
  return {
    async open(plan, loopPlan) {
      alive.check();
      const runtime = await loadRuntime();
      const session = await createSession(runtime, plan.bytes, { ...sessionOptions, level: plan.level });
      return createExecutable({ plan, loopPlan, session, runtime, sessionOptions, states, owner: alive });
    },
    async state(entries) {
      alive.check();
      const { state, held } = createState(await loadRuntime(), alive);
      await state.write(entries);
      states.set(state, held);
      return state;
    },
    async dispose() {
      alive.end();
    },
  };
}
