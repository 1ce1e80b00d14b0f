import { redact } from '../download/address.ts';
import { httpMeaning } from '../download/http.ts';
import { DataFileError, type FileErrorDetails, reason } from '../errors.ts';
import { checkLimit } from './limit.ts';
import { joined } from './pieces.ts';

/** What was wrong with an address. */
export class AddressError extends DataFileError {
  /** Whether the same may go well a little later. */
  readonly isPassing: boolean;

  constructor(summary: string, details: FileErrorDetails, isPassing: boolean = false) {
    super(summary, details);
    this.isPassing = isPassing;
  }
}

export interface FetchOptions {
  readonly signal?: AbortSignal | undefined;
  /** The longest silence of the server. Default: as long as the platform waits. */
  readonly timeoutMs?: number | undefined;
  /** Called when the answer begins, with the length of the file where it is told. */
  readonly onStart?: (length: number | undefined) => void;
  /** Called with the bytes that have come so far. */
  readonly onBytes?: (received: number) => void;
  /** Whether the browser keeps the answer in its own cache. Default: as the server says. */
  readonly cache?: 'no-store';
}

/** Fetches what is at an address, at most `limit` bytes. Same errors as `fetchStream`. */
export function fetchBytes(address: string, limit: number, options: FetchOptions = {}): Promise<Uint8Array> {
  return joined(fetchStream(address, limit, options));
}

/**
 * What is at an address, in pieces as they come.
 * @throws DataFileError when the server cannot be reached, does not let this page read, has no such file, answers with a web page in its place, sends
 * more than `limit` bytes or falls silent; the reason of the signal.
 */
export async function* fetchStream(
  address: string,
  limit: number,
  options: FetchOptions = {},
): AsyncGenerator<Uint8Array, void> {
  const { signal, timeoutMs, onStart, onBytes, cache } = options;
  const file = redact(address);
  const silence = silenceWatch(timeoutMs, signal);
  const response = await fetch(address, {
    ...(silence.signal !== undefined && { signal: silence.signal }),
    ...(cache !== undefined && { cache }),
  }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw silence.isOver() ? silent(file, timeoutMs, cause) : unreachable(address, file, cause);
  });
  if (!response.ok) {
    silence.end();
    const { status } = response;
    const details = {
      file,
      received: `HTTP ${status}${httpMeaning(status)}`,
      expected: 'the file',
      fix: 'check the address, and that the server has the file there',
    };
    throw new AddressError('the file cannot be fetched', details, status >= 500 || status === 408 || status === 429);
  }
  // What a server compressed on the way has another length than the file.
  const stated = response.headers.has('content-encoding') ? null : response.headers.get('content-length');
  if (stated !== null) checkLimit(Number(stated), limit, file);
  onStart?.(stated === null ? undefined : Number(stated));
  const reader = response.body?.getReader();
  let total = 0;
  try {
    while (reader !== undefined) {
      silence.begin();
      const { done, value } = await reader.read();
      if (done) break;
      if (total === 0) refuseWebPage(response, value, file);
      total += value.length;
      checkLimit(total, limit, file);
      onBytes?.(total);
      yield value;
    }
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof DataFileError) throw cause;
    if (silence.isOver()) throw silent(file, timeoutMs, cause);
    const details = {
      file,
      received: `${total} bytes, then: ${reason(cause)}`,
      expected: stated === null ? 'the whole file' : `${stated} bytes`,
      fix: 'try again',
      cause,
    };
    throw new AddressError('the connection broke', details, true);
  } finally {
    silence.end();
    await reader?.cancel().catch(() => {});
  }
}

interface SilenceWatch {
  readonly signal: AbortSignal | undefined;
  /** Counts from now on. */
  begin(): void;
  isOver(): boolean;
  end(): void;
}

/** Aborts a request when nothing came for so long, or when `signal` does. */
function silenceWatch(timeoutMs: number | undefined, signal: AbortSignal | undefined): SilenceWatch {
  if (timeoutMs === undefined) return { signal, begin() {}, isOver: () => false, end() {} };
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(signal?.reason);
  signal?.throwIfAborted();
  signal?.addEventListener('abort', onAbort, { once: true });
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const begin = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      isOver = true;
      controller.abort();
    }, timeoutMs);
  };
  begin();
  return {
    signal: controller.signal,
    begin,
    isOver: () => isOver,
    end() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}

function silent(file: string, timeoutMs: number | undefined, cause: unknown): AddressError {
  const received = `nothing for ${(timeoutMs ?? 0) / 1000} s`;
  return new AddressError(
    'the server fell silent',
    { file, received, expected: 'the file', fix: 'try again', cause },
    true,
  );
}

/** Servers of single-page apps answer with the app where there is no file, and networks with their login page. */
function refuseWebPage(response: Response, start: Uint8Array, file: string): void {
  const isHtml = /^(text\/html|application\/xhtml)/i.test(response.headers.get('content-type') ?? '');
  if (!isHtml || !/^\s*<(!doctype|html|head|body|script|!--)/i.test(new TextDecoder().decode(start.subarray(0, 200)))) {
    return;
  }
  throw new AddressError('the server answers with a web page in place of the file', {
    file,
    received: `${response.headers.get('content-type')}, at ${redact(response.url)}`,
    expected: 'the file',
    fix: 'check the address: many servers answer with the app, or with a login, where there is no such file',
  });
}

/** A page is not told why a request failed, so that the error names what it can be. */
function unreachable(address: string, file: string, cause: unknown): AddressError {
  const { location } = globalThis as { readonly location?: { readonly href: string; readonly origin: string } };
  const url = URL.canParse(address, location?.href) ? new URL(address, location?.href) : undefined;
  const isOther = location !== undefined && url !== undefined && url.origin !== location.origin;
  const isMixed = isOther && url.protocol === 'http:' && location.href.startsWith('https:');
  const fix = isMixed
    ? 'a page of https may not read from http: serve the file by https'
    : isOther
      ? `check the network and the address; or the server does not let pages of ${location.origin} read (CORS): let it answer with access-control-allow-origin, or serve the file beside the page`
      : 'check the network and the address';
  const details = { file, received: deepest(cause), expected: 'an answer', fix, cause };
  return new AddressError('the address cannot be reached', details, !isMixed);
}

/** fetch of Node says `fetch failed`, and keeps the reason as the cause. */
function deepest(cause: unknown): string {
  let inner = cause;
  for (let depth = 0; depth < 8 && inner instanceof Error && inner.cause instanceof Error; depth++) inner = inner.cause;
  return reason(inner) || String((inner as { readonly code?: unknown }).code ?? 'no reason told');
}
