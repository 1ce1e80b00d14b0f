import { httpUrl, redact } from './address.ts';

/** Why a try failed, in words for the user, and whether the same address is worth another. */
export class RequestProblem extends Error {
  override readonly name = 'RequestProblem';
  readonly retry: boolean;
  /** Milliseconds that the server asks to wait. */
  readonly waitMs: number | undefined;

  constructor(message: string, options: { readonly retry: boolean; readonly waitMs?: number | undefined }) {
    super(message);
    this.retry = options.retry;
    this.waitMs = options.waitMs;
  }
}

export interface RequestOptions {
  /** Ask for the bytes from here on. */
  readonly from: number;
  /** Only if the file is still the one with this ETag or date. */
  readonly ifRange?: string | undefined;
  /** The longest silence, before the answer and within it. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Whether a plain connection may follow an encrypted one, since a hash is checked anyway. Default false. */
  readonly allowDowngrade?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The address after redirects. */
  readonly url: string;
  /** The body in pieces; throws a RequestProblem when the connection fails or falls silent. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the connection. */
  close(): void;
}

const MAX_REDIRECTS = 5;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/** A GET request that follows a few redirects, to http(s) only, and gives up on silence. */
export async function request(address: string, options: RequestOptions): Promise<Answer> {
  const { from, ifRange, timeoutMs, signal } = options;
  let url = address;
  const seen = new Set<string>();
  for (let redirects = 0; ; redirects++) {
    const { target, authorization } = credentials(url);
    seen.add(target);
    const controller = new AbortController();
    const onAbort = (): void => controller.abort(signal?.reason);
    signal?.throwIfAborted();
    signal?.addEventListener('abort', onAbort, { once: true });
    const close = (): void => {
      signal?.removeEventListener('abort', onAbort);
      controller.abort();
    };
    const watched = watch(controller, timeoutMs, signal);
    const response = await watched(
      'no answer',
      fetch(target, {
        redirect: 'manual',
        signal: controller.signal,
        headers: {
          // Compression on the way would hide the length, and undo the gzip of a .gz file.
          'accept-encoding': 'identity',
          ...(authorization === undefined ? {} : { authorization }),
          ...(from > 0 ? { range: `bytes=${from}-` } : {}),
          ...(from > 0 && ifRange !== undefined ? { 'if-range': ifRange } : {}),
        },
      }),
    ).catch((error: unknown) => {
      close();
      throw error;
    });
    const location = response.headers.get('location');
    if (!REDIRECTS.includes(response.status) || location === null) {
      return { status: response.status, headers: response.headers, url, body: pieces(response, watched, close), close };
    }
    close();
    const next = URL.canParse(location, target) ? new URL(location, target).href : undefined;
    const fail = (why: string): never => {
      throw new RequestProblem(`it redirects ${why}`, { retry: false });
    };
    if (next === undefined || httpUrl(next) === undefined) return fail('to something that is not http(s)');
    if (seen.has(credentials(next).target)) return fail('in a circle');
    if (redirects >= MAX_REDIRECTS) return fail(`more than ${MAX_REDIRECTS} times`);
    if (target.startsWith('https:') && next.startsWith('http:') && options.allowDowngrade !== true) {
      return fail(`from https to plain http (${redact(next)})`);
    }
    url = next;
  }
}

type Watched = <T>(silence: string, work: Promise<T>) => Promise<T>;

/** Runs work that must end within the time-out; what fails becomes a problem in words, except the caller's own abort. */
function watch(controller: AbortController, timeoutMs: number, signal: AbortSignal | undefined): Watched {
  return async (silence, work) => {
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      controller.abort();
    }, timeoutMs);
    try {
      return await work;
    } catch (error) {
      signal?.throwIfAborted();
      if (timedOut) throw new RequestProblem(`${silence} for ${timeoutMs / 1000} s`, { retry: true });
      throw networkProblem(error);
    } finally {
      clearTimeout(timer);
    }
  };
}

async function* pieces(response: Response, watched: Watched, close: () => void): AsyncGenerator<Uint8Array, void> {
  try {
    const reader = response.body?.getReader();
    if (reader === undefined) return;
    for (;;) {
      const { done, value } = await watched('the transfer stood still', reader.read());
      if (done) return;
      yield value;
    }
  } finally {
    close();
  }
}

/** fetch refuses addresses with a user name and password, as private mirrors have. */
function credentials(address: string): { readonly target: string; readonly authorization: string | undefined } {
  const url = new URL(address);
  if (url.username === '' && url.password === '') return { target: url.href, authorization: undefined };
  const pair = `${percentDecoded(url.username)}:${percentDecoded(url.password)}`;
  url.username = '';
  url.password = '';
  return { target: url.href, authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** Percent escapes undone, where they are any. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is unknown: no network, or a typing error',
  EAI_AGAIN: 'its name could not be looked up: no network?',
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: 'the connection broke',
  EHOSTUNREACH: 'it cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'no answer',
  UND_ERR_SOCKET: 'the connection broke',
  UND_ERR_CONNECT_TIMEOUT: 'no answer',
};

/** fetch says `fetch failed` or `terminated`, and hides the reason in a chain of causes. */
function networkProblem(error: unknown): RequestProblem {
  let deepest: unknown = error;
  let code: string | undefined;
  for (let depth = 0; depth < 8 && deepest instanceof Error; depth++) {
    code = (deepest as NodeJS.ErrnoException).code ?? code;
    const inner = deepest instanceof AggregateError ? deepest.errors[0] : deepest.cause;
    if (!(inner instanceof Error)) break;
    deepest = inner;
  }
  const message = deepest instanceof Error ? deepest.message : String(deepest);
  const known = code === undefined ? undefined : REASONS[code];
  // A wrong name or certificate stays wrong.
  const retry = code !== 'ENOTFOUND' && !/certificate|self.signed|ERR_TLS/i.test(`${code} ${message}`);
  return new RequestProblem(known === undefined ? message : `${known} (${code})`, { retry });
}
