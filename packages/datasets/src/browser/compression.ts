// What unpacks data in a browser: DecompressionStream.
import { joined, piecesOf } from '../sources/pieces.ts';

/** Unpacks gzip data; undefined as soon as they exceed `limit` bytes. Throws for damaged data. */
export function gunzip(bytes: Uint8Array, limit: number): Promise<Uint8Array | undefined> {
  return unpack('gzip', bytes, limit);
}

/** Unpacks zlib data, such as those of a PNG file; undefined as soon as they exceed `limit` bytes. Throws for damaged data. */
export function inflate(bytes: Uint8Array, limit: number): Promise<Uint8Array | undefined> {
  return unpack('deflate', bytes, limit);
}

/** Unpacks gzip data piece by piece. Throws what `pieces` throws, and for damaged data. */
export function gunzipStream(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  return unpackStream(new DecompressionStream('gzip'), pieces);
}

/** Unpacks raw deflate data piece by piece, such as those of a zip archive. */
async function unpack(format: string, bytes: Uint8Array, limit: number): Promise<Uint8Array | undefined> {
  async function* once(): AsyncGenerator<Uint8Array, void> {
    yield bytes;
  }
  let total = 0;
  async function* within(): AsyncGenerator<Uint8Array, void> {
    for await (const piece of unpackStream(new DecompressionStream(format as 'gzip'), once())) {
      total += piece.length;
      if (total > limit) return;
      yield piece;
    }
  }
  const unpacked = await joined(within());
  return total > limit ? undefined : unpacked;
}

async function* unpackStream(
  { writable, readable }: DecompressionStream,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  const writer = writable.getWriter();
  // What is wrong with the data is told by the other end; what is wrong with `pieces` only here.
  writer.closed.catch(() => {});
  let failure: { readonly error: unknown } | undefined;
  const feed = async (): Promise<void> => {
    try {
      for await (const piece of pieces) await writer.write(piece as Uint8Array<ArrayBuffer>);
      await writer.close();
    } catch (error) {
      failure ??= { error };
      await writer.abort(error).catch(() => {});
    }
  };
  const fed = feed();
  try {
    yield* piecesOf(readable as ReadableStream<Uint8Array>);
  } catch (error) {
    await fed;
    throw failure?.error ?? error;
  }
  await fed;
  if (failure !== undefined) throw failure.error;
}

type Unpack = (bytes: Uint8Array, size: number) => Promise<Uint8Array | undefined>;

/** What unpacks a compression of Parquet within a given size; undefined for one that this browser does not have. Throws for damaged data. */
export function unpackerOf(codec: string): Unpack | undefined {
  const format = FORMATS[codec];
  if (format === undefined || !isKnown(format)) return undefined;
  return (bytes, size) => unpack(format, bytes, size);
}

const FORMATS: Readonly<Record<string, string>> = { GZIP: 'gzip', BROTLI: 'brotli', ZSTD: 'zstd' };

function isKnown(format: string): boolean {
  try {
    new DecompressionStream(format as 'gzip');
    return true;
  } catch {
    return false;
  }
}

/** What runs this code, for errors. */
export const HERE: string = 'this browser';

/** CRC-32 of bytes, as gzip and zip have it; `crc` is that of what stands before them. */
export function crc32(bytes: Uint8Array, crc: number = 0): number {
  let value = ~crc;
  for (let i = 0; i < bytes.length; i++)
    value = (value >>> 8) ^ (CRC_TABLE[(value ^ (bytes[i] as number)) & 0xff] as number);
  return ~value >>> 0;
}

const CRC_TABLE: Int32Array = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});
