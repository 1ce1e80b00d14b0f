// The data that ship inside this package, in a browser: files that are fetched when they are asked for.
import { DataFileError } from '../errors.ts';
import type { EmbeddedFile } from '../node/embedded.ts';
import { fetchBytes } from '../sources/fetched.ts';

// Written out one by one: this is the form by which bundlers find files and take them along, and what a page does not use is left out.

export const mnistFile = (limit: number): Promise<EmbeddedFile> =>
  readEmbedded(new URL('../../data/mnist-10k.bin.gz', import.meta.url), limit);
export const digitsFile = (limit: number): Promise<EmbeddedFile> =>
  readEmbedded(new URL('../../data/digits.bin.gz', import.meta.url), limit);
export const irisFile = (limit: number): Promise<EmbeddedFile> =>
  readEmbedded(new URL('../../data/iris.csv', import.meta.url), limit);
export const mobyDickFile = (limit: number): Promise<EmbeddedFile> =>
  readEmbedded(new URL('../../data/moby-dick.txt.gz', import.meta.url), limit);

async function readEmbedded({ href, pathname }: URL, limit: number): Promise<EmbeddedFile> {
  try {
    return { packed: await fetchBytes(href, limit), path: href };
  } catch (cause) {
    if (!(cause instanceof DataFileError)) throw cause;
    throw new DataFileError('the data that ship inside @descent/datasets are not where its code looks for them', {
      file: href,
      received: cause.message,
      expected: 'the file of node_modules/@descent/datasets/data',
      fix: `Vite and webpack take the file along by themselves; esbuild does not: copy node_modules/@descent/datasets/data/${pathname.split('/').at(-1)} to ${pathname} of the server`,
      cause,
    });
  }
}
