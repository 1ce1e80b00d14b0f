import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescentError } from '@descent/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  expectWritable,
  FileError,
  type FileSystem,
  nodeFileSystem,
  removeLeftovers,
  writeAtomically,
} from '../src/public/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'descent-files-'));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

const errorOf = async (promise: Promise<unknown>): Promise<FileError> => {
  const error = await promise.then(
    () => expect.fail('it worked'),
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(FileError);
  expect(error).toBeInstanceOf(DescentError);
  return error as FileError;
};

const isWindows = process.platform === 'win32';

describe('writeAtomically', () => {
  test('makes and replaces files of bytes and of text, and leaves nothing else', async () => {
    const path = join(folder, 'file');
    await writeAtomically(path, 'long old text');
    expect(readFileSync(path, 'utf8')).toBe('long old text');
    await writeAtomically(path, Uint8Array.of(1, 2));
    expect([...readFileSync(path)]).toEqual([1, 2]);
    await writeAtomically(path, '');
    expect(statSync(path).size).toBe(0);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('of many at once one is there whole', async () => {
    const path = join(folder, 'file');
    const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000));
    await Promise.all(texts.map((text) => writeAtomically(path, text)));
    expect(texts).toContain(readFileSync(path, 'utf8'));
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('keeps the permissions of the file that it replaces', async ({ skip }) => {
    skip(isWindows, 'Windows has other permissions');
    const path = join(folder, 'file');
    const before = process.umask(0o077);
    try {
      for (const mode of [0o600, 0o664, 0o755]) {
        writeFileSync(path, 'old');
        chmodSync(path, mode);
        await writeAtomically(path, 'new');
        expect(statSync(path).mode & 0o777).toBe(mode);
      }
      await writeAtomically(join(folder, 'new'), 'new');
      expect(statSync(join(folder, 'new')).mode & 0o777).toBe(0o600);
    } finally {
      process.umask(before);
    }
  });

  test('does without permissions where the file system has none', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'old');
    const fs: FileSystem = {
      ...nodeFileSystem,
      open: (async (...args: Parameters<FileSystem['open']>) => {
        const file = await nodeFileSystem.open(...args);
        file.chmod = () => Promise.reject(Object.assign(new Error('EPERM: chmod'), { code: 'EPERM' }));
        return file;
      }) as FileSystem['open'],
    };
    await writeAtomically(path, 'new', { fs });
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  test('writes what a link names, also through several, and where nothing is yet', async ({ skip }) => {
    skip(isWindows, 'links need a privilege on Windows');
    mkdirSync(join(folder, 'real'));
    symlinkSync('real', join(folder, 'folder'));
    symlinkSync('folder/file', join(folder, 'first'));
    symlinkSync('first', join(folder, 'second'));
    await writeAtomically(join(folder, 'second'), 'new');
    expect(readFileSync(join(folder, 'real', 'file'), 'utf8')).toBe('new');
    await writeAtomically(join(folder, 'second'), 'newer');
    expect(readFileSync(join(folder, 'real', 'file'), 'utf8')).toBe('newer');
    for (const link of ['folder', 'first', 'second']) expect(lstatSync(join(folder, link)).isSymbolicLink()).toBe(true);
    expect(readdirSync(join(folder, 'real'))).toEqual(['file']);
    symlinkSync('b', join(folder, 'a'));
    symlinkSync('a', join(folder, 'b'));
    for (const write of [writeAtomically(join(folder, 'a'), 'x'), expectWritable(join(folder, 'a'))]) {
      expect((await errorOf(write)).message).toContain('links in the path lead to each other (ELOOP)');
    }
    expect(lstatSync(join(folder, 'a')).isSymbolicLink()).toBe(true);
  });

  test('never writes through what lies at the name of the unfinished file', async ({ skip }) => {
    skip(isWindows, 'links need a privilege on Windows');
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'precious');
    let planted = '';
    const fs: FileSystem = {
      ...nodeFileSystem,
      open: (async (path: string, flags: string, mode?: number) => {
        if (flags === 'wx' && planted === '') {
          planted = path;
          symlinkSync(victim, path);
        }
        return nodeFileSystem.open(path, flags, mode);
      }) as FileSystem['open'],
    };
    const error = await errorOf(writeAtomically(join(folder, 'file'), 'new', { fs }));
    expect(error.code).toBe('EEXIST');
    expect(readFileSync(victim, 'utf8')).toBe('precious');
    expect(lstatSync(planted).isSymbolicLink()).toBe(true);
  });

  test('a name as long as the system allows', async () => {
    const path = join(folder, 'é'.repeat(127));
    await writeAtomically(path, 'x');
    expect(readFileSync(path, 'utf8')).toBe('x');
    const error = await errorOf(writeAtomically(join(folder, 'a'.repeat(300)), 'x'));
    expect(error.code).toBe('ENAMETOOLONG');
    expect(error.details.fix).toBe('give a shorter name');
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test.each([
    ['no folder', 'none/file', 'ENOENT', /make the folder first/],
    ['below a file', 'file/x', 'ENOTDIR', /another folder/],
    ['a folder', 'sub', 'EISDIR', /name of a file/],
  ])('%s: the error names path, reason and remedy', async (_, name, code, fix) => {
    writeFileSync(join(folder, 'file'), 'old');
    mkdirSync(join(folder, 'sub'));
    const path = join(folder, name);
    const error = await errorOf(writeAtomically(path, 'new', { summary: 'no luck' }));
    expect(error.message.startsWith(`${path}: no luck\n  received: `)).toBe(true);
    expect(error.code).toBe(code);
    expect((error.cause as { code: string }).code).toBe(code);
    expect(error.details.fix).toMatch(fix);
    expect(readdirSync(folder).sort()).toEqual(['file', 'sub']);
    const before = await errorOf(expectWritable(path, 'no luck'));
    expect(before.message).toContain(`${path}: no luck\n  received: `);
    expect(before.message).toContain(code);
  });

  test('a full device is told, and stays what it is', async ({ skip }) => {
    skip(!existsSync('/dev/full'), 'this system has no /dev/full');
    const error = await errorOf(writeAtomically('/dev/full', 'x'));
    expect(error.message).toBe(
      '/dev/full: the file cannot be written\n  received: the disk is full (ENOSPC)\n  fix: make room, or give a folder on another disk',
    );
    expect(statSync('/dev/full').isCharacterDevice()).toBe(true);
    await expectWritable('/dev/full');
  });

  test('a folder without permission', async ({ skip }) => {
    skip(isWindows || process.getuid?.() === 0, 'this user may write everywhere');
    chmodSync(folder, 0o500);
    const path = join(folder, 'file');
    expect((await errorOf(writeAtomically(path, 'x'))).code).toBe('EACCES');
    expect((await errorOf(expectWritable(path))).code).toBe('EACCES');
  });

  test('what a killed process leaves is removed, and nothing else', async () => {
    const fs: FileSystem = { ...nodeFileSystem, rename: () => new Promise(() => {}) };
    // It never ends, as if the process had been killed before the move.
    void writeAtomically(join(folder, 'file'), 'half', { fs });
    while (!readdirSync(folder).some((name) => /^file\.\d+\.tmp$/.test(name))) await new Promise(setImmediate);
    for (const name of ['a.tmp', 'b.12.txt', 'x.lock.token.12.own']) writeFileSync(join(folder, name), '');
    await removeLeftovers(folder);
    expect(readdirSync(folder).sort()).toEqual(['a.tmp', 'b.12.txt', 'x.lock.token.12.own']);
    await removeLeftovers(join(folder, 'none'));
  });
});

test('expectWritable takes a file that is there, one that is not, and a link', async ({ skip }) => {
  await expectWritable(join(folder, 'new'));
  writeFileSync(join(folder, 'old'), '');
  await expectWritable(join(folder, 'old'));
  skip(isWindows, 'links need a privilege on Windows');
  symlinkSync('none/file', join(folder, 'link'));
  expect((await errorOf(expectWritable(join(folder, 'link')))).message).toMatch(/no folder .*none \(ENOENT\)/);
  execFileSync('/usr/bin/env', ['mkfifo', join(folder, 'pipe')]);
  await expectWritable(join(folder, 'pipe'));
});
