import { unpackerOf } from '#platform/compression.js';
import { unpackSnappy } from './snappy.ts';

/** Unpacks to exactly `size` bytes; undefined for damaged data, or throws. */
type Unpack = (bytes: Uint8Array, size: number) => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/** What unpacks a compression of Parquet within a given size; undefined for one that nothing here unpacks. */
export function decompressor(codec: string): Unpack | undefined {
  switch (codec) {
    case 'UNCOMPRESSED':
      return (bytes) => bytes;
    // Not hyparquet's: a literal of a negative length leads it backwards for ever.
    case 'SNAPPY':
      return unpackSnappy;
    default:
      return unpackerOf(codec);
  }
}
