// The other side of client.ts: runs in a worker thread of its own.
import { parentPort, workerData } from 'node:worker_threads';
import { type Arrays, BackendError, type CompiledProgram } from '@descent/core/backend';
import type { LoopPlan } from '../plan.ts';
import { localSessions } from '../sessions.ts';
import type { Held } from '../state.ts';
import { buffersOf, type Calls, type Request, type Response, toPlain, type WorkerOptions } from './protocol.ts';

type Handlers = { readonly [K in keyof Calls]: (...args: Parameters<Calls[K]>) => Promise<ReturnType<Calls[K]>> };

const sessions = localSessions((workerData as WorkerOptions).device);
const executables = new Map<number, Promise<CompiledProgram<Held>>>();
const loops = new Map<number, LoopPlan>();
const states = new Map<number, Held>();

/** What was disposed is no longer known here. */
function known<T>(things: ReadonlyMap<number, T>, id: number, what: string): T {
  const thing = things.get(id);
  if (thing !== undefined) return thing;
  throw new BackendError(`${what} was used after dispose`, {
    fix: 'dispose it after its last use, or create another one',
  });
}

const heldBy = (id: number | null): Held | undefined => (id === null ? undefined : known(states, id, 'the state'));

const handlers: Handlers = {
  async open(id, plan) {
    // Described by the thread that asks.
    const executable = sessions.open(plan, { loop: () => loops.get(id) as LoopPlan, text: () => '' });
    executables.set(id, executable);
    await executable;
  },
  loop: async (id, plan) => void loops.set(id, plan),
  run: async (id, feeds, state, step) =>
    (await known(executables, id, 'the executable')).run(feeds, heldBy(state), step),
  async runSteps(id, steps, feeds, state) {
    const { runSteps } = await known(executables, id, 'the executable');
    return (runSteps as NonNullable<typeof runSteps>)(steps, feeds, heldBy(state));
  },
  async close(id) {
    (await known(executables, id, 'the executable')).dispose?.();
    executables.delete(id);
    loops.delete(id);
  },
  createState: async (id) => void states.set(id, await sessions.state()),
  readState: (id, names) => known(states, id, 'the state').read(names ?? undefined),
  writeState: async (id, entries) => known(states, id, 'the state').write(entries),
  rollback: async (id) => known(states, id, 'the state').rollback(),
  async closeState(id) {
    known(states, id, 'the state').dispose();
    states.delete(id);
  },
};

/** Calls whose results belong to nobody else here, so their memory can be moved. */
const MOVED: ReadonlySet<string> = new Set(['run', 'runSteps', 'readState']);

parentPort?.on('message', ({ id, call, args }: Request) => {
  const handler = handlers[call] as (...args: readonly unknown[]) => Promise<unknown>;
  const answer = (response: Response, moved: readonly ArrayBuffer[] = []): void => {
    parentPort?.postMessage(response, moved);
  };
  Promise.resolve()
    .then(() => handler(...args))
    .then(
      (result) => answer({ id, result }, MOVED.has(call) ? buffersOf(result as Arrays) : []),
      (error: unknown) => answer({ id, error: toPlain(error) }),
    );
});
