const MAX_DEPTH = 32;

/**
 * Whether a struct in Thrift's compact protocol ends within the bytes, with lists no longer than what is there and no deep nesting. A parser may trust
 * such data with its memory and time. Returns where the struct ends, or undefined.
 */
export function thriftEnd(bytes: Uint8Array, start: number): number | undefined {
  let at = start;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) return Number.NaN;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  const skip = (type: number, depth: number): boolean => {
    switch (type) {
      // A flag of a struct is in its type.
      case 1:
      case 2:
        return true;
      case 3:
        at += 1;
        return at <= bytes.length;
      case 4:
      case 5:
      case 6:
        return !Number.isNaN(varint());
      case 7:
        at += 8;
        return at <= bytes.length;
      case 8: {
        const length = varint();
        at += length;
        return at <= bytes.length;
      }
      case 9:
        return list(depth);
      case 12:
        return struct(depth);
      default:
        return false;
    }
  };
  const list = (depth: number): boolean => {
    const byte = bytes[at++];
    if (byte === undefined || depth >= MAX_DEPTH) return false;
    const type = byte & 0x0f;
    const size = byte >> 4 === 15 ? varint() : byte >> 4;
    // Each element has a byte at least.
    if (!(size <= bytes.length - at)) return false;
    for (let i = 0; i < size; i++) if (!skip(type === 1 || type === 2 ? 3 : type, depth + 1)) return false;
    return true;
  };
  const struct = (depth: number): boolean => {
    if (depth >= MAX_DEPTH) return false;
    for (;;) {
      const byte = bytes[at++];
      if (byte === undefined) return false;
      const type = byte & 0x0f;
      if (type === 0) return true;
      if (byte >> 4 === 0 && Number.isNaN(varint())) return false;
      if (!skip(type, depth + 1)) return false;
    }
  };
  return struct(0) ? at : undefined;
}
