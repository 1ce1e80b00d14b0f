import type { Socket } from 'node:net';
import type { ErrorBody } from '../protocol/metadata.ts';

/** Answers what is no HTTP, before there is a request: headers that are too large, a body that does not come. */
export function answerBroken(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, text] = ANSWERS[error.code ?? ''] ?? [400, 'this is no HTTP request'];
  const body: ErrorBody = { error: text };
  const json = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} ${NAMES[status]}\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\nConnection: close\r\n\r\n${json}`,
  );
}

const ANSWERS: Readonly<Record<string, readonly [number, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request did not come in time'],
  EXPECTATION: [417, 'nothing but 100-continue can be expected of this server'],
  HPE_HEADER_OVERFLOW: [431, 'the headers are larger than this server takes'],
};

const NAMES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  417: 'Expectation Failed',
  431: 'Request Header Fields Too Large',
};
