import { resolve } from 'node:path';
import { writeAtomically } from '@descent/files';
import { elsewhere } from '../errors.ts';
import { type Io, shownPath } from '../io.ts';

/** Writes an SVG to the file that `option` of the command line names; how its path is shown. */
export async function savePicture(svg: string, path: string, option: string, io: Io): Promise<string> {
  const file = resolve(io.cwd, path);
  await writeAtomically(file, svg).catch((error: unknown) => {
    throw elsewhere(error, `write it elsewhere: ${option} <file>`);
  });
  return `picture: ${shownPath(file, io.cwd)}`;
}
