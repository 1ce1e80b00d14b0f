import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { wrongWasmFile } from '../src/public/backend.ts';

/** Fetches an address from a server, as an engine would, and looks at what came. */
async function seen(answer: RequestListener): Promise<{ readonly url: string; readonly found: unknown }> {
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/engine.wasm?v=1`;
  await (await fetch(url)).arrayBuffer();
  // Node notes a moment later what was fetched.
  await expect.poll(() => performance.getEntriesByType('resource').map(({ name }) => name)).toContain(url);
  return { url, found: await wrongWasmFile() };
}

test('a page in place of the file', async () => {
  const { url, found } = await seen((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8').end('<!doctype html>');
  });
  expect(found).toEqual({ url, problem: 'a page (text/html; charset=utf-8)' });
});

test('no file', async () => {
  const { url, found } = await seen((_, response) => void response.writeHead(404).end());
  expect(found).toEqual({ url, problem: 'status 404' });
});

test('another file', async () => {
  const { url, found } = await seen((_, response) => {
    response.setHeader('content-type', 'application/wasm').end('version https://git-lfs');
  });
  expect(found).toEqual({ url, problem: 'another file (application/wasm)' });
});

test('the file', async () => {
  const { found } = await seen((_, response) => void response.end(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)));
  expect(found).toBeNull();
});
