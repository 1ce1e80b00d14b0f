import { notWhatWasWanted } from '../options.ts';

/** The part of Web Crypto that is used. */
interface Digests {
  digest(algorithm: 'SHA-256', bytes: Uint8Array): Promise<ArrayBuffer>;
}

/**
 * The SHA-256 of texts and bytes, in hexadecimal; undefined where there is none: in pages that are not served over https.
 * @throws ValueError for a part of another kind.
 */
export async function digestOf(...parts: readonly (string | Uint8Array)[]): Promise<string | undefined> {
  for (const part of parts) {
    if (typeof part === 'string' || part instanceof Uint8Array) continue;
    throw notWhatWasWanted('a part', part, { what: 'a text or bytes', example: "'a text'" });
  }
  const digests = (globalThis as { crypto?: { subtle?: Digests } }).crypto?.subtle;
  if (digests === undefined) return undefined;
  const pieces = parts.map((part) => (typeof part === 'string' ? new TextEncoder().encode(part) : part));
  // With the length of each in front, so that no two lists of parts have the same bytes.
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + 4 + length, 0));
  let at = 0;
  for (const piece of pieces) {
    new DataView(all.buffer).setUint32(at, piece.length);
    all.set(piece, at + 4);
    at += 4 + piece.length;
  }
  const hash = new Uint8Array(await digests.digest('SHA-256', all));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

// What hosts offer, which is not part of the language's own library types, all that core builds on.
declare const TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };
