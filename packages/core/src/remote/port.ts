import type { AnyWorker } from '../backend/worker-option.ts';
import { BackendError } from '../errors.ts';

/** The end of a channel on which messages come and go. */
export interface Port {
  /** Hands `message` over; the memory of `moved` goes along without being copied. */
  post(message: unknown, moved?: readonly ArrayBuffer[]): void;
  /** Calls `listener` for each message. Called once. */
  listen(listener: (message: unknown) => void): void;
}

/** The end that belongs to whoever started the worker. */
export interface WorkerPort extends Port {
  /** Whether a worker that is ended from outside does not say so. */
  readonly endsInSilence: boolean;
  /** Calls `listener` when the worker has failed or ended, perhaps more than once. */
  onEnd(listener: (reason: string) => void): void;
  /** Whether the process has to stay for the worker; a page stays anyway. */
  hold(isNeeded: boolean): void;
  close(): Promise<void>;
}

/** What `worker_threads.Worker` has. */
interface NodeWorker extends AnyWorker {
  on(event: string, listener: (value: unknown) => void): void;
  ref(): void;
  unref(): void;
}

interface WebEvent {
  readonly data?: unknown;
  readonly message?: string;
}

/** What the `Worker` of a browser has. */
interface WebWorker extends AnyWorker {
  addEventListener(event: string, listener: (event: WebEvent) => void): void;
}

/** The port to a worker that was started. It keeps the process alive only when it is told to. */
export function portOf(worker: AnyWorker): WorkerPort {
  const post = (message: unknown, moved: readonly ArrayBuffer[] = []): void =>
    worker.postMessage(message, moved as never);
  return { post, ...('on' in worker ? ofNode(worker as NodeWorker) : ofWeb(worker as WebWorker)) };
}

type Rest = Omit<WorkerPort, 'post'>;

function ofNode(worker: NodeWorker): Rest {
  worker.unref();
  return {
    endsInSilence: false,
    listen: (listener) => worker.on('message', listener),
    onEnd(listener) {
      worker.on('error', (error) => listener(String(error)));
      worker.on('messageerror', (error) => listener(String(error)));
      worker.on('exit', (code) => listener(`exit code ${String(code)}`));
    },
    hold: (isNeeded) => (isNeeded ? worker.ref() : worker.unref()),
    async close() {
      // Else the process might end before the worker has, with the caller still waiting.
      worker.ref();
      await worker.terminate();
    },
  };
}

function ofWeb(worker: WebWorker): Rest {
  return {
    endsInSilence: true,
    listen: (listener) => worker.addEventListener('message', ({ data }) => listener(data)),
    onEnd(listener) {
      worker.addEventListener('error', ({ message }) =>
        listener(message ?? 'its script could not be loaded: see the console and the network log of the page'),
      );
      worker.addEventListener('messageerror', () => listener('a message that could not be read'));
    },
    hold() {},
    async close() {
      worker.terminate();
    },
  };
}

/** What a worker sees of whoever started it. */
export function portOfParent(): Port {
  const parent = host.process?.getBuiltinModule?.('node:worker_threads').parentPort;
  if (parent != null) {
    return {
      post: (message, moved = []) => parent.postMessage(message, moved),
      listen: (listener) => parent.on('message', listener),
    };
  }
  if (typeof host.postMessage !== 'function' || typeof host.addEventListener !== 'function') {
    throw new BackendError('this answers from a worker, and this thread is none', {
      fix: 'start a worker that runs this script; in this thread, use the backend itself',
    });
  }
  return {
    post: (message, moved = []) => host.postMessage(message, moved),
    listen: (listener) => host.addEventListener('message', ({ data }) => listener(data)),
  };
}

interface NodePort {
  postMessage(message: unknown, moved: readonly ArrayBuffer[]): void;
  on(event: 'message', listener: (message: unknown) => void): void;
}

/** What workers of Node and of browsers find in their global scope; core builds on the language alone. */
interface WorkerScope {
  readonly process?: { getBuiltinModule?(name: string): { readonly parentPort: NodePort | null } };
  postMessage(message: unknown, moved: readonly ArrayBuffer[]): void;
  addEventListener(event: 'message', listener: (event: WebEvent) => void): void;
}

const host = globalThis as unknown as WorkerScope;
