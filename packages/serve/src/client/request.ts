import { ClientError, ConnectionError, DeadlineError, StatusError } from './errors.ts';

/** How a client asks. */
export interface Transport {
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
  readonly retries: number;
}

export interface Asked {
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Milliseconds for all tries together. */
  readonly timeout: number;
  readonly signals: readonly (AbortSignal | undefined)[];
  /** Statuses besides 2xx that are answers. */
  readonly accepts?: readonly number[];
}

export interface Answer {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/**
 * Asks a server, and again where it answers 429 or 503 and says when to.
 * @throws StatusError, ConnectionError or DeadlineError; the reason of a signal that was aborted.
 */
export async function request(transport: Transport, asked: Asked): Promise<Answer> {
  const { timeout, signals, accepts = [] } = asked;
  const url = `${transport.base}${asked.path}`;
  const clock = deadline(timeout, signals);
  try {
    for (let tries = 0; ; tries++) {
      const answer = await once(transport, asked, url, clock.signal);
      if ((answer.status >= 200 && answer.status < 300) || accepts.includes(answer.status)) return answer;
      const wait = waitOf(answer);
      const refused = new StatusError(url, answer.status, said(answer), wait);
      if (wait === undefined || tries >= transport.retries || wait * 1000 >= clock.left()) throw refused;
      // Those that were refused together do not come back together.
      await clock.sleep(wait * 1000 * (1 + Math.random() / 4));
    }
  } catch (error) {
    if (clock.isOver()) {
      throw new DeadlineError(url, 'no answer came in time', {
        received: `none in ${timeout} ms`,
        fix: 'give more time: { timeout: … } in milliseconds; or ask for less at once',
        cause: error,
      });
    }
    const stopped = signals.find((signal) => signal?.aborted);
    throw stopped === undefined ? error : stopped.reason;
  } finally {
    clock.stop();
  }
}

async function once(transport: Transport, asked: Asked, url: string, signal: AbortSignal): Promise<Answer> {
  const { method = 'GET', body } = asked;
  const headers = { ...transport.headers, ...asked.headers };
  try {
    // Called as a plain function: browsers refuse it as a method of anything else.
    const { fetch } = transport;
    const answer = await fetch(url, {
      method,
      headers,
      signal,
      ...(body !== undefined && { body: body as Uint8Array<ArrayBuffer> }),
    });
    return { url, status: answer.status, headers: answer.headers, body: new Uint8Array(await answer.arrayBuffer()) };
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new ConnectionError(url, 'the server does not answer', {
      received: reasonOf(cause),
      fix: 'look whether it runs and whether the address is right; a page needs a server that allows its origin',
      cause,
    });
  }
}

/** What lies below `fetch failed` in Node says more than that. */
function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const { code } = inner as { readonly code?: unknown };
  const text = inner instanceof Error ? inner.message : String(inner);
  return typeof code === 'string' && !text.includes(code) ? `${code} ${text}`.trim() : text;
}

/** Seconds that a busy server asks to wait, where it does: a number of them, or a date. */
function waitOf({ status, headers }: Answer): number | undefined {
  const text = status === 503 || status === 429 ? headers.get('retry-after')?.trim() : undefined;
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - Date.now()) / 1000);
}

const MOST_SAID = 2000;

/** What the body of a refusal says: `{ "error": … }` of the protocol, else its text. */
function said({ body, status }: Answer): string {
  const text = new TextDecoder().decode(body.subarray(0, MOST_SAID * 4));
  try {
    const { error } = JSON.parse(text) as { readonly error?: unknown };
    if (typeof error === 'string' && error !== '') return error.slice(0, MOST_SAID);
  } catch {
    // Something in between, such as a proxy, does not speak the protocol.
  }
  return text.trim().slice(0, 200) || (status === 503 ? 'busy' : 'nothing more');
}

/** The JSON of an answer. Throws a ClientError for what is none. */
export function jsonOf({ body, url }: Answer): unknown {
  const text = new TextDecoder().decode(body);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ClientError(url, 'the answer is no JSON', {
      received: JSON.stringify(text.slice(0, 100)),
      expected: 'an answer of the Open Inference Protocol v2',
      fix: 'look whether the address is that of such a server',
      cause,
    });
  }
}

interface Clock {
  readonly signal: AbortSignal;
  isOver(): boolean;
  left(): number;
  sleep(ms: number): Promise<void>;
  stop(): void;
}

/** One signal for the time that is left and for all signals of the caller. */
function deadline(ms: number, signals: readonly (AbortSignal | undefined)[]): Clock {
  const controller = new AbortController();
  const end = performance.now() + ms;
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    controller.abort();
  }, ms);
  const abort = (): void => controller.abort();
  for (const signal of signals) {
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
  }
  return {
    signal: controller.signal,
    isOver: () => over,
    left: () => end - performance.now(),
    sleep: (wait) =>
      new Promise((resolve, reject) => {
        const wake = (): void => {
          clearTimeout(sleeper);
          reject(controller.signal.reason);
        };
        const sleeper = setTimeout(() => {
          controller.signal.removeEventListener('abort', wake);
          resolve();
        }, wait);
        if (controller.signal.aborted) wake();
        else controller.signal.addEventListener('abort', wake, { once: true });
      }),
    stop() {
      clearTimeout(timer);
      for (const signal of signals) signal?.removeEventListener('abort', abort);
    },
  };
}
