import { crc32, deflateSync } from 'node:zlib';

export interface PngParts {
  readonly width: number;
  readonly height: number;
  readonly depth: 1 | 2 | 4 | 8 | 16;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and opacity, 6 RGB and opacity. */
  readonly colours: 0 | 2 | 3 | 4 | 6;
  /** The numbers of the pixels, written without filters. */
  readonly values?: readonly number[];
  /** Rows with their filters, in place of `values`. */
  readonly raw?: Uint8Array;
  /** What stands in place of the compressed rows. */
  readonly packed?: Uint8Array;
  readonly palette?: readonly number[];
  readonly interlaced?: number;
}

/** The bytes of a PNG file, put together by the specification alone. */
export function pngFile(parts: PngParts): Uint8Array {
  const { width, height, depth, colours, values = [], palette, interlaced = 0 } = parts;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colours, 0, 0, interlaced], 8);
  const rows = parts.raw ?? rowsOf(values, values.length / height, height, depth);
  const colourTable = palette ?? Array.from({ length: 3 * 2 ** Math.min(depth, 8) }, (_, i) => i % 256);
  return Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10),
    chunk('IHDR', header),
    ...(colours === 3 ? [chunk('PLTE', Uint8Array.from(colourTable))] : []),
    chunk('IDAT', parts.packed ?? deflateSync(rows)),
    chunk('IEND', new Uint8Array()),
  ]);
}

function rowsOf(values: readonly number[], perRow: number, height: number, depth: number): Uint8Array {
  const rows: number[] = [];
  for (let y = 0; y < height; y++) {
    const bits = values
      .slice(y * perRow, (y + 1) * perRow)
      .map((value) => value.toString(2).padStart(depth, '0'))
      .join('');
    rows.push(0);
    for (let i = 0; i < bits.length; i += 8) rows.push(Number.parseInt(bits.slice(i, i + 8).padEnd(8, '0'), 2));
  }
  return Uint8Array.from(rows);
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
