import { connect, type Socket } from 'node:net';
import { type EncodedMessage, HEADER_LENGTH } from '@descent/serve';

/** What came back. */
export interface Answer {
  /** 0 where the connection ended without one. */
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly ms: number;
}

/** One connection that is kept, on which one request follows another. */
export interface Wire {
  ask(request: readonly Uint8Array[]): Promise<Answer>;
  close(): void;
}

/** A request as the bytes that travel, made once. */
export function requestBytes(
  url: string,
  path: string,
  { body, contentType, headerLength }: EncodedMessage,
): readonly Uint8Array[] {
  const length = headerLength === null ? '' : `${HEADER_LENGTH}: ${headerLength}\r\n`;
  const head = `POST ${path} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Type: ${contentType}\r\nContent-Length: ${body.length}\r\n${length}\r\n`;
  return [Buffer.from(head), body];
}

const NOTHING: Omit<Answer, 'ms'> = { status: 0, headers: {}, body: Buffer.alloc(0) };

/**
 * The client of the bench: sockets with as little around them as they can have, since it shares the machine's cores with the server. It takes answers with
 * Content-Length, which all of the server's have.
 */
export function openWire(url: string): Wire {
  const { hostname, port } = new URL(url);
  let socket: Socket | null = null;
  let got: Buffer[] = [];
  let size = 0;
  /** Bytes of the answer; null until its head is there. */
  let wanted: number | null = null;
  let finish: (answer: Omit<Answer, 'ms'>) => void = () => {};
  let head: Omit<Answer, 'ms' | 'body'> & { readonly end: number } = { status: 0, headers: {}, end: 0 };

  const onData = (piece: Buffer): void => {
    got.push(piece);
    size += piece.length;
    if (wanted !== null && size < wanted) return;
    const all = got.length === 1 ? piece : Buffer.concat(got);
    got = [all];
    if (wanted === null) {
      const end = all.indexOf('\r\n\r\n');
      if (end < 0) return;
      head = { ...headOf(all.toString('latin1', 0, end)), end: end + 4 };
      wanted = head.end + Number(head.headers['content-length']);
      if (size < wanted) return;
    }
    const { status, headers, end } = head;
    if (headers['connection'] === 'close') drop();
    finish({ status, headers, body: all.subarray(end, wanted) });
  };
  const drop = (): void => {
    socket?.destroy();
    socket = null;
  };
  const opened = (): Socket => {
    if (socket !== null) return socket;
    const made = connect({ host: hostname, port: Number(port), noDelay: true });
    socket = made;
    made.on('data', onData);
    made.on('error', () => {});
    made.on('close', () => {
      if (socket === made) socket = null;
      finish(NOTHING);
    });
    return made;
  };
  return {
    ask(request) {
      const start = performance.now();
      return new Promise((resolve) => {
        finish = (answer) => {
          finish = () => {};
          resolve({ ...answer, ms: performance.now() - start });
        };
        got = [];
        size = 0;
        wanted = null;
        const to = opened();
        to.cork();
        for (const bytes of request) to.write(bytes);
        to.uncork();
      });
    },
    close: drop,
  };
}

function headOf(text: string): { readonly status: number; readonly headers: Readonly<Record<string, string>> } {
  const [first = '', ...lines] = text.split('\r\n');
  const pairs = lines.map((line) => [
    line.slice(0, line.indexOf(':')).toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ]);
  return { status: Number(first.split(' ', 2)[1]), headers: Object.fromEntries(pairs) };
}
