import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { NDArray } from '@descent/core';
import {
  type Feeds,
  type FoundModel,
  type ModelServer,
  type ServedModel,
  type ServeOptions,
  serveModels,
} from '@descent/serve';
import { onTestFinished } from 'vitest';

/** A folder with files, which goes with the test. Files that are no models do: what opens them is given. */
export function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'descent-serve-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) write(join(folder, name), content);
  return folder;
}

export function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** A network that doubles, of samples of `width` numbers; `run` replaces what it does. */
export function doubling(more: Partial<ServedModel> = {}, width = 2): ServedModel {
  return {
    platform: 'test',
    backend: 'test',
    inputs: [{ name: 'x', dtype: 'float32', datatype: 'FP32', shape: [-1, width] }],
    outputs: [{ name: 'y', dtype: 'float32', datatype: 'FP32', shape: [-1, width] }],
    run: async ({ x }) => ({ y: doubled(x as NDArray) }),
    dispose() {},
    ...more,
  };
}

export function doubled({ shape, data }: NDArray): NDArray {
  return { dtype: 'float32', shape, data: (data as Float32Array).map((value) => 2 * value) };
}

export type Opening = (found: FoundModel) => ServedModel | Promise<ServedModel>;

/** A server on a free port, which ends with the test. */
export async function started(open: Opening, options: Partial<ServeOptions> = {}): Promise<ModelServer> {
  const path = options.path ?? join(folderOf({ 'digits.onnx': 'one' }), 'digits.onnx');
  const server = await serveModels({ port: 0, reload: 0, open: async (found) => open(found), ...options, path });
  onTestFinished(() => server.close(1000));
  return server;
}

/** Asks for JSON; a body is sent as JSON. */
export async function ask(
  { url }: Pick<ModelServer, 'url'>,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
  // biome-ignore lint/suspicious/noExplicitAny: what comes is what is tested.
): Promise<{ readonly status: number; readonly json: any; readonly headers: Headers }> {
  const response = await fetch(`${url}${path}`, {
    ...(body !== undefined && {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
  });
  const text = await response.text();
  return { status: response.status, json: text === '' ? null : JSON.parse(text), headers: response.headers };
}

export function infer(feeds: Feeds | readonly (readonly number[])[]): unknown {
  const rows = feeds as readonly (readonly number[])[];
  return { inputs: [{ name: 'x', datatype: 'FP32', shape: [rows.length, rows[0]?.length], data: rows.flat() }] };
}

/** Something that happens when it is told to. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
