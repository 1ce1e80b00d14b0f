import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { folder } from '../helpers.ts';

/** A real server of its own for one test, with its data in a folder that goes afterwards. */
export interface TestRedis {
  readonly url: string;
  /** `kill -9`, and again with the same data. */
  readonly restart: () => Promise<void>;
}

export async function startRedis(): Promise<TestRedis> {
  const [port, at] = [await freePort(), folder()];
  let server = await started(port, at);
  onTestFinished(() => void server.kill('SIGKILL'));
  return {
    url: `redis://127.0.0.1:${port}`,
    async restart() {
      const gone = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await gone;
      await sleep(1500);
      server = await started(port, at);
    },
  };
}

async function started(port: number, at: string): Promise<ChildProcess> {
  const words = ['--bind', '127.0.0.1', '--port', String(port), '--dir', at, '--appendonly', 'yes'];
  const server = spawn('redis-server', [...words, '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'], {
    stdio: 'ignore',
  });
  const client = new Redis(port, '127.0.0.1', { retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => {});
  await client.ping();
  client.disconnect();
  return server;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });
}
