/** The only address that the board listens at: other machines cannot reach it. */
export const LOOPBACK = '127.0.0.1';

const NAMES: readonly string[] = [LOOPBACK, 'localhost', '[::1]'];

/**
 * Whether a request with this `Host` header was meant for this machine, at whatever port: one that `ssh -L` forwards is another. A page elsewhere whose
 * name was made to point here sends its own name (DNS rebinding), and must not read what only people at this machine may.
 */
export function isForLoopback(host: string | undefined): boolean {
  return host !== undefined && NAMES.includes(host.toLowerCase().replace(/:\d+$/, ''));
}
