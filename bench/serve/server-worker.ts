// The server as a process of its own, so that its time and its memory are its own.
import { setTimeout as sleep } from 'node:timers/promises';
import { type ModelServer, serveModels } from '@descent/serve';
import { answerRequests } from '../lib/processes.ts';

export interface ServerRequest {
  readonly do: 'start' | 'time' | 'memory';
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

export interface Memory {
  readonly megabytes: number;
}

let server: ModelServer | undefined;

await answerRequests(async ({ do: what, path = '', ...options }: ServerRequest): Promise<object> => {
  if (what === 'start') {
    server = await serveModels({ path, port: 0, reload: 0, onnx: { threads: 1 }, ...options });
    return { url: server.url } satisfies Started;
  }
  if (what === 'time') {
    const { user, system } = process.cpuUsage();
    return { cpuMs: (user + system) / 1000 } satisfies Time;
  }
  // Memory that nobody holds is not the server's.
  globalThis.gc?.();
  await sleep(10);
  return { megabytes: process.memoryUsage.rss() / 2 ** 20 } satisfies Memory;
});
await server?.close(2000);
