import { DescentError } from '@descent/core';
import { reason, UsageError } from '../../../errors.ts';

export type Bullmq = typeof import('bullmq');

/** Loaded on demand: most sweeps run on one machine. Throws a DescentError that says how to get it. */
export async function loadBullmq(): Promise<Bullmq> {
  try {
    // BullMQ loads ioredis by itself, and says less about it when it is missing.
    await import('ioredis');
    return await import('bullmq');
  } catch (cause) {
    throw new DescentError('the packages for sweeps over several machines are not installed', {
      received: reason(cause),
      expected: 'bullmq and ioredis',
      fix: 'npm install bullmq ioredis',
      cause,
    });
  }
}

/** How BullMQ connects: it goes on trying, whatever happens to the server. */
export interface Connection {
  readonly url: string;
  readonly maxRetriesPerRequest: null;
}

const SECONDS = 10;

/**
 * Asks a Redis server whether it is there.
 * @throws UsageError for what is no address of one, DescentError when nobody answers.
 */
export async function connectionTo(address: string): Promise<Connection> {
  const parsed = URL.canParse(address) ? new URL(address) : undefined;
  if (parsed === undefined || !['redis:', 'rediss:'].includes(parsed.protocol) || parsed.hostname === '')
    throw new UsageError('this is no address of a Redis server', {
      path: '--redis',
      received: address,
      expected: 'redis://host:6379, rediss:// with TLS, redis://:password@host:6379 with a password',
    });
  const { Redis } = await import('ioredis');
  const client = new Redis(address, {
    lazyConnect: true,
    connectTimeout: SECONDS * 1000,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  let last: unknown;
  client.on('error', (error) => {
    last = error;
  });
  try {
    await client.connect();
    await client.ping();
    return { url: address, maxRetriesPerRequest: null };
  } catch (cause) {
    throw new DescentError('the Redis server does not answer', {
      path: `${parsed.protocol}//${parsed.host}`,
      received: reason(last ?? cause),
      fix: 'start one: redis-server --appendonly yes --maxmemory-policy noeviction; and check address, password and firewall',
      cause,
    });
  } finally {
    client.disconnect();
  }
}

/** The name of the queue of all sweeps, unless one is given: workers take whatever is in it. */
export const QUEUE = 'descent-sweeps';

/** A result, or nothing once `signal` is aborted: a server that is away may never answer. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  // Whatever it comes to later is heard by nobody.
  work.catch(() => {});
  if (signal.aborted) return undefined;
  let stop = (): void => {};
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** At most so long: a connection that is broken cannot be closed politely. */
export async function closed(close: Promise<unknown>, milliseconds = 3_000): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([close.catch(() => {}), late]);
  clearTimeout(timer);
}
