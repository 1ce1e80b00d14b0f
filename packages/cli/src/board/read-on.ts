import type { FileHandle } from 'node:fs/promises';

/** How far a log was read. */
export interface LogPlace {
  /** Bytes, up to the end of a line. */
  readonly offset: number;
  /** How the file begins, and which it is: another one in its place is read from its start. */
  readonly head: string;
  readonly inode: number;
}

export const LOG_START: LogPlace = { offset: 0, head: '', inode: 0 };

/** What was written to a log since. */
export interface LogPart {
  readonly place: LogPlace;
  readonly lines: readonly string[];
  /** Whether it is another file by now, or a shorter one: what was read before does not count. */
  readonly isAnother: boolean;
  /** Whether there is more to read already. */
  readonly isMore: boolean;
}

/** Enough to tell two logs apart: the first line has the numbers of the first epoch, and how long it took. */
const HEAD = 256;
/** Bytes read at a time. */
const PART = 1 << 20;

/** The whole lines behind `place`, at most a part of them; half a line at the end is left for the next time. */
export async function readOn(file: FileHandle, place: LogPlace): Promise<LogPart> {
  const { size, ino } = await file.stat();
  const isAnother = place.offset > 0 && (size < place.offset || ino !== place.inode || !(await begins(file, place)));
  const from = isAnother ? 0 : place.offset;
  const bytes = await bytesAt(file, from, Math.min(PART, size - from));
  const end = bytes.lastIndexOf(0x0a) + 1;
  // A part without the end of a line is no log; it is passed over, so that it is not read again and again.
  const used = end === 0 && bytes.length === PART ? PART : end;
  const offset = from + used;
  return {
    place: { offset, head: await headOf(file, offset), inode: ino },
    lines: bytes.toString('utf8', 0, end).split('\n').slice(0, -1),
    isAnother,
    isMore: used > 0 && offset < size,
  };
}

async function begins(file: FileHandle, { offset, head }: LogPlace): Promise<boolean> {
  return (await headOf(file, offset)) === head;
}

/** Only of what was read: a file that grows keeps it. */
async function headOf(file: FileHandle, offset: number): Promise<string> {
  return (await bytesAt(file, 0, Math.min(HEAD, offset))).toString('latin1');
}

async function bytesAt(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.max(0, length));
  const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
  return buffer.subarray(0, bytesRead);
}
