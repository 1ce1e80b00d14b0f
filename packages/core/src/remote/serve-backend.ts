import type { Backend, Executable, State } from '../backend/contract.ts';
import { BackendError } from '../errors.ts';
import { expectKind } from '../options.ts';
import { type BackendCalls, GIVE_ARRAYS } from './backend-calls.ts';
import { type Port, portOfParent } from './port.ts';
import { programFrom } from './program-from.ts';
import { type Handlers, serve } from './serve.ts';

/** A backend for a worker: how to make one, and what it lowers. */
export interface ServedBackend {
  /** From what `remoteParts` was given as options. */
  create(options: unknown): Backend | Promise<Backend>;
  /** Names of the composites that it has lowerings for. */
  readonly native: readonly string[];
}

/** Runs a backend in this worker, for the `remoteParts` of whoever started it. */
export function serveBackend(served: ServedBackend, port: Port = portOfParent()): void {
  serve<BackendCalls>(backendHandlers(served), GIVE_ARRAYS, port);
}

/** The answers of a backend, for a worker that answers other calls, too. */
export function backendHandlers(served: ServedBackend): Handlers<BackendCalls> {
  expectKind('the served backend', served, { create: 'function', native: 'list' }, '{ create, native: [] }');
  const { create, native } = served;
  let opened: Promise<Backend> | undefined;
  const executables = new Map<number, Executable>();
  const states = new Map<number, State>();
  const backend = (): Promise<Backend> => opened as Promise<Backend>;
  const stateOf = (id: number | null): State | undefined => (id === null ? undefined : known(states, id, 'the state'));
  return {
    async open(options) {
      if (opened !== undefined) {
        throw new BackendError('this worker has a backend already', { fix: 'start a worker for each backend' });
      }
      opened = Promise.resolve(create(options));
      await opened;
      return { native };
    },
    async compile(id, program) {
      const executable = await (await backend()).compile(programFrom(program));
      executables.set(id, executable);
      return executable.describe();
    },
    run: (id, feeds, state) => known(executables, id, 'the executable').run(feeds, stateOf(state)),
    runSteps: (id, steps, feeds, state) =>
      known(executables, id, 'the executable').runSteps(steps, feeds, stateOf(state)),
    close: (id) => end(executables, id),
    createState: async (id) => void states.set(id, await (await backend()).state({})),
    readState: (id, names) => known(states, id, 'the state').read(names ?? undefined),
    writeState: (id, entries) => known(states, id, 'the state').write(entries),
    rollback: async (id) => known(states, id, 'the state').rollback(),
    closeState: (id) => end(states, id),
  };
}

/** What was disposed is no longer known here. */
function known<T>(things: ReadonlyMap<number, T>, id: number, what: string): T {
  const thing = things.get(id);
  if (thing !== undefined) return thing;
  throw new BackendError(`${what} was used after dispose`, {
    fix: 'dispose it after its last use, or create another one',
  });
}

function end(things: Map<number, { dispose(): void }>, id: number): void {
  things.get(id)?.dispose();
  things.delete(id);
}
