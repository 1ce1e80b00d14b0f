import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { DescentError } from '@descent/core';
import type { BatchTask, MadeBatch } from '../make-batch.ts';
import { namesOf, reasonOf } from '../sample-error.ts';
import { fromPlain, type Request, type Response, type WorkerTask } from './protocol.ts';

/** One worker thread. It does not keep the process alive unless `hold` says so. */
export interface Link {
  /** Batches that were asked for and did not come yet. */
  readonly load: number;
  readonly isAlive: boolean;
  make(task: BatchTask): Promise<MadeBatch>;
  hold(on: boolean): void;
  /** Ends the thread; what was asked for fails. */
  close(): Promise<void>;
}

interface Waiting {
  readonly task: BatchTask;
  resolve(made: MadeBatch): void;
  reject(error: Error): void;
}

/** The file that workers run; undefined where a bundler took this one along and left it behind. */
export function workerFile(): URL | undefined {
  // A bundle for `require` has no address.
  const here: string | undefined = import.meta.url;
  if (here === undefined) return undefined;
  // The compiler rewrites the ends of imports, not of addresses.
  const file = new URL(here.endsWith('.ts') ? './worker.ts' : './worker.js', here);
  return file.protocol !== 'file:' || existsSync(file) ? file : undefined;
}

export function noWorkerFile(): DescentError {
  return new DescentError('the file that worker threads run is not there', {
    path: 'loader: workers',
    received: 'no worker.js beside the code that starts it: @descent/datasets was put into a bundle',
    expected: 'dist/loader/workers/worker.js of the package, as it is installed',
    fix: 'leave the package out of the bundle (esbuild: --external:@descent/datasets; Rollup and webpack: external or externals), or pass workers: 0',
  });
}

/** Starts a worker. `nameOf` names the items that were lost when it dies. */
export function openLink(workerData: WorkerTask, nameOf: (item: number) => string): Link {
  // Options such as --input-type or --inspect-brk are for the main thread; how packages resolve is for both.
  const execArgv = process.execArgv.filter((argument) => argument.startsWith('--conditions='));
  const file = workerFile();
  if (file === undefined) throw noWorkerFile();
  const worker = new Worker(file, { workerData, execArgv });
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  /** Why it ended. */
  let end: string | undefined;
  worker.unref();

  const fail = (why: string): void => {
    end ??= why;
    // It may have begun the next batch already, so any of them can be to blame.
    const lostItems = [...waiting.values()].map(
      ({ task }) => `batch ${task.index} of epoch ${task.epoch}: ${namesOf(task.items, nameOf)}`,
    );
    for (const { task, reject } of waiting.values()) reject(lost(task, end, lostItems));
    waiting.clear();
  };
  worker.on('message', (response: Response) => {
    const asked = waiting.get(response.id);
    waiting.delete(response.id);
    if ('error' in response) asked?.reject(fromPlain(response.error));
    else asked?.resolve(response.made);
  });
  // An error that nobody caught comes before the exit it causes, and says more.
  worker.on('error', (error) => fail(reasonOf(error)));
  worker.on('messageerror', (error) => fail(reasonOf(error)));
  worker.on('exit', (code) =>
    fail(`exit code ${code}${code === 0 ? ', which means that an item waits for what never comes' : ''}`),
  );

  return {
    get load() {
      return waiting.size;
    },
    get isAlive() {
      return end === undefined;
    },
    make: (task) =>
      new Promise((resolve, reject) => {
        if (end !== undefined) {
          reject(lost(task, end, []));
          return;
        }
        const request: Request = { id: nextId++, task };
        waiting.set(request.id, { task, resolve, reject });
        worker.postMessage(request);
      }),
    hold(on) {
      if (on) worker.ref();
      else worker.unref();
    },
    async close() {
      fail('it was closed');
      // Else the process might end before the thread has, with the caller still waiting.
      worker.ref();
      await worker.terminate();
    },
  };
}

function lost({ epoch, index }: BatchTask, why: string, items: readonly string[]): DescentError {
  return new DescentError('the worker thread that made this batch ended', {
    path: `batch ${index} of epoch ${epoch}`,
    received: [why, ...items].join('\n            '),
    expected: 'a batch, or an error about an item',
    fix: 'look at these items; workers: 0 reads them in this thread, where a debugger stops',
  });
}
