// Real files of another make, which `npm run fuzz -- --files FOLDER` names. Processes of readers find the folder in their environment.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = 'DESCENT_FUZZ_FILES';
/** Larger files take long, and most of their bytes are weights. */
const LARGEST = 100_000;

/** @param {string | undefined} folder */
export function takeSeedsFrom(folder) {
  if (folder !== undefined) process.env[FOLDER] = folder;
}

/**
 * The files of the folder, and of those inside it, whose names end in `ending`, in an order that is always the same.
 *
 * @param {string} ending
 * @returns {Promise<readonly import('./readers.mjs').Seed[]>}
 */
export async function moreSeeds(ending) {
  const folder = process.env[FOLDER];
  if (folder === undefined) return [];
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(ending)).sort();
  const files = await Promise.all(names.map(async (name) => new Uint8Array(await readFile(join(folder, name)))));
  return files.filter(({ length }) => length > 0 && length <= LARGEST).map((bytes) => ({ bytes }));
}
