import type { Compiled, HeldState } from '@descent/core/backend';
import { createExecutable } from './executable.ts';
import type { LoopPlan, Plan } from './plan.ts';
import { createSession, loadRuntime, type SessionOptions } from './session.ts';
import { createHeld, type Held } from './state.ts';

/** Where sessions and states live: in this thread or in another one. */
export interface Host<H extends HeldState> {
  open(plan: Plan, loopPlan: () => LoopPlan): Promise<Required<Compiled<H>>>;
  /** A state without entries. */
  state(): Promise<H>;
  dispose(): Promise<void>;
}

/** Sessions in this thread. */
export function localHost(sessionOptions: SessionOptions): Host<Held> {
  return {
    async open(plan, loopPlan) {
      const runtime = await loadRuntime();
      const session = await createSession(runtime, plan.bytes, { ...sessionOptions, level: plan.level });
      return createExecutable({ plan, loopPlan, session, runtime, sessionOptions });
    },
    state: async () => createHeld(await loadRuntime()),
    async dispose() {},
  };
}
