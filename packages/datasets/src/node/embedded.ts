// The data that ship inside this package, in Node: files beside its code.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DataFileError } from '../errors.ts';
import { readPath } from './files.ts';

/** A file that ships inside this package, as it lies there, and what errors call it. */
export interface EmbeddedFile {
  readonly packed: Uint8Array;
  readonly path: string;
}

export const mnistFile = (limit: number): Promise<EmbeddedFile> => readEmbedded('mnist-10k.bin.gz', limit);
export const digitsFile = (limit: number): Promise<EmbeddedFile> => readEmbedded('digits.bin.gz', limit);
export const irisFile = (limit: number): Promise<EmbeddedFile> => readEmbedded('iris.csv', limit);
export const mobyDickFile = (limit: number): Promise<EmbeddedFile> => readEmbedded('moby-dick.txt.gz', limit);

async function readEmbedded(name: string, limit: number): Promise<EmbeddedFile> {
  const path = embeddedPath(name);
  return { packed: await readPath(path, limit), path };
}

function embeddedPath(name: string): string {
  // A bundle for `require` has no address.
  const here: string | undefined = import.meta.url;
  const path = here === undefined ? undefined : fileURLToPath(new URL(`../../data/${name}`, here));
  if (path !== undefined && existsSync(path)) return path;
  throw new DataFileError('the data that ship inside @descent/datasets are not beside its code', {
    file: path ?? name,
    received: 'a bundle that has the code without the data, or a package with files missing',
    expected: `data/${name} of the package, as it is installed`,
    fix: 'leave the package out of the bundle (esbuild: --external:@descent/datasets; Rollup and webpack: external or externals), or install it again',
  });
}
