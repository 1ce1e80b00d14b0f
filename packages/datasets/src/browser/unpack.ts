import { createTarDecoder } from 'modern-tar';
import type { RemoteFile } from '../definition.ts';
import { DataFileError, DataFormatError, reason } from '../errors.ts';
import { joined, piecesOf } from '../sources/pieces.ts';
import { gunzipStream } from './compression.ts';
import { zipMembers } from './zip.ts';

const MOST_MEMBERS = 10_000;

/**
 * The wanted members of an archive in memory, by their names.
 * @throws DataFormatError when the archive is corrupt, lacks a member or has one twice; DataFileError when it unpacks to too much.
 */
export async function unpackedMembers(
  bytes: Uint8Array,
  { name: file, archive }: RemoteFile,
  onMember: (name: string) => void,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { format, members = [], unpackedBytes = 0 } = archive ?? {};
  const found = new Map<string, Uint8Array>();
  let seen = 0;
  const isWanted = (name: string): boolean => {
    if (++seen > MOST_MEMBERS) throw tooMuch(file, `more than ${MOST_MEMBERS} members`, `at most ${MOST_MEMBERS}`);
    if (!members.includes(name)) return false;
    if (found.has(name)) {
      throw new DataFormatError('the archive has a member twice', {
        file,
        received: name,
        fix: 'do not use this archive',
      });
    }
    onMember(name);
    return true;
  };
  const charge = (total: number): void => {
    if (total > unpackedBytes)
      throw tooMuch(file, `more than ${unpackedBytes} bytes`, `at most ${unpackedBytes} bytes`);
  };
  try {
    if (format === 'zip') {
      let total = 0;
      for await (const { name, size, read } of zipMembers(bytes, file)) {
        if (!isWanted(name)) continue;
        total += size;
        charge(total);
        found.set(name, await read());
      }
    } else await tarMembers(bytes, charge, isWanted, found);
  } catch (cause) {
    if (cause instanceof DataFormatError || cause instanceof DataFileError) throw cause;
    throw new DataFormatError('the archive is corrupt or truncated', {
      file,
      received: reason(cause),
      expected: 'a complete archive',
      fix: 'fetch it again',
      cause,
    });
  }
  const lacking = members.filter((name) => !found.has(name));
  if (lacking.length === 0) return found;
  throw new DataFormatError('the archive lacks members', {
    file,
    received: `${seen} members without ${lacking.slice(0, 3).join(', ')}`,
    expected: members.slice(0, 6).join(', '),
    fix: 'fetch the archive again, or check that it is the right one',
  });
}

async function tarMembers(
  bytes: Uint8Array,
  charge: (total: number) => void,
  isWanted: (name: string) => boolean,
  found: Map<string, Uint8Array>,
): Promise<void> {
  const decoder = createTarDecoder({ strict: true });
  const feed = async (): Promise<void> => {
    const writer = decoder.writable.getWriter();
    writer.closed.catch(() => {});
    let total = 0;
    async function* once(): AsyncGenerator<Uint8Array, void> {
      yield bytes;
    }
    try {
      for await (const piece of gunzipStream(once())) {
        total += piece.length;
        charge(total);
        await writer.write(piece);
      }
      await writer.close();
    } catch (error) {
      await writer.abort(error).catch(() => {});
      throw error;
    }
  };
  const take = async (): Promise<void> => {
    for await (const { header, body } of piecesOf(decoder.readable)) {
      const isFile = (header.type ?? 'file') === 'file';
      if (isFile && isWanted(header.name)) found.set(header.name, await joined(piecesOf(body)));
      else await body.pipeTo(new WritableStream());
    }
  };
  // When both fail, the first failure is the reason of the other.
  await Promise.all([feed(), take()]);
}

function tooMuch(file: string, received: string, expected: string): DataFileError {
  return new DataFileError('the archive unpacks to too much', {
    file,
    received,
    expected,
    fix: 'do not use this archive',
  });
}
