import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';

/** A file of a built page. */
export interface PageFile {
  readonly name: string;
  readonly code: string;
  /** Of the code, gzipped. */
  readonly bytes: number;
  /** Names of the files that it imports statically. */
  readonly imports: readonly string[];
}

export interface Page {
  /** What is fetched before the first line runs: the entry and all that it imports statically. */
  readonly first: readonly PageFile[];
  /** What is fetched when it is needed, if ever. */
  readonly later: readonly PageFile[];
}

/** A file as bundlers describe it. */
interface Chunk {
  readonly name: string;
  readonly code: string;
  readonly isEntry: boolean;
  /** Names of the files that it imports statically. */
  readonly imports: readonly string[];
}

/** Packages that a page loads as its runtime: not counted. */
export const RUNTIMES = /^(@tensorflow|onnxruntime-web)\b/;

const core = new URL('../../packages/core/', import.meta.url);
const { publishConfig } = JSON.parse(readFileSync(new URL('package.json', core), 'utf8')) as {
  publishConfig: { exports: Record<string, { default: string }> };
};
/** Path of what each entry of the published package runs, the longest names first. */
export const published: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(publishConfig.exports)
    .map(([name, target]) => [`@descent/core${name.slice(1)}`, fileURLToPath(new URL(target.default, core))] as const)
    .sort(([a], [b]) => b.length - a.length),
);

/** The page as Vite builds it. */
export async function vitePage(entry: string): Promise<Page> {
  const built = await vite({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: published },
    build: {
      write: false,
      target: 'es2023',
      modulePreload: { polyfill: false },
      rolldownOptions: { input: entry, external: [RUNTIMES], preserveEntrySignatures: 'strict' },
    },
  });
  const { output } = (Array.isArray(built) ? built[0] : built) as Extract<typeof built, { output: unknown }>;
  return pageOf(
    output.flatMap((file) => (file.type === 'chunk' ? [{ ...file, name: file.fileName, imports: file.imports }] : [])),
  );
}

/** The page as esbuild builds it: in several files, or in one. Runtimes are taken from where `owner`, a package here, finds them. */
export async function esbuildPage(entry: string, { splitting = true, owner = '', banner = '' } = {}): Promise<Page> {
  const { outputFiles, metafile } = await esbuild({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    logLevel: 'error',
    format: 'esm',
    target: 'es2023',
    splitting,
    outdir: '/page',
    absWorkingDir: '/',
    banner: { js: banner },
    platform: 'browser',
    alias: published,
    plugins: [
      {
        name: 'runtimes',
        setup({ onResolve }) {
          onResolve({ filter: RUNTIMES }, ({ path }) => ({
            path: owner === '' ? path : found(path, owner),
            external: true,
          }));
        },
      },
    ],
  });
  const chunks = Object.entries(metafile.outputs).map(([name, { imports, entryPoint }]) => ({
    name,
    code: outputFiles.find(({ path }) => path.endsWith(name))?.text ?? '',
    isEntry: entryPoint !== undefined && entry.endsWith(entryPoint),
    imports: imports.flatMap(({ path, kind, external }) =>
      kind === 'import-statement' && external !== true ? [path] : [],
    ),
  }));
  return pageOf(chunks);
}

function found(name: string, owner: string): string {
  const { resolve } = createRequire(new URL(`../../packages/${owner}/package.json`, import.meta.url));
  return pathToFileURL(resolve(name)).href;
}

function pageOf(chunks: readonly Chunk[]): Page {
  const byName = new Map(chunks.map((chunk) => [chunk.name, chunk]));
  const reached = new Set<Chunk>();
  const reach = (chunk: Chunk | undefined): void => {
    if (chunk === undefined || reached.has(chunk)) return;
    reached.add(chunk);
    for (const name of chunk.imports) reach(byName.get(name));
  };
  reach(chunks.find(({ isEntry }) => isEntry));
  const files = (some: readonly Chunk[]): readonly PageFile[] =>
    some.map(({ name, code, imports }) => ({ name, code, imports, bytes: gzipSync(code, { level: 9 }).length }));
  return { first: files([...reached]), later: files(chunks.filter((chunk) => !reached.has(chunk))) };
}

/** What the page fetches later with the file of that name: it, and all that it imports statically and that is not there yet. */
export function fetchedWith(start: string, { later }: Page): readonly PageFile[] {
  const reached = new Set(later.filter(({ name }) => basename(name).startsWith(`${start}-`)));
  for (const { imports } of reached) for (const file of later) if (imports.includes(file.name)) reached.add(file);
  return [...reached];
}

/** Bytes of files together. */
export function bytesOf(files: readonly PageFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
