import type { DatasetDefinition, NeededFile } from '../definition.ts';
import { DataFormatError } from '../errors.ts';
import { KNOWN_BY_HASH } from '../known-files.ts';
import { reason } from '../sources/file.ts';
import { fileHashes } from './file-hashes.ts';

/**
 * What is wrong with a file that was found for a need of a set, by the hashes that the set states; undefined when it is the right one, or when nothing is
 * known to tell by: files out of archives, and unpacked ones whose hash nobody states, unless they are known as another's.
 */
export async function problemWith(
  definition: DatasetDefinition,
  need: NeededFile,
  path: string,
): Promise<DataFormatError | undefined> {
  const expected = definition.files.find((file) => file.archive === undefined && need.names.includes(file.name));
  if (expected?.sha256 === undefined) return undefined;
  const { sha256, content: wanted } = expected;
  let hashes: Awaited<ReturnType<typeof fileHashes>>;
  try {
    hashes = await fileHashes(path, (file) => file !== sha256 && !KNOWN_BY_HASH.has(file));
  } catch (cause) {
    return new DataFormatError(`${definition.name}: a file cannot be checked`, {
      file: path,
      received: reason(cause),
      cause,
    });
  }
  const { file, content } = hashes;
  if (file === sha256 || (wanted !== undefined && content === wanted)) return undefined;
  const is = KNOWN_BY_HASH.get(file) ?? KNOWN_BY_HASH.get(content ?? '');
  const isUnpacked = file === content && expected.name.endsWith('.gz');
  if (is === undefined && isUnpacked && wanted === undefined) return undefined;
  const own = KNOWN_BY_HASH.get(sha256);
  const ownFiles =
    own === undefined ? '' : '; read files of your own with readIdx, and make { name, length, classes, x, y } of them';
  return new DataFormatError(`${definition.name}: this file is not what its name says`, {
    file: path,
    received: is ?? `a file with sha256 ${file}, which is none that is known here: damaged, or of your own`,
    expected: `${own ?? expected.name}, sha256 ${sha256}${wanted === undefined ? '' : `, unpacked ${wanted}`}`,
    fix:
      is === undefined
        ? `move it away, and pass download: true for the real one${ownFiles}`
        : setOf(is) === setOf(own)
          ? `give each file of the set its own name again, or move them away and pass download: true`
          : `load that set by its own name; for ${definition.name} name another root, or move the file away, and pass download: true`,
  });
}

/** `MNIST` of `MNIST's test images`. */
function setOf(file: string | undefined): string | undefined {
  return file?.split("'s ")[0];
}
