import { proxy, type Remote, wrap } from 'comlink';
import type { SessionEvent, WorkerApi } from './protocol.ts';
import { sendProblems } from './travel.ts';

/** A session in a worker of its own. Its calls throw `ProblemError`; `problemOf` says what is in one. */
export interface Client {
  readonly api: Remote<WorkerApi>;
  /** Ends the worker, whatever it does. */
  end(): void;
}

let isReady = false;

/** Starts a worker; `listener` gets what happens in it. */
export function startClient(listener: (event: SessionEvent) => void): Client {
  if (!isReady) sendProblems();
  isReady = true;
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'descent-session' });
  const api = wrap<WorkerApi>(worker);
  void api.listen(proxy(listener));
  return { api, end: () => worker.terminate() };
}
