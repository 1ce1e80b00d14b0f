import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetDefinition, NeededFile, RemoteFile } from '../definition.ts';
import { DataFormatError, reason } from '../errors.ts';
import { KNOWN_CONTENTS } from '../known-contents.ts';
import { KNOWN_BY_HASH, KNOWN_SIZES } from '../known-files.ts';
import { unpackedSize } from '../node/files.ts';
import { describeContents, formOf } from './contents.ts';
import { fileHashes } from './file-hashes.ts';
import { notedOf } from './unpacked.ts';

/** `hash`: the file is the publisher's, byte for byte. `form`: it has the right size, shape and classes, and nobody states its hash. */
export type Standing = 'hash' | 'form';

export type Verdict = { readonly standing: Standing } | { readonly problem: DataFormatError };

interface Candidate {
  readonly definition: DatasetDefinition;
  readonly need: NeededFile;
  readonly path: string;
}

/**
 * Judges the file `name` in `folder` that was found for a need of a set: by the hash that the set states, else by what was noted when it was taken out of an
 * archive with a stated hash, else by its form.
 */
export async function judge(
  definition: DatasetDefinition,
  need: NeededFile,
  folder: string,
  name: string,
): Promise<Verdict> {
  const candidate = { definition, need, path: join(folder, name) };
  try {
    const single = definition.files.find((file) => file.archive === undefined && need.names.includes(file.name));
    if (single?.sha256 !== undefined) return await byHash(candidate, single, single.sha256);
    const archive = definition.files.find((file) => file.archive?.members.includes(name));
    const noted = archive === undefined ? undefined : await byNote(candidate, archive, folder, name);
    return noted ?? (await byForm(candidate));
  } catch (cause) {
    const details = { file: candidate.path, received: reason(cause), cause };
    return { problem: new DataFormatError(`${definition.name}: a file cannot be checked`, details) };
  }
}

async function byHash(candidate: Candidate, expected: RemoteFile, sha256: string): Promise<Verdict> {
  const { definition, path } = candidate;
  const { content: wanted } = expected;
  const { file, content } = await fileHashes(path, (hash) => hash !== sha256 && !KNOWN_BY_HASH.has(hash));
  if (file === sha256 || (wanted !== undefined && content === wanted)) return { standing: 'hash' };
  const is = KNOWN_BY_HASH.get(file) ?? KNOWN_BY_HASH.get(content ?? '');
  const isUnpacked = file === content && expected.name.endsWith('.gz');
  if (is === undefined && isUnpacked && wanted === undefined) return byForm(candidate);
  const own = KNOWN_BY_HASH.get(sha256);
  return {
    problem: new DataFormatError(`${definition.name}: this file is not what its name says`, {
      file: path,
      received: is ?? `a file with sha256 ${file}, which is none that is known here: damaged, or of your own`,
      expected: `${own ?? expected.name}, sha256 ${sha256}${wanted === undefined ? '' : `, unpacked ${wanted}`}`,
      fix:
        is === undefined
          ? `move it away, and pass download: true for the real one${own === undefined ? '' : OF_YOUR_OWN}`
          : setOf(is) === setOf(own)
            ? `give each file of the set its own name again, or move them away and pass download: true`
            : anotherSet(definition),
    }),
  };
}

/** Undefined when nothing was noted of the file. */
async function byNote(
  { definition, path }: Candidate,
  archive: RemoteFile,
  folder: string,
  name: string,
): Promise<Verdict | undefined> {
  const noted = await notedOf(folder, archive, name);
  if (noted === undefined) return undefined;
  const { size } = await stat(path);
  const sha256 = size === noted.bytes ? (await fileHashes(path, () => false)).file : undefined;
  if (sha256 === noted.sha256)
    return { standing: archive.sha256 === undefined && archive.md5 === undefined ? 'form' : 'hash' };
  return {
    problem: new DataFormatError(`${definition.name}: this file is not what came out of ${archive.name}`, {
      file: path,
      received: sha256 === undefined ? `${size} bytes` : `${size} bytes with sha256 ${sha256}`,
      expected: `${noted.bytes} bytes with sha256 ${noted.sha256}, as noted when the archive was unpacked`,
      fix: 'move it away, and pass download: true, which unpacks the archive again',
    }),
  };
}

async function byForm({ definition, need, path }: Candidate): Promise<Verdict> {
  const { contents } = need;
  const is = await knownAs(path);
  if (is !== undefined) return { problem: otherwise(definition, path, is, expected(need), anotherSet(definition)) };
  if (contents === undefined) return { standing: 'form' };
  const form = await formOf(path, contents.format);
  if (form.fits(contents)) return { standing: 'form' };
  const others = KNOWN_CONTENTS.filter((known) => form.fits(known.contents)).map(({ what }) => what);
  const received = others.length === 0 ? form.text : `${form.text}, as ${others.join(' or ')}`;
  const fix = `move it away, and pass download: true for the real one${contents.format === 'idx' ? OF_YOUR_OWN : ''}`;
  return { problem: otherwise(definition, path, received, expected(need), fix) };
}

/** What a file of another set this is; only those of the right size are read to tell. */
async function knownAs(path: string): Promise<string | undefined> {
  if (!KNOWN_SIZES.has((await unpackedSize(path)).size)) return undefined;
  const { file, content } = await fileHashes(path, (hash) => !KNOWN_BY_HASH.has(hash));
  return KNOWN_BY_HASH.get(file) ?? KNOWN_BY_HASH.get(content ?? '');
}

function otherwise(
  { name }: DatasetDefinition,
  file: string,
  received: string,
  wanted: string,
  fix: string,
): DataFormatError {
  return new DataFormatError(`${name}: this file is not what its name says`, { file, received, expected: wanted, fix });
}

function expected({ what, part, contents }: NeededFile): string {
  return `${what} to ${part}${contents === undefined ? '' : `: ${describeContents(contents)}`}`;
}

const OF_YOUR_OWN = '; read files of your own with readIdx, and make { name, length, classes, x, y } of them';

function anotherSet({ name }: DatasetDefinition): string {
  return `load that set by its own name; for ${name} name another root, or move the file away, and pass download: true`;
}

/** `MNIST` of `MNIST's test images`. */
function setOf(file: string | undefined): string | undefined {
  return file?.split("'s ")[0];
}
