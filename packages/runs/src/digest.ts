import { DescentError } from '@descent/core';

/** SHA-256 of all `parts`, one behind the other, in hexadecimal digits. */
export async function sha256(parts: readonly Uint8Array[]): Promise<string> {
  if (globalThis.crypto?.subtle === undefined) {
    throw new DescentError('checkpoints cannot be protected by a hash here', {
      received: 'a page without crypto.subtle',
      expected: 'a page from https or localhost',
      fix: 'serve the page over https',
    });
  }
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', all));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
