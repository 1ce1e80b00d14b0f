import { createHash, timingSafeEqual } from 'node:crypto';
import { ProtocolError } from '../protocol/errors.ts';
import { isForLoopback, isLoopback } from './loopback.ts';

export interface AccessRules {
  /** The address that the server listens on. */
  readonly host: string;
  readonly token?: string | undefined;
  readonly cors: readonly string[];
}

/** What is looked at of a request. */
export interface AccessRequest {
  readonly method: string;
  /** Of the route that will answer; `null` where there is none. */
  readonly route: string | null;
  readonly headers: {
    readonly host?: string | undefined;
    readonly origin?: string | undefined;
    readonly authorization?: string | undefined;
  };
}

const PROBES: readonly string[] = ['/v2/health/live', '/v2/health/ready'];

/**
 * A function that throws a ProtocolError with the status 401 or 403 for requests that may not be answered.
 * @param isOpen Whether a route is answered without a token, besides those that say whether the server lives.
 */
export function accessCheck(
  { host, token, cors }: AccessRules,
  isOpen: (route: string) => boolean,
): (request: AccessRequest) => void {
  const expected = token === undefined ? null : digest(`Bearer ${token}`);
  const isLocal = isLoopback(host);
  return ({ method, route, headers }) => {
    if (isLocal) expectOwnHost(headers.host);
    if (headers.origin !== undefined) expectOrigin(headers.origin, headers.host, cors);
    // Browsers ask so before they ask with a token.
    if (expected === null || method === 'OPTIONS') return;
    if (route !== null && (PROBES.includes(route) || isOpen(route))) return;
    // The scheme may be written in any case (RFC 9110, 11.1); the token may not.
    const given = (headers.authorization ?? '').replace(/^bearer +/i, 'Bearer ');
    if (timingSafeEqual(digest(given), expected)) return;
    throw new ProtocolError(
      headers.authorization === undefined ? 'this server wants a token' : 'this is not the token of this server',
      { fix: 'send the header Authorization: Bearer <token>; the server said its token where it was started' },
      401,
    );
  };
}

/** Digests have one length, so that comparing them takes one time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function expectOwnHost(given: string | undefined): void {
  if (isForLoopback(given)) return;
  throw new ProtocolError(
    'this server answers this machine only',
    {
      received: `Host: ${(given ?? '').slice(0, 100)}`,
      expected: 'localhost, 127.0.0.1 or [::1]',
      fix: 'for other names start it with --host, which wants a token',
    },
    403,
  );
}

/** Without this, any page that is open in a browser could let this server work. */
function expectOrigin(origin: string, host: string | undefined, cors: readonly string[]): void {
  if (cors.includes(origin) || (URL.canParse(origin) && new URL(origin).host === host?.toLowerCase())) return;
  throw new ProtocolError(
    'this server does not answer pages of another origin',
    { received: `Origin: ${origin.slice(0, 100)}`, fix: `start it with --cors ${origin.slice(0, 100)}` },
    403,
  );
}
