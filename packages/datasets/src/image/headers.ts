import { crc32 } from '#platform/compression.js';

/** What the bytes of a picture say about it before it is decoded. */
export interface ImageHeader {
  readonly type: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly width: number;
  readonly height: number;
  /** Whether its colours are those of a profile that it brings along. */
  readonly hasProfile: boolean;
}

/**
 * Looks at a picture of which the first bytes are those of PNG, JPEG or WebP, and whether it is all there: decoders that show a picture while it arrives
 * take half of one for a whole one.
 * @throws Error with what is wrong, for a picture that is cut off or damaged in its form.
 */
export function imageHeader(bytes: Uint8Array): ImageHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = bytes[0] === 0x89 ? pngHeader(view) : bytes[0] === 0xff ? jpegHeader(view) : webpHeader(view);
  if (header.width > 0 && header.height > 0) return header;
  throw new Error(`${header.width} × ${header.height} pixels`);
}

const CUT_OFF = 'it is cut off';

function pngHeader(view: DataView): ImageHeader {
  let size: readonly [number, number] | undefined;
  let hasProfile = false;
  for (let at = 8; ; ) {
    const end = at + 12 + (at + 8 <= view.byteLength ? view.getUint32(at) : 0);
    if (at + 8 > view.byteLength || end > view.byteLength) throw new Error(CUT_OFF);
    const name = textAt(view, at + 4, 4);
    const body = new Uint8Array(view.buffer, view.byteOffset + at + 4, end - at - 8);
    if (crc32(body) !== view.getUint32(end - 4)) throw new Error(`a wrong checksum of its part ${name}`);
    if (size === undefined) {
      if (name !== 'IHDR' || body.length < 12) throw new Error('it does not begin with its size');
      size = [view.getUint32(at + 8), view.getUint32(at + 12)];
    }
    if (name === 'iCCP') hasProfile = true;
    if (name === 'IEND') return { type: 'image/png', width: size[0], height: size[1], hasProfile };
    at = end;
  }
}

/** Segments with a length, and after each start of a scan data in which only markers begin with 0xff and another byte than 0. */
function jpegHeader(view: DataView): ImageHeader {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  let size: readonly [number, number] | undefined;
  let hasProfile = false;
  for (let at = 2; ; ) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) throw new Error(CUT_OFF);
    const marker = bytes[at + 1] as number;
    // Fill bytes, escaped data, and marks inside of a scan.
    if (marker === 0xff) at += 1;
    else if (marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (marker === 0xd9) {
      if (size === undefined) throw new Error('it does not tell its size');
      return { type: 'image/jpeg', width: size[1], height: size[0], hasProfile };
    } else {
      if (at + 10 > bytes.length) throw new Error(CUT_OFF);
      if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
        size = [view.getUint16(at + 5), view.getUint16(at + 7)];
      if (marker === 0xe2 && textAt(view, at + 4, 3) === 'ICC') hasProfile = true;
      at += 2 + view.getUint16(at + 2);
    }
  }
}

function webpHeader(view: DataView): ImageHeader {
  if (view.byteLength < 30 || 8 + view.getUint32(4, true) > view.byteLength) throw new Error(CUT_OFF);
  const kind = textAt(view, 12, 4);
  const bits = view.getUint32(21, true);
  const [width, height] =
    kind === 'VP8X'
      ? [1 + (view.getUint32(24, true) & 0xffffff), 1 + (view.getUint32(26, true) >>> 8)]
      : kind === 'VP8L'
        ? [1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)]
        : [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
  return { type: 'image/webp', width, height, hasProfile: kind === 'VP8X' && (view.getUint8(20) & 0x20) !== 0 };
}

function textAt(view: DataView, at: number, length: number): string {
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, length));
}
