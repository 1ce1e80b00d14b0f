import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

export interface Served {
  /** Without a slash at its end. */
  readonly address: string;
  close(): void;
}

/** How a folder is served. */
export interface Serving {
  /** Whether pages may share memory among threads. */
  readonly isolated?: boolean;
  /** Whether what is not there is answered with the page, as applications with routes of their own do. */
  readonly routes?: boolean;
}

/** Serves the files of a folder as they are. */
export async function serveFolder(folder: string, { isolated = false, routes = false }: Serving = {}): Promise<Served> {
  const server = createServer(({ url = '/' }, response) => {
    const path = decodeURIComponent(url.split('?')[0] as string);
    const named = join(folder, path.endsWith('/') ? `${path}index.html` : path);
    const isThere = existsSync(named) && statSync(named).isFile();
    const file = isThere || !routes ? named : join(folder, 'index.html');
    if (isolated) {
      response.setHeader('cross-origin-opener-policy', 'same-origin');
      response.setHeader('cross-origin-embedder-policy', 'require-corp');
    }
    if (!isThere && !routes) response.writeHead(404).end();
    else response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream').end(readFileSync(file));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
