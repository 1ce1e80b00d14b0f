import { ValueError } from '@descent/core';
import { expectArgument } from '../arguments.ts';
import type { DatasetDefinition, RemoteFile } from '../definition.ts';
import { pageUrl, redact } from './address.ts';
import { environment } from './environment.ts';

/** Stands for the addresses of the publisher in a list of mirrors. */
const PUBLISHED = 'published';

/**
 * The mirrors to use: the option, else the words of `DESCENT_MIRRORS`, else those of the publisher. A list is the whole list, as with
 * package managers: the publisher is asked only where the list says `published`.
 * In a page an address may be relative to it.
 * @throws ValueError when an entry is no http(s) address.
 */
export function mirrorList(
  option: string | readonly string[] | undefined,
  env: Readonly<Record<string, string | undefined>> = environment(),
): readonly string[] {
  expectArgument(
    'mirrorList',
    option === undefined || typeof option === 'string' || Array.isArray(option),
    option,
    "addresses of mirrors, such as ['https://mirror.example/data']",
  );
  expectArgument(
    'mirrorList',
    typeof env === 'object' && env !== null,
    env,
    'variables of an environment, such as process.env',
  );
  const fromEnv = words(String(env['DESCENT_MIRRORS'] ?? ''));
  const given = option === undefined ? fromEnv : typeof option === 'string' ? words(option) : option;
  const where = option === undefined ? 'DESCENT_MIRRORS' : 'mirrors';
  for (const mirror of given) {
    if (mirror === PUBLISHED || (typeof mirror === 'string' && pageUrl(mirror.replaceAll(/\{set\}|\{file\}/g, 'x')))) {
      continue;
    }
    throw new ValueError(`${where}: this is no address of a mirror`, {
      received: typeof mirror === 'string' ? `'${redact(mirror)}'` : String(mirror),
      expected: `'${PUBLISHED}', or an http(s) address such as 'https://mirror.example/data' or 'https://mirror.example/{set}?f={file}'`,
    });
  }
  return given.length > 0 ? given : [PUBLISHED];
}

/** The addresses of a file, in the order to try. `https://mirror` stands for `https://mirror/{set}/{file}`. */
export function addresses(definition: DatasetDefinition, file: RemoteFile, mirrors: readonly string[]): string[] {
  const own = file.urls ?? definition.mirrors.map((base) => `${base.replace(/\/$/, '')}/${file.name}`);
  const all = mirrors.flatMap((mirror) => {
    if (mirror === PUBLISHED) return own;
    const template = mirror.includes('{file}') ? mirror : `${mirror.replace(/\/$/, '')}/{set}/{file}`;
    return [template.replaceAll('{set}', definition.id).replaceAll('{file}', encodeURIComponent(file.name))];
  });
  return [...new Set(all)];
}

function words(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}
