import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DatasetDescription, describeDatasets } from '@descent/datasets';
import { onTestFinished } from 'vitest';

export interface Mirror {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** Path and range of each request. */
  readonly requests: string[];
}

export type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

/** A real server on loopback that ends with the test. `count` is the number of the request, from 1. */
export async function mirror(handler: Handler): Promise<Mirror> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push([request.url, request.headers.range].filter((part) => part !== undefined).join(' '));
    handler(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** Serves the files by the end of the path, ranges included; 404 for others. */
export function serving(files: Readonly<Record<string, Uint8Array>>): Handler {
  return (request, response) => {
    const bytes = files[request.url?.split('/').at(-1) ?? ''];
    if (bytes === undefined) {
      response.writeHead(404).end();
      return;
    }
    const { from, head } = range(request, bytes);
    response.writeHead(from > 0 ? 206 : 200, head).end(bytes.subarray(from));
  };
}

/** Sends the first `count` bytes and then nothing more, without an end. */
export function stalling(bytes: Uint8Array, count: number): Handler {
  return (request, response) => {
    response.writeHead(200, range(request, bytes).head).write(bytes.subarray(0, count));
  };
}

function range(
  request: IncomingMessage,
  bytes: Uint8Array,
): { readonly from: number; readonly head: Readonly<Record<string, string>> } {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const part = from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {};
  return { from, head: { 'content-length': String(bytes.length - from), ...part } };
}

/** The bytes of an IDX file with one-byte elements, as LeCun's page defines it. */
export function idxBytes(shape: readonly number[], elements: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint8(2, 0x08);
  header.setUint8(3, shape.length);
  shape.forEach((size, i) => {
    header.setUint32(4 + 4 * i, size);
  });
  return Buffer.concat([new Uint8Array(header.buffer), elements]);
}

/** A data set of the given files, of which `train…` are to train and the others to test. */
/** Files of a set by their paths in its archive, as they lie in `root` after it was unpacked: with the note that they came out of it. */
export function unpacked(
  root: string,
  id: string,
  files: Readonly<Record<string, Uint8Array>>,
): Record<string, Uint8Array> {
  const set = describeDatasets().find((known) => known.id === id);
  const { name, sha256, md5 } = set?.files[0] ?? {};
  const noted = Object.entries(files).map(([path, bytes]) => [
    path,
    { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
  ]);
  const note = JSON.stringify({ format: 1, archive: { name, sha256, md5 }, files: Object.fromEntries(noted) });
  return Object.fromEntries(
    Object.entries({ ...files, [`${name}.contents.json`]: Buffer.from(note) }).map(([path, bytes]) => [
      `${root}/${set?.folder}/${path}`,
      bytes,
    ]),
  );
}

export function described(id: string, files: Readonly<Record<string, Uint8Array>>): DatasetDescription {
  const names = Object.keys(files);
  const part = (name: string): 'train' | 'test' => (name.startsWith('train') ? 'train' : 'test');
  return {
    id,
    name: id.toUpperCase(),
    summary: 'made up',
    task: 'classification',
    classes: ['a', 'b'],
    item: { shape: [1, 28, 28], dtype: 'uint8' },
    items: { train: 3, test: 2 },
    licence: 'CC0-1.0',
    source: 'made up',
    citation: 'nobody',
    folder: `${id}/raw`,
    mirrors: [],
    files: names.map((name) => {
      const bytes = files[name] as Uint8Array;
      return {
        name,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        parts: [part(name)],
      };
    }),
    needs: names.map((name) => ({ what: name, part: part(name), names: [name] })),
    embedded: false,
    downloadBytes: names.reduce((sum, name) => sum + (files[name] as Uint8Array).length, 0),
    verified: true,
  };
}

/** Bytes that do not repeat, the same each time. */
export function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}
