// What unpacks data in Node: its own zlib.
import { pipeline, Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { plain } from './files.ts';

export { crc32 } from 'node:zlib';

/** Unpacks gzip data; undefined as soon as they exceed `limit` bytes. Throws for damaged data. */
export async function gunzip(bytes: Uint8Array, limit: number): Promise<Uint8Array | undefined> {
  return unlessTooLarge(() => zlib.gunzipSync(bytes, { maxOutputLength: limit, chunkSize: chunkSize(bytes, limit) }));
}

/** Unpacks zlib data, such as those of a PNG file; undefined as soon as they exceed `limit` bytes. Throws for damaged data. */
export async function inflate(bytes: Uint8Array, limit: number): Promise<Uint8Array | undefined> {
  return unlessTooLarge(() => zlib.inflateSync(bytes, { maxOutputLength: Math.max(limit, 1) }));
}

function unlessTooLarge(unpack: () => Buffer): Uint8Array | undefined {
  try {
    return plain(unpack());
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw cause;
  }
}

/** Unpacks gzip data piece by piece. Throws what `pieces` throws, and for damaged data. */
export async function* gunzipStream(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const unpacked = pipeline(Readable.from(pieces), zlib.createGunzip(), () => {});
  try {
    for await (const piece of unpacked as AsyncIterable<Uint8Array>) yield plain(piece);
  } finally {
    unpacked.destroy();
  }
}

/**
 * The size that the last four bytes of a gzip file claim, so that it unpacks into one buffer, at twice the speed.
 * It is only a hint, kept within what so many bytes can unpack to, and one larger, for a full buffer makes zlib ask for another.
 */
function chunkSize(bytes: Uint8Array, limit: number): number {
  if (bytes.length < 18) return 64;
  const claimed = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
  return 1 + Math.max(64, Math.min(claimed, limit, 1032 * bytes.length));
}

type Unpack = (bytes: Uint8Array, size: number) => Promise<Uint8Array>;

type ZlibUnpack = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

/** What unpacks a compression of Parquet within a given size; undefined for one that this Node does not have. Throws for damaged data. */
export function unpackerOf(codec: string): Unpack | undefined {
  switch (codec) {
    case 'GZIP':
      return limited(zlib.gunzipSync);
    case 'BROTLI':
      return limited(zlib.brotliDecompressSync);
    case 'ZSTD': {
      // Node 20 has none, and its types do not know it.
      const own = (zlib as { readonly zstdDecompressSync?: ZlibUnpack }).zstdDecompressSync;
      return own === undefined ? undefined : limited(own);
    }
    default:
      return undefined;
  }
}

function limited(unpack: ZlibUnpack): Unpack {
  // zlib refuses a limit of 0.
  return async (bytes, size) => unpack(bytes, { maxOutputLength: Math.max(size, 1) });
}

/** What runs this code, for errors. */
export const HERE: string = `Node ${process.versions.node}`;
