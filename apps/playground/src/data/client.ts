import { type Remote, wrap } from 'comlink';
import { sendProblems } from '../session/travel.ts';
import type { DataWorkerApi } from './worker-api.ts';

let started: Remote<DataWorkerApi> | null = null;

/** The worker that opens files; it starts when it is first needed. */
export function dataWorker(): Remote<DataWorkerApi> {
  if (started !== null) return started;
  sendProblems();
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'descent-data' });
  started = wrap<DataWorkerApi>(worker);
  return started;
}
