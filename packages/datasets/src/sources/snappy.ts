/**
 * Unpacks Snappy data without a frame, as Parquet has it, into exactly `size` bytes; undefined when the data are damaged.
 * Format: https://github.com/google/snappy/blob/main/format_description.txt
 */
export function unpackSnappy(input: Uint8Array, size: number): Uint8Array | undefined {
  let at = 0;
  // The length comes first, seven bits a byte.
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = input[at++];
    if (byte === undefined || shift > 28) return undefined;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  if (length !== size) return undefined;
  const output = new Uint8Array(size);
  let to = 0;
  const number = (bytes: number): number => {
    let value = 0;
    for (let i = 0; i < bytes; i++) value += (input[at + i] ?? Number.NaN) * 2 ** (8 * i);
    at += bytes;
    return value;
  };
  while (at < input.length) {
    const tag = input[at++] as number;
    if ((tag & 3) === 0) {
      const short = tag >> 2;
      const count = (short < 60 ? short : number(short - 59)) + 1;
      if (!(at + count <= input.length && to + count <= size)) return undefined;
      output.set(input.subarray(at, at + count), to);
      at += count;
      to += count;
      continue;
    }
    const count = (tag & 3) === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const back = (tag & 3) === 1 ? (tag >> 5) * 256 + number(1) : number((tag & 3) === 2 ? 2 : 4);
    if (!(back > 0 && back <= to && to + count <= size)) return undefined;
    // Byte by byte, for a copy may read what it writes.
    for (let i = 0; i < count; i++) output[to + i] = output[to - back + i] as number;
    to += count;
  }
  return to === size ? output : undefined;
}
