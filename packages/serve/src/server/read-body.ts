import type { IncomingMessage } from 'node:http';
import { UnavailableError } from '../batching/errors.ts';
import { ProtocolError } from '../protocol/errors.ts';

export interface BodyRules {
  /** Bytes of one body. */
  readonly bodyLimit: number;
  /** Called for bytes that came without having been announced. Throws when there is no room for them. */
  onUnannounced(request: IncomingMessage, size: number): void;
}

type Done = (error: Error | null, body?: Uint8Array) => void;

/**
 * Reads the body of a request into memory of its own, so that it can go to another thread without a copy. Where the request says how long its body is, that much
 * is there once, and a body that comes in one piece is taken as it is. What is given to `done` instead of a body: a ProtocolError for one that is too large or not
 * whole, and what `onUnannounced` throws.
 */
export function readBody(request: IncomingMessage, { bodyLimit, onUnannounced }: BodyRules, done: Done): void {
  const { 'content-length': said } = request.headers;
  const length = said === undefined ? null : Number(said);
  if (length !== null && length > bodyLimit) {
    done(tooLarge(`${length} bytes`, bodyLimit));
    return;
  }
  const pieces: Uint8Array[] = [];
  let whole: Uint8Array | null = null;
  let came = 0;
  /** Of a body that did not say how long it is. */
  const keep = (piece: Uint8Array): void => {
    if (came > bodyLimit) throw tooLarge(`${came} bytes and more`, bodyLimit);
    onUnannounced(request, piece.length);
    pieces.push(piece);
  };
  const put = (piece: Uint8Array, wanted: number): void => {
    if (came > wanted) throw notWhole();
    if (piece.length === wanted && isAlone(piece)) whole = piece;
    else {
      whole ??= Buffer.allocUnsafeSlow(wanted);
      whole.set(piece, came - piece.length);
    }
  };
  const onData = (piece: Buffer): void => {
    came += piece.length;
    try {
      if (length === null) keep(piece);
      else put(piece, length);
    } catch (error) {
      end(error as Error);
    }
  };
  const onEnd = (): void => {
    if (length !== null && came !== length) end(notWhole());
    else end(null, length === null ? joined(pieces, came) : (whole ?? new Uint8Array()));
  };
  const onError = (): void => end(notWhole());
  const end: Done = (error, body) => {
    request.off('data', onData).off('end', onEnd).off('error', onError);
    done(error, body);
  };
  request.on('data', onData).on('end', onEnd).on('error', onError);
}

/** Whether nothing else lies in the memory of these bytes. */
function isAlone({ buffer, byteLength }: Uint8Array): boolean {
  return buffer.byteLength === byteLength;
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function tooLarge(received: string, bodyLimit: number): ProtocolError {
  return new ProtocolError(
    'the body is larger than this server takes',
    {
      received,
      expected: `at most ${bodyLimit} bytes`,
      fix: 'send fewer samples at once, or start the server with a larger --body-limit',
    },
    413,
  );
}

function notWhole(): ProtocolError {
  return new ProtocolError('the body is not whole', { expected: 'as many bytes as Content-Length says' });
}

/** Of a server that holds as many bodies as it may. */
export function memoryFull(held: number, most: number): UnavailableError {
  return new UnavailableError('the server holds as many bodies as it may', {
    received: `${held} bytes`,
    expected: `at most ${most}`,
    fix: 'ask again after the time that Retry-After says',
  });
}
