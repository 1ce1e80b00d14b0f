import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { type FileSystem, makeFolder } from '@descent/files';
import { createTarDecoder } from 'modern-tar';
import { type Entry, openPromise } from 'yauzl';
import type { ArchiveContents } from '../definition.ts';
import { DataFileError, DataFormatError } from '../errors.ts';
import { entryBytes } from '../node/zip.ts';
import { byteStream } from '../sources/gzip.ts';
import { isSystemError, localError } from './file-system.ts';
import { safePath } from './safe-path.ts';
import type { Unpacked } from './unpacked.ts';

export interface ExtractOptions {
  readonly fs: FileSystem;
  readonly signal?: AbortSignal | undefined;
  readonly onMember?: (name: string) => void;
  /** Called with all that was taken out, before the files get their names. */
  readonly onUnpacked?: (files: ReadonlyMap<string, Unpacked>) => Promise<void>;
  /** The most members of an archive, wanted or not. Default 10,000. */
  readonly maxMembers?: number;
}

/**
 * Takes the wanted members out of an archive into `folder`. Each appears under its name complete, or not at all; links and devices are never made,
 * and no other member is written.
 * @throws DataFormatError when the archive is corrupt, lacks a member, or has a dangerous one; DataFileError when it unpacks to too much.
 */
export async function extractArchive(
  archive: string,
  contents: ArchiveContents,
  folder: string,
  token: string,
  options: ExtractOptions,
): Promise<void> {
  const { fs } = options;
  // Members land in a folder of their own first: it is gone or renamed as a whole file at a time.
  const prefix = `.${basename(archive)}.`;
  const staging = join(folder, `${prefix}${token}.unpack`);
  try {
    for (const name of await fs.readdir(folder)) {
      if (name.startsWith(prefix) && name.endsWith('.unpack'))
        await fs.rm(join(folder, name), { recursive: true, force: true });
    }
    await makeFolder(staging, { fs });
    const context: Context = { archive, contents, staging, ...options, written: new Map(), members: 0, bytes: 0 };
    await (contents.format === 'zip' ? extractZip(context) : extractTar(context));
    const lacking = contents.members.filter((name) => !context.written.has(name));
    if (lacking.length > 0) {
      throw new DataFormatError('the archive lacks members', {
        file: archive,
        received: `${context.members} members without ${lacking.slice(0, 3).join(', ')}`,
        expected: contents.members.slice(0, 6).join(', '),
        fix: 'fetch the archive again, or check that it is the right one',
      });
    }
    await options.onUnpacked?.(context.written);
    for (const name of contents.members) {
      const target = safePath(folder, name, archive);
      await makeFolder(dirname(target), { fs });
      await fs.rename(safePath(staging, name, archive), target);
    }
  } catch (error) {
    if (error instanceof DataFormatError || error instanceof DataFileError) throw error;
    options.signal?.throwIfAborted();
    if (isSystemError(error)) throw localError(error, archive, 'unpacking');
    throw corrupt(archive, error);
  } finally {
    await fs.rm(staging, { recursive: true, force: true }).catch(() => {});
  }
}

interface Context extends ExtractOptions {
  readonly archive: string;
  readonly contents: ArchiveContents;
  readonly staging: string;
  readonly written: Map<string, Unpacked>;
  members: number;
  bytes: number;
}

async function extractTar(context: Context): Promise<void> {
  const { archive, signal, fs } = context;
  // Without gzip there would be no checksum of the data.
  const start = await fs.open(archive, 'r');
  const magic = new Uint8Array(2);
  await start.read(magic, 0, 2, 0).finally(() => start.close());
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) throw corrupt(archive, new Error('it does not begin as gzip data do'));
  const decoder = createTarDecoder({ strict: true });
  const feed = async (): Promise<void> => {
    const writer = decoder.writable.getWriter();
    // Its own word on a failure comes through `write`, and through the entries.
    writer.closed.catch(() => {});
    try {
      for await (const piece of byteStream(archive, Number.POSITIVE_INFINITY, archive)) {
        signal?.throwIfAborted();
        // Counted before the tar reader, so that whatever it keeps in memory is within the limit too.
        context.bytes += piece.length;
        checkBytes(context);
        await writer.write(piece);
      }
      await writer.close();
    } catch (error) {
      await writer.abort(error).catch(() => {});
      throw error;
    }
  };
  const take = async (): Promise<void> => {
    for await (const { header, body } of decoder.readable) {
      countMember(context);
      if ((header.type ?? 'file') === 'file' && wanted(context, header.name)) {
        await write(context, header.name, body, header.size);
      } else {
        await body.pipeTo(new WritableStream());
      }
    }
  };
  // When both fail, the first failure is the reason of the other.
  await Promise.all([feed(), take()]);
}

