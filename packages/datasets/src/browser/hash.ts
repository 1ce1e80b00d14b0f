import { DescentError } from '@descent/core';

/**
 * SHA-256 in hexadecimal.
 * @throws DescentError on a page that is not secure, where browsers have no hashes.
 */
export async function sha256(bytes: Uint8Array): Promise<string> {
  if (globalThis.crypto?.subtle === undefined) {
    throw new DescentError('the page cannot check what it fetches: browsers have hashes on secure pages only', {
      received: 'a page of plain http',
      expected: 'https, or http://localhost',
      fix: 'serve the page by https',
    });
  }
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
