// The board answers a handful of GET requests without a body, to the one machine it runs on. node:http does that in a page of code; a framework
// would bring routing, parsing and validation that nothing here needs, and would have to be installed by everyone who installs the command.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescentError } from '@descent/core';
import { isForLoopback } from '@descent/serve/loopback';
import { answer, type Site } from './answer.ts';
import { refuse } from './refuse.ts';

/** The only address that the board listens at: other machines cannot reach it. */
const LOOPBACK = '127.0.0.1';

export interface BoardServer {
  /** `http://127.0.0.1:7007/` */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves `site` at a port of the loopback address; 0 is any free one. Throws a DescentError when it is taken. */
export async function serveBoard(site: Site, port: number): Promise<BoardServer> {
  const server = createServer((request, response) => {
    handle(site, request, response).catch(() => {
      // The file or the page went in between.
      if (response.headersSent) response.destroy();
      else refuse(response, 500);
    });
  });
  await listening(server, port);
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${LOOPBACK}:${bound}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // Answers that were ended by the same signal have gone out by then.
        setTimeout(() => server.closeAllConnections(), GRACE_MS);
      }),
  };
}

const GRACE_MS = 100;

async function handle(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  if (!isForLoopback(request.headers.host)) return refuse(response, 403);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return refuse(response, 405);
  }
  await answer(site, request, response);
}

/** For every answer; the page itself says more. */
const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new DescentError('the board cannot listen there', {
          received: `port ${port} of ${LOOPBACK}: ${cause.code === 'EADDRINUSE' ? 'another program has it' : cause.message}`,
          fix: '--port 0 takes a free one',
          cause,
        }),
      );
    });
    server.listen(port, LOOPBACK, resolve);
  });
}