async function extractZip(context: Context): Promise<void> {
  const { archive } = context;
  const zip = await openPromise(archive, { strictFileNames: true, validateEntrySizes: true });
  try {
    for await (const entry of zip.eachEntry()) {
      countMember(context);
      context.signal?.throwIfAborted();
      if (!wanted(context, entry.fileName)) continue;
      refuseSpecial(entry, archive);
      context.bytes += entry.uncompressedSize;
      checkBytes(context);
      await write(context, entry.fileName, entryBytes(zip, entry, archive), entry.uncompressedSize);
    }
  } finally {
    zip.close();
  }
}

/** Whether the archive's list says so; the same name twice is refused, for one of the two would win by chance. */
function wanted({ archive, contents, written }: Context, name: string): boolean {
  if (!contents.members.includes(name)) return false;
  if (!written.has(name)) return true;
  throw new DataFormatError('the archive has a member twice', {
    file: archive,
    received: name,
    fix: 'do not use this archive',
  });
}

async function write(context: Context, name: string, body: AsyncIterable<Uint8Array>, size: number): Promise<void> {
  const { archive, staging, fs, signal, onMember } = context;
  onMember?.(name);
  const target = safePath(staging, name, archive);
  await makeFolder(dirname(target), { fs });
  const handle = await fs.open(target, 'wx');
  const hash = createHash('sha256');
  let length = 0;
  try {
    for await (const chunk of body) {
      signal?.throwIfAborted();
      hash.update(chunk);
      for (let at = 0; at < chunk.length; ) at += (await handle.write(chunk, at)).bytesWritten;
      length += chunk.length;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (length !== size) {
    throw new DataFormatError('a member of the archive is damaged', {
      file: archive,
      received: `${length} bytes of ${name}`,
      expected: `${size} bytes`,
      fix: 'fetch the archive again',
    });
  }
  context.written.set(name, { bytes: length, sha256: hash.digest('hex') });
}

function checkBytes({ archive, contents, bytes }: Context): void {
  if (bytes <= contents.unpackedBytes) return;
  throw new DataFileError('the archive unpacks to too much', {
    file: archive,
    received: `more than ${contents.unpackedBytes} bytes`,
    expected: `at most ${contents.unpackedBytes} bytes`,
    fix: 'do not use this archive',
  });
}

function countMember(context: Context): void {
  const { maxMembers = 10_000 } = context;
  context.members += 1;
  if (context.members <= maxMembers) return;
  throw new DataFileError('the archive has too many members', {
    file: context.archive,
    received: `more than ${maxMembers}`,
    expected: `at most ${maxMembers}`,
    fix: 'do not use this archive',
  });
}

/** A zip keeps the kind of a file in the upper half of its attributes, as Unix does. */
function refuseSpecial(entry: Entry, archive: string): void {
  const kind = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (!entry.isEncrypted() && (kind === 0 || kind === 0o100000)) return;
  throw new DataFormatError('a member of the archive is no plain file', {
    file: archive,
    received: `${entry.fileName}: ${entry.isEncrypted() ? 'encrypted' : 'a link or device'}`,
    fix: 'do not use this archive',
  });
}

function corrupt(archive: string, cause: unknown): DataFormatError {
  return new DataFormatError('the archive is corrupt or truncated', {
    file: archive,
    received: cause instanceof Error ? cause.message : String(cause),
    expected: 'a complete archive',
    fix: 'fetch it again',
    cause,
  });
}
