// The server as a process of its own, so that its time and its memory are its own.
import { utimes } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ModelServer, serveModels } from '@descent/serve';
import { answerRequests } from '../lib/processes.ts';

export interface ServerRequest {
  readonly do: 'start' | 'time' | 'memory' | 'reload';
  readonly path?: string;
  readonly maxBatch?: number;
  readonly queue?: number;
  readonly timeout?: number;
}

export interface Started {
  readonly url: string;
}

export interface Time {
  /** Of all threads, since the process began. */
  readonly cpuMs: number;
}

/** In MB. */
export interface Memory {
  readonly resident: number;
  readonly heap: number;
  readonly external: number;
}

let server: ModelServer | undefined;
let file = '';

await answerRequests(async ({ do: what, path = '', ...options }: ServerRequest): Promise<object> => {
  if (what === 'start') {
    file = path;
    server = await serveModels({ path, port: 0, reload: 0, onnx: { threads: 1 }, ...options });
    return { url: server.url } satisfies Started;
  }
  if (what === 'time') {
    const { user, system } = process.cpuUsage();
    return { cpuMs: (user + system) / 1000 } satisfies Time;
  }
  if (what === 'reload') {
    const now = new Date();
    await utimes(file, now, now);
    await server?.refresh();
    return {};
  }
  // Memory that nobody holds is not the server's.
  globalThis.gc?.();
  await sleep(10);
  const { rss, heapUsed, external } = process.memoryUsage();
  const megabytes = (bytes: number): number => bytes / 2 ** 20;
  return { resident: megabytes(rss), heap: megabytes(heapUsed), external: megabytes(external) } satisfies Memory;
});
await server?.close(2000);
