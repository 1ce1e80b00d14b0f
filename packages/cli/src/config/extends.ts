import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, relative, resolve, sep } from 'node:path';
import { prefixPath } from '@descent/core';
import { UsageError } from '../errors.ts';
import { show } from './argument.ts';
import { KINDS } from './data-schema.ts';
import { type Variables, withEnvironment } from './environment.ts';
import { isObject } from './is-object.ts';
import { decodeConfig, parseJson } from './json.ts';
import { closest } from './suggest.ts';
import { parseYaml } from './yaml.ts';

/** Endings of configs that are data alone. Others are modules, which import what they build upon. */
export const DATA_EXTENSIONS: readonly string[] = ['.json', '.yaml', '.yml'];

/** A config that is data, with everything that other files and the environment say. */
export interface Document {
  readonly config: unknown;
  /** Whether its text alone says the same: it extends nothing and asks for no variable. */
  readonly isWhole: boolean;
}

interface Reading {
  /** The folder that the command runs in. */
  readonly cwd: string;
  readonly variables: Variables;
  /** The files that are being read, each of which extends the next. */
  readonly chain: readonly string[];
}

/** More than anybody follows. */
const MOST_FILES = 20;

/**
 * Reads a config in JSON or YAML, puts in what environment variables say, and lays it over what it `extends`: one path or several, of which later ones count more,
 * relative to the file. Objects are joined key by key, everything else replaces; `null` takes out what a base says.
 * @throws UsageError for what cannot be parsed, for a variable that is not set, for a base that is no JSON or YAML, lies outside of the folders of the command and
 * of the config, or comes back to a file that is being read.
 */
export async function readDocument(
  source: string,
  file: string,
  { cwd, variables }: Pick<Reading, 'cwd' | 'variables'>,
): Promise<Document> {
  return read(source, file, { cwd, variables, chain: [await real(file)] });
}

async function read(source: string, file: string, reading: Reading): Promise<Document> {
  const name = basename(file);
  const parsed = ['.yaml', '.yml'].includes(extname(file)) ? await parseYaml(source, name) : parseJson(source, name);
  try {
    const said = withEnvironment(parsed, reading.variables);
    const usesVariables = JSON.stringify(said) !== JSON.stringify(parsed);
    if (!isObject(said) || Array.isArray(said) || !('extends' in said))
      return { config: said, isWhole: !usesVariables };
    const { extends: given, ...own } = said;
    let config: unknown = {};
    for (const [i, path] of pathsOf(given).entries()) {
      const at = Array.isArray(given) ? `extends.${i}` : 'extends';
      config = over(config, await baseOf(path, file, at, reading), []);
    }
    return { config: over(config, own, []), isWhole: false };
  } catch (error) {
    throw prefixPath(error, name);
  }
}

function pathsOf(given: unknown): readonly string[] {
  const paths: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (paths.length > 0 && paths.every((path) => typeof path === 'string' && path !== '')) return paths as string[];
  throw new UsageError('extends names a config to build upon, or a list of them', {
    path: 'extends',
    received: show(given),
    expected: 'a path relative to this file, such as "base.yaml"',
  });
}

async function baseOf(path: string, from: string, at: string, reading: Reading): Promise<unknown> {
  const wrong = (summary: string, received: string, fix?: string): UsageError =>
    new UsageError(summary, { path: at, received, ...(fix !== undefined && { fix }) });
  if (isAbsolute(path) || /^[a-z][a-z+.-]+:/i.test(path))
    throw wrong('a config extends files beside it', path, 'give a path relative to this file');
  if (!DATA_EXTENSIONS.includes(extname(path))) {
    const isModule = /\.[cm]?[jt]s$/.test(path);
    throw wrong(
      'a config extends JSON and YAML',
      path,
      isModule
        ? 'a config in TypeScript imports another one'
        : `name a file that ends in ${DATA_EXTENSIONS.join(', ')}`,
    );
  }
  const file = resolve(dirname(from), path);
  const found = await real(file);
  const [first] = reading.chain as readonly [string, ...string[]];
  const roots = await Promise.all([reading.cwd, dirname(first)].map(real));
  if (!roots.some((root) => isInside(found, root))) {
    throw wrong(
      'a config extends files of its own folder, or of the folder that the command runs in',
      found,
      'run the command where both lie, or copy the file',
    );
  }
  if (reading.chain.includes(found)) {
    const names = [...reading.chain.slice(reading.chain.indexOf(found)), found].map((one) => basename(one));
    throw wrong('a config extends itself', names.join(' extends '), 'take one of these out');
  }
  if (reading.chain.length >= MOST_FILES) throw wrong('too many configs extend each other', `more than ${MOST_FILES}`);
  const bytes = await readFile(found).catch(async (cause: NodeJS.ErrnoException) => {
    const near = closest(basename(file), await readdir(dirname(file)).catch(() => []));
    const guess = near === undefined ? '' : `; did you mean '${near}'?`;
    const missing = `there is no such config to extend${guess}`;
    throw new UsageError(cause.code === 'ENOENT' ? missing : 'the config cannot be read', {
      path: at,
      received: path,
      fix: `paths are relative to ${basename(from)}`,
      cause,
    });
  });
  return (await read(decodeConfig(bytes), file, { ...reading, chain: [...reading.chain, found] })).config;
}

/** The path without links, of which one could lead out of a folder; as it is where there is nothing. */
async function real(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

function isInside(file: string, folder: string): boolean {
  const path = relative(folder, file);
  return path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

/** `own` laid over `base`. Data of another kind replace those of the base: keys of both would contradict each other. */
function over(base: unknown, own: unknown, path: readonly string[]): unknown {
  if (!isPlain(base) || !isPlain(own)) return own;
  if (path.join('.') === 'data' && kindOf(own) !== undefined && kindOf(own) !== kindOf(base)) return own;
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(own)) {
    if (value === null) merged.delete(key);
    else merged.set(key, merged.has(key) ? over(merged.get(key), value, [...path, key]) : value);
  }
  return Object.fromEntries(merged);
}

function kindOf(data: Readonly<Record<string, unknown>>): string | undefined {
  return KINDS.find((kind) => kind in data);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && !Array.isArray(value);
}
