import * as zlib from 'node:zlib';
import { unpackSnappy } from './snappy.ts';

/** Unpacks to exactly `size` bytes; undefined for damaged data, or throws. */
type Unpack = (bytes: Uint8Array, size: number) => Uint8Array | undefined;

type ZlibUnpack = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

/** What unpacks a compression of Parquet within a given size; undefined for one that this Node does not have. */
export function decompressor(codec: string): Unpack | undefined {
  switch (codec) {
    case 'UNCOMPRESSED':
      return (bytes) => bytes;
    // Not hyparquet's: a literal of a negative length leads it backwards for ever.
    case 'SNAPPY':
      return unpackSnappy;
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
  return (bytes, size) => unpack(bytes, { maxOutputLength: Math.max(size, 1) });
}
