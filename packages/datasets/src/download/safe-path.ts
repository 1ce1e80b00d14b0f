import { join } from 'node:path';
import { DataFormatError } from '../errors.ts';

// Names that Windows opens as devices, whatever follows the dot.
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * The place of an archive's member inside `folder`.
 * @throws DataFormatError when the name leads out of the folder on any system, or is no name.
 */
export function safePath(folder: string, name: string, archive: string): string {
  const segments = name.split('/');
  const bad =
    name === '' ||
    name.length > 1024 ||
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused.
    /[\x00-\x1f\\:*?"<>|]/.test(name) ||
    segments.some((s) => s === '' || s === '.' || s === '..' || s.length > 255 || /[. ]$/.test(s) || DEVICES.test(s));
  if (!bad) return join(folder, ...segments);
  throw new DataFormatError('the archive has a member with a name that could lead out of its folder', {
    file: archive,
    received: JSON.stringify(name.slice(0, 200)),
    expected: 'a relative path of plain names',
    fix: 'do not use this archive',
  });
}
