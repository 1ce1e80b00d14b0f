import { readFile } from 'node:fs/promises';

/** A file of the page to try models, by the path at which it is served. */
export interface PageFile {
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** As far from here in the sources as in what is built. */
const FOLDER: URL = new URL('../../page/', import.meta.url);

const STYLE = 'text/css; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page/page.css': ['page.css', STYLE],
  ...Object.fromEntries(
    ['page', 'answers', 'dom', 'draw', 'rows', 'server', 'snippets', 'ways'].map((name) => [
      `/page/${name}.js`,
      [`${name}.js`, SCRIPT] as const,
    ]),
  ),
};

/** The files of the page, by their paths: `/` is the page itself. They hold no secrets, and are served without a token. */
export async function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const entries = Object.entries(FILES).map(
    async ([path, [file, type]]) => [path, { type, body: await readFile(new URL(file, FOLDER)) }] as const,
  );
  return new Map(await Promise.all(entries));
}
