import { DataFileError, DataFormatError } from '../errors.ts';

/** Decodes UTF-8 piece by piece, without its byte order mark. Throws a `DataFormatError` with the byte where it is not UTF-8. */
export async function* decodeUtf8(source: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let offset = 0;
  let piece: Uint8Array = new Uint8Array();
  // The bytes of a character that the last piece cut off, which the decoder keeps: an error may lie there.
  let tail: Uint8Array = new Uint8Array();
  try {
    for await (piece of source) {
      if (offset === 0) refuseUtf16(piece, file);
      const text = decoder.decode(piece, { stream: true });
      offset += piece.length;
      tail = piece.subarray(Math.max(0, piece.length - 3));
      if (text !== '') yield text;
    }
    piece = new Uint8Array();
    decoder.decode();
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    const bytes = Uint8Array.from([...tail, ...piece]);
    const at = offset - tail.length + firstInvalid(bytes, Math.min(tail.length, 3));
    throw new DataFormatError('the text is not UTF-8', {
      file,
      offset: Math.max(0, at),
      received: `byte 0x${(bytes[at - offset + tail.length] ?? 0).toString(16).padStart(2, '0')}`,
      expected: 'text in UTF-8',
      fix: 'save the file again as UTF-8',
      cause,
    });
  }
}

function refuseUtf16(piece: Uint8Array, file: string): void {
  const mark = ((piece[0] ?? 0) << 8) | (piece[1] ?? 0);
  if (mark !== 0xfffe && mark !== 0xfeff) return;
  throw new DataFormatError('the text is UTF-16', {
    file,
    offset: 0,
    received: 'the byte order mark of UTF-16',
    expected: 'text in UTF-8',
    fix: 'save the file again as UTF-8',
  });
}

/** The first byte that is not part of a valid character; the first `loose` bytes may be the end of one. */
function firstInvalid(bytes: Uint8Array, loose: number): number {
  for (let start = 0; start <= loose; start++) {
    if (start < loose && ((bytes[start] as number) & 0xc0) === 0x80) continue;
    let low = start;
    let high = bytes.length;
    const valid = (end: number): boolean => {
      try {
        new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, end), { stream: true });
        return true;
      } catch {
        return false;
      }
    };
    if (valid(bytes.length)) return bytes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (valid(middle + 1)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
  return 0;
}

/** The lines of text with their numbers from 1, without the line ends; a line longer than `limit` is an error. */
export async function* lines(
  source: AsyncIterable<string>,
  limit: number,
  file: string,
): AsyncGenerator<{ readonly line: number; readonly text: string }, void> {
  let line = 1;
  let rest = '';
  const strip = (text: string): string => (text.endsWith('\r') ? text.slice(0, -1) : text);
  for await (const piece of source) {
    let from = 0;
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', from)) {
      const text = rest + piece.slice(from, end);
      check(text.length);
      yield { line, text: strip(text) };
      line += 1;
      rest = '';
      from = end + 1;
    }
    rest += piece.slice(from);
    check(rest.length);
  }
  if (rest !== '') yield { line, text: strip(rest) };

  function check(length: number): void {
    if (length <= limit) return;
    throw new DataFileError('a line is too long', {
      file: `${file} line ${line}`,
      received: `more than ${limit} characters`,
      expected: `at most ${limit} characters`,
      fix: 'check that the file has one record a line, or raise the limit',
    });
  }
}
