import { expectKind, notWhatWasWanted } from '../options.ts';

/** A `Worker` of a browser or of Node. */
export interface AnyWorker {
  postMessage(message: unknown, transfer: never): void;
  terminate(): unknown;
}

/** An address: a text or a `URL`. */
export type Address = string | { readonly href: string };

/** Which worker a backend lives in: that of its package (`true`), one that runs the script at an address, or one that was started. */
export type WorkerOption = true | Address | AnyWorker;

/** Throws a `ValueError` unless `worker` says which worker to use. */
export function expectWorker(worker: unknown): asserts worker is WorkerOption {
  if (worker === true || typeof worker === 'string') return;
  if (typeof worker === 'object' && worker !== null && ('postMessage' in worker || 'href' in worker)) return;
  throw notWhatWasWanted('worker', worker, {
    what: 'true, the address of a script, or a Worker',
    example: "new Worker('/backend-worker.js', { type: 'module' })",
  });
}

/**
 * The worker that the option means; `start` starts the one of the package, or one at an address.
 * @throws ValueError for what is no such option.
 */
export function workerOf(worker: WorkerOption, start: (address?: Address) => AnyWorker): AnyWorker {
  expectWorker(worker);
  expectKind('start', start, 'function', '(address) => new Worker(address)');
  if (worker === true) return start();
  return typeof worker === 'object' && 'postMessage' in worker ? worker : start(worker);
}
