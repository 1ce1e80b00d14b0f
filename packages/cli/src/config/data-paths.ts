import type { FileData } from './define-config.ts';

/** A file or folder that the data of a config name. */
export interface DataPath {
  readonly path: string;
  readonly kind: 'file' | 'folder';
}

/** What data name, in the order in which it is read; each once. */
export function dataPaths(data: FileData): readonly DataPath[] {
  const found = pathsOf(data);
  return found.filter(({ path }, i) => found.findIndex((other) => other.path === path) === i);
}

function pathsOf(data: FileData): readonly DataPath[] {
  const file = (path: unknown): readonly DataPath[] => (typeof path === 'string' ? [{ path, kind: 'file' }] : []);
  const folder = (path: unknown): readonly DataPath[] => (typeof path === 'string' ? [{ path, kind: 'folder' }] : []);
  const tokenizer = (choice: unknown): readonly DataPath[] =>
    typeof choice === 'object' && choice !== null && 'file' in choice ? file(choice.file) : [];
  if ('csv' in data) return [...file(data.csv), ...file(data.test)];
  if ('table' in data) return [...file(data.table), ...file(data.test)];
  if ('series' in data) return [...file(data.series), ...file(data.test)];
  if ('npz' in data) return [...file(data.npz), ...file(data.test)];
  if ('corpus' in data) {
    const own = data.corpus === 'moby-dick' ? [] : file(data.corpus);
    return [...own, ...file(data.test), ...tokenizer(data.tokenizer)];
  }
  if ('texts' in data) {
    // A file has columns; a folder has none.
    const kind = data.text === undefined ? folder : file;
    return [...kind(data.texts), ...kind(data.test), ...tokenizer(data.tokenizer)];
  }
  if ('imdb' in data) return [...folder(data.imdb), ...tokenizer(data.tokenizer)];
  const { test } = data;
  const parts = typeof test === 'object' ? (test as Readonly<Record<string, unknown>>) : {};
  if ('masks' in data)
    return [...folder(data.images), ...folder(data.masks), ...folder(parts['images']), ...folder(parts['masks'])];
  if ('boxes' in data)
    return [...folder(data.images), ...file(data.boxes), ...folder(parts['images']), ...file(parts['boxes'])];
  if ('labels' in data)
    return [...folder(data.images), ...file(data.labels), ...folder(parts['images']), ...file(parts['labels'])];
  return [...folder(data.images), ...folder(test)];
}
