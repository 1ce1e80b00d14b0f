import type { OnnxModel } from './graph.ts';
import type { Place } from './to-bytes.ts';

/** What protobuf can hold, less room for everything that is no weight. */
export const LARGEST_FILE: number = 2 ** 31 - 2 ** 24;
/** Smaller constants stay in the model: shapes are worked out by them. */
const SMALLEST_BESIDE = 1024;
/** A page of memory: runtimes map weights that begin on one, instead of copying them. */
const PAGE = 4096;

/** Where constants stand in the file beside a model. */
export interface WeightsBeside {
  readonly places: ReadonlyMap<string, Place>;
  /** Of that file, in bytes. */
  readonly size: number;
}

/** Constants of `model` in a file called `location`; none where all of them have at most `limit` bytes. */
export function weightsBeside({ graph: { constants } }: OnnxModel, location: string, limit: number): WeightsBeside {
  const lengths = [...constants].map(([name, { data }]) => [name, data.byteLength] as const);
  if (lengths.reduce((sum, [, length]) => sum + length, 0) <= limit) return { places: new Map(), size: 0 };
  const places = new Map<string, Place>();
  let size = 0;
  for (const [name, length] of lengths) {
    if (length < SMALLEST_BESIDE) continue;
    const offset = Math.ceil(size / PAGE) * PAGE;
    places.set(name, { location, offset });
    size = offset + length;
  }
  return { places, size };
}

/** The bytes of that file. */
export function besideBytes({ graph: { constants } }: OnnxModel, { places, size }: WeightsBeside): Uint8Array {
  const bytes = new Uint8Array(size);
  for (const [name, { offset }] of places) {
    const data = constants.get(name)?.data as Float32Array;
    bytes.set(new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength), offset);
  }
  return bytes;
}
