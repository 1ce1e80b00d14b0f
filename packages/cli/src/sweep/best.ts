import { dirname, extname, join, relative, resolve } from 'node:path';
import { writeAtomically } from '@descent/files';
import { DATA_EXTENSIONS } from '../config/extends.ts';
import type { Values } from './space/parameter.ts';
import { type SourceOfTrials, trialSource, withImportsMoved } from './trial/source.ts';

/** Writes the config with these values as a file that `descent train` takes, and returns its path. */
export async function writeBest(folder: string, sources: SourceOfTrials, values: Values): Promise<string> {
  const extension = extname(sources.file);
  const isData = DATA_EXTENSIONS.includes(extension);
  const path = join(folder, isData ? 'best.json' : `best.config${extension}`);
  const source = trialSource(sources, values);
  const moved = (from: string): string => {
    const there = relative(folder, resolve(dirname(sources.file), from)).replaceAll('\\', '/');
    return there.startsWith('.') ? there : `./${there}`;
  };
  await writeAtomically(path, isData ? source : withImportsMoved(source, moved));
  return path;
}
