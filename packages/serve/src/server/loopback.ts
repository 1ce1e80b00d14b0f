import { isIP } from 'node:net';

/** Whether only this machine reaches the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'));
}

/**
 * Whether a request with this `Host` header was meant for this machine, at whatever port: one that `ssh -L` forwards is another. A page elsewhere whose name was
 * made to point here sends its own name (DNS rebinding), and must not read what only people at this machine may.
 */
export function isForLoopback(host: string | undefined): boolean {
  // Only HTTP/1.0 may leave it out, which probes speak and browsers do not.
  if (host === undefined) return true;
  const name = host.replace(/:\d+$/, '').toLowerCase();
  // Without brackets, an address of IPv6 would lose what stands behind its last colon.
  return name !== '::1' && (isLoopback(name) || name.endsWith('.localhost'));
}
