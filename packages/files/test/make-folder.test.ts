import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileError, makeFolder, makeFolderSync, nodeFileSystem } from '../src/public/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'descent-folders-'));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

const both: readonly (readonly [string, (path: string) => Promise<void>])[] = [
  ['makeFolder', (path) => makeFolder(path)],
  ['makeFolderSync', async (path) => makeFolderSync(path)],
];

test.each(both)('%s makes a folder with those above it, at once by several, and again', async (_, make) => {
  const path = join(folder, 'a', 'b', 'c');
  await Promise.all([1, 2, 3].map(() => make(path)));
  await make(path);
  expect(statSync(path).isDirectory()).toBe(true);
  await make('/');
  await make('.');
});

test.each(both)('%s says why it cannot: a file in the way', async (_, make) => {
  writeFileSync(join(folder, 'file'), '');
  for (const [path, code] of [
    [join(folder, 'file'), 'EEXIST'],
    [join(folder, 'file', 'x', 'y'), 'ENOTDIR'],
  ] as const) {
    const error = await make(path).then(
      () => expect.fail('it worked'),
      (cause: unknown) => cause as FileError,
    );
    expect(error).toBeInstanceOf(FileError);
    expect(error.code).toBe(code);
    expect(error.message).toContain(`${path}: the folder cannot be made\n  received: `);
  }
});

test.each(both)('%s ends where a folder can neither be made nor is there', async (_, make) => {
  if (!existsSync('/proc/self')) return expect(existsSync('/proc/self')).toBe(false);
  await expect(make('/proc/descent/a/b')).rejects.toBeInstanceOf(FileError);
});

test('a read-only disk far above is told, not that a folder is missing', async () => {
  const fs = {
    ...nodeFileSystem,
    mkdir: (async (path: string) => {
      const code = path === join(folder, 'a') ? 'EROFS' : 'ENOENT';
      throw Object.assign(new Error(`${code}: mkdir '${path}'`), { code });
    }) as unknown as typeof nodeFileSystem.mkdir,
  };
  await expect(makeFolder(join(folder, 'a', 'b', 'c'), { summary: 'no room', fs })).rejects.toThrow(
    /c: no room\n {2}received: the file system is read-only \(EROFS\)/,
  );
});
