// The other side of link.ts: runs in a worker thread of its own.
import { parentPort, workerData } from 'node:worker_threads';
import { remake } from '../../lazy/remake.ts';
import { limiter, READS_AT_ONCE } from '../limiter.ts';
import { makeBatch } from '../make-batch.ts';
import { type AnyDataset, type Samples, samplesOf } from '../samples.ts';
import { buffersOf, type Request, type Response, toPlain, type WorkerTask } from './protocol.ts';

const { data, rules } = workerData as WorkerTask;
const limit = limiter(READS_AT_ONCE);
const dataset: Promise<AnyDataset> = data.kind === 'memory' ? Promise.resolve(data.dataset) : remake(data);
const samples: Promise<Samples> = dataset.then(samplesOf);
// Told with each batch that is asked for.
samples.catch(() => {});

let open = 0;
parentPort?.on('message', ({ id, task }: Request) => {
  // While batches are asked for, only the work on them keeps this thread alive: an item that waits for what never comes ends it, instead of all.
  if (open++ === 0) parentPort?.unref();
  samples
    .then((all) => makeBatch(all, rules, limit, task))
    .then((made) => answer({ id, made }, buffersOf(made)))
    .catch((error: unknown) => answer({ id, error: toPlain(error) }));
});

function answer(response: Response, moved: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(response, moved);
  if (--open === 0) parentPort?.ref();
}
