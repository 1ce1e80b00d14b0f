import type { BackendParts, HeldState } from '../backend/create-backend.ts';
import type { AnyWorker } from '../backend/worker-option.ts';
import { expectKind } from '../options.ts';
import type { BackendCalls, BackendFacts } from './backend-calls.ts';
import { type Link, openLink } from './link.ts';
import { copied } from './messages.ts';
import { programData } from './program-data.ts';

/** A state that the worker knows by its number. */
export interface RemoteState extends HeldState {
  readonly id: number;
}

/** What a backend that lives in a worker is made from. */
export interface RemoteOptions {
  /** As in config, such as `'onnx:wasm'`. */
  readonly name: string;
  /** Starts a worker in which `serveBackend` runs; it belongs to the backend from then on. */
  start(): AnyWorker;
  /** Plain data for the backend in the worker. */
  readonly options: unknown;
}

/** Parts for `createBackend`, whose programs and states live in a worker. */
export interface RemoteParts extends BackendParts<RemoteState> {
  /** Starts the worker and makes the backend in it, unless that was done. Throws what making it throws there. */
  open(): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * The other side of `serveBackend`. Programs travel once, as data, and are lowered in the worker; states stay there. What is fed and what comes
 * back is copied once, so that nobody sees memory disappear. The worker starts at the first use and ends with the backend.
 */
export function remoteParts(remote: RemoteOptions): RemoteParts {
  expectKind('remoteParts', remote, { name: 'text', start: 'function' }, "{ name: 'mine', start, options }");
  const { name, start, options } = remote;
  let link: Link<BackendCalls> | undefined;
  let opened: Promise<BackendFacts> | undefined;
  let nextId = 0;
  const connected = async (): Promise<{ readonly link: Link<BackendCalls>; readonly facts: BackendFacts }> => {
    link ??= openLink<BackendCalls>(start(), name);
    opened ??= link.ask('open', [options]);
    return { link, facts: await opened };
  };
  return {
    name,
    open: async () => void (await connected()),
    async compile(program) {
      const { link, facts } = await connected();
      const id = nextId++;
      const data = programData(program, facts.native);
      const moved = Object.values(data.constants).map((array) => array.data.buffer as ArrayBuffer);
      const description = await link.ask('compile', [id, data], moved);
      return {
        run(feeds, held) {
          const { arrays, moved } = copied(feeds);
          return link.ask('run', [id, arrays, held?.id ?? null], moved);
        },
        runSteps(steps, feeds, held) {
          const { arrays, moved } = copied(feeds);
          return link.ask('runSteps', [id, steps, arrays, held?.id ?? null], moved);
        },
        describe: () => description,
        dispose: () => forget(link.ask('close', [id])),
      };
    },
    async state() {
      const { link } = await connected();
      const id = nextId++;
      await link.ask('createState', [id]);
      return {
        id,
        read: (names) => link.ask('readState', [id, names ?? null]),
        write(entries) {
          const { arrays, moved } = copied(entries);
          return link.ask('writeState', [id, arrays], moved);
        },
        rollback: () => link.ask('rollback', [id]),
        dispose: () => forget(link.ask('closeState', [id])),
      };
    },
    async dispose() {
      await link?.close();
    },
  };
}

/** For calls that nobody waits for: when the worker is gone, so is what they were to close. */
function forget(call: Promise<void>): void {
  call.catch(() => {});
}
