import { Worker } from 'node:worker_threads';
import { type Arrays, BackendError, type HeldState } from '@descent/core/backend';
import type { DeviceOptions } from '../device/options.ts';
import { TRAITS } from '../device/traits.ts';
import { describePlan } from '../executable.ts';
import type { Sessions } from '../sessions.ts';
import { type CallName, type Calls, fromPlain, type Request, type Response, type WorkerOptions } from './protocol.ts';
import { expectWorkerFile } from './worker-file.ts';

type Ask = <K extends CallName>(call: K, ...args: Parameters<Calls[K]>) => Promise<ReturnType<Calls[K]>>;

/** A state that the worker knows by its number. */
interface RemoteState extends HeldState {
  readonly id: number;
}

/** Sessions in a worker thread, which is started when it is first needed and ends with the backend or the process. */
export function workerSessions(device: DeviceOptions): Sessions<RemoteState> {
  let link: Link | undefined;
  let nextId = 0;
  const ask: Ask = (call, ...args) => {
    link ??= openLink({ device });
    return link.ask(call, ...args);
  };
  return {
    async open(plan, lazy) {
      const id = nextId++;
      await ask('open', id, plan);
      let loop: Promise<void> | undefined;
      const runSteps = async (steps: number, feeds: Arrays, held: RemoteState | undefined): Promise<Arrays> => {
        loop ??= ask('loop', id, lazy.loop());
        await loop;
        return ask('runSteps', id, steps, feeds, held?.id ?? null);
      };
      return {
        run: (feeds, held, step) => ask('run', id, feeds, held?.id ?? null, step),
        ...(TRAITS[device.device].steps === 'loop' && { runSteps }),
        describe: () => describePlan(plan, lazy),
        dispose: () => forget(ask('close', id)),
      };
    },
    async state() {
      const id = nextId++;
      await ask('createState', id);
      return {
        id,
        read: (names) => ask('readState', id, names ?? null),
        write: (entries) => ask('writeState', id, entries),
        rollback: () => ask('rollback', id),
        dispose: () => forget(ask('closeState', id)),
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

interface Link {
  readonly ask: Ask;
  close(): Promise<void>;
}

/** Starts the worker and matches its answers to the questions. It keeps the process alive only while an answer is due. */
function openLink(options: WorkerOptions): Link {
  // The compiler rewrites the ends of imports, not of addresses.
  const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js';
  // Options such as --input-type or --inspect-brk are for the main thread; how packages resolve is for both.
  const execArgv = process.execArgv.filter((argument) => argument.startsWith('--conditions='));
  const address = new URL(file, import.meta.url);
  expectWorkerFile(address);
  const worker = new Worker(address, { workerData: options, execArgv });
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let nextId = 0;
  let failure: Error | undefined;
  let closing = false;
  worker.unref();

  const settle = (id: number): { resolve(result: unknown): void; reject(error: Error): void } | undefined => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0 && !closing) worker.unref();
    return call;
  };
  const fail = (cause: unknown): void => {
    failure = new BackendError('the worker thread of the ONNX backend ended', {
      received: String(cause),
      fix: 'make another backend; what was in its states is lost, so go on from a checkpoint',
    });
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
  };
  worker.on('message', (response: Response) => {
    const call = settle(response.id);
    if ('error' in response) call?.reject(fromPlain(response.error));
    else call?.resolve(response.result);
  });
  worker.on('error', fail);
  worker.on('exit', (code) => fail(`exit code ${code}`));

  return {
    ask: (call, ...args) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) {
          reject(failure);
          return;
        }
        const id = nextId++;
        waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
        worker.ref();
        const request: Request = { id, call, args };
        worker.postMessage(request);
      }),
    async close() {
      // Else the process might end before the worker has, with the caller still waiting.
      closing = true;
      worker.ref();
      await worker.terminate();
    },
  };
}
