import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { DatasetDefinition, RemoteFile } from '../src/public/index.ts';

export interface Mirror {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly requests: {
    readonly path: string;
    readonly range: string | undefined;
    readonly authorization: string | undefined;
  }[];
}

export type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

/** A real server on loopback that ends with the test. `count` is the number of the request, from 1. */
export async function mirror(handler: Handler): Promise<Mirror> {
  const requests: Mirror['requests'] = [];
  const server = createServer((request, response) => {
    const { range, authorization } = request.headers;
    requests.push({ path: request.url ?? '', range, authorization });
    handler(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** Serves bytes, ranges included. */
export function serving(bytes: Uint8Array, headers: Readonly<Record<string, string>> = {}): Handler {
  return (request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (from > 0 && from >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
      return;
    }
    const partial = from > 0;
    response.writeHead(partial ? 206 : 200, {
      'content-length': String(bytes.length - from),
      ...(partial ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
      ...headers,
    });
    response.end(bytes.subarray(from));
  };
}

/** Announces the whole, or the rest that a range asks for, sends `count` bytes of it, and breaks the connection. */
export function cutting(bytes: Uint8Array, count: number): Handler {
  return (request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': String(bytes.length - from),
      ...(from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    response.write(bytes.subarray(from, from + count), () => breakSoon(response));
  };
}

const waiting = new Set<() => void>();

/**
 * Breaks the connection once the other side says by `takenSome` that it has some of the bytes: those on the way are lost with it, so that by the clock alone
 * there might be none. After a second at the latest.
 */
export function breakSoon(response: ServerResponse): void {
  const { socket } = response;
  const end = (): void => {
    clearTimeout(timer);
    waiting.delete(end);
    socket?.destroy();
  };
  const timer = setTimeout(end, 1_000);
  waiting.add(end);
}

/** Called by a client when bytes of an answer have arrived. */
export function takenSome(): void {
  for (const end of waiting) end();
}

export function status(code: number, headers: Readonly<Record<string, string>> = {}): Handler {
  return (_, response) => {
    response.writeHead(code, headers).end('no');
  };
}

/** Bytes that do not repeat, the same each time. */
export function noise(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A data set of one file. */
export function definitionOf(
  bytes: Uint8Array,
  urls: readonly string[],
  file: Partial<RemoteFile> = {},
): DatasetDefinition {
  return {
    id: 'toy',
    name: 'Toy',
    summary: 'made up',
    task: 'classification',
    classes: ['a'],
    item: { shape: [1], dtype: 'uint8' },
    items: { train: 1, test: 1 },
    licence: 'CC0-1.0',
    source: 'made up',
    citation: '',
    folder: 'Toy/raw',
    mirrors: [],
    files: [{ name: 'toy.bin', bytes: bytes.length, sha256: sha256(bytes), parts: ['train'], urls, ...file }],
    needs: [{ what: 'data', part: 'train', names: ['toy.bin'] }],
  };
}
