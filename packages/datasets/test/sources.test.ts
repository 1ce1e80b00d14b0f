import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  type DroppedItems,
  droppedFiles,
  imageFiles,
  imageFolder,
  listImageFolder,
  loader,
  loadImage,
  pngBytes,
  readCsv,
  readIdx,
} from '../src/public/index.ts';
import { folder, idxBytes, rejection } from './helpers.ts';
import { mirror, noise } from './mirror.ts';

describe('sources other than paths', () => {
  const bytes = idxBytes([4, 3], noise(12));
  const packed = gzipSync(bytes);

  test('a Blob, a File and a URL are read as the bytes in them', async () => {
    const expected = await readIdx(bytes);
    const root = folder({ 'a.gz': packed });
    const { url } = await mirror((_, response) => response.end(packed));
    const sources = [
      new Blob([bytes as Uint8Array<ArrayBuffer>]),
      new File([packed], 'a.gz'),
      pathToFileURL(join(root, 'a.gz')),
      new URL(`${url}/a.gz`),
      new URL(`data:application/octet-stream;base64,${Buffer.from(packed).toString('base64')}`),
    ];
    for (const source of sources) expect(await readIdx(source)).toEqual(expected);
  });

  test('errors call a source by its name, without secrets', async () => {
    const { url } = await mirror((_, response) => response.writeHead(404).end());
    const message = async (work: Promise<unknown>): Promise<string> => (await rejection(work)).message;
    expect(await message(readIdx(new File(['abc'], 'mine.idx')))).toContain(
      'mine.idx at byte 3: the IDX header is cut off',
    );
    expect(await message(readIdx(new Blob(['abc'])))).toContain('IDX data at byte 3');
    expect(await message(readIdx(new URL(`${url}/a?token=secret`)))).toMatch(
      /\/a\?…: the file cannot be fetched\n {2}received: HTTP 404 \(not found\)/,
    );
    expect(await message(readCsv(`${url}/a.csv`))).toContain(`pass new URL('${url}/a.csv')`);
    expect(await message(readCsv(new URL('http://127.0.0.1:9/a.csv')))).toContain('the address cannot be reached');
    expect(await message(readIdx(new File([new Uint8Array(50)], 'big'), { limit: 10 }))).toContain('at most 10 bytes');
  });

  test('the delimiter follows the name of a File or a URL', async () => {
    const { columns } = await readCsv(new File(['a\tb\n1\t2\n'], 'table.tsv'));
    expect(columns.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('pngBytes gives what loadImage reads', async () => {
    const image = { dtype: 'uint8', shape: [28, 28], data: noise(784) } as const;
    expect([...(await loadImage(await pngBytes(image), { invert: false })).data]).toEqual([...image.data]);
  });
});

describe('pictures that are no folder on disk', () => {
  async function pictures(): Promise<{ readonly root: string; readonly paths: readonly string[] }> {
    const root = folder();
    const paths = ['b/2.png', 'b/10.png', 'a/x/deep.png', 'a/x.png', 'a/1.PNG'];
    for (const [i, path] of paths.entries()) {
      mkdirSync(join(root, path, '..'), { recursive: true });
      const image = { dtype: 'uint8', shape: [8, 8], data: new Uint8Array(64).fill(20 * i + 10) } as const;
      writeFileSync(join(root, path), await pngBytes(image));
    }
    mkdirSync(join(root, 'b', '.hidden'));
    writeFileSync(join(root, 'b', '.hidden', 'no.png'), 'no');
    writeFileSync(join(root, 'b', 'notes.txt'), 'no');
    return { root, paths: [...paths, 'b/.hidden/no.png', 'b/notes.txt', 'readme.txt'] };
  }
  const blobOf = (root: string, path: string): Blob =>
    new Blob([path === 'readme.txt' ? new Uint8Array() : readFileSync(join(root, path))]);

  test('have the classes and the order of a folder', async () => {
    const { root, paths } = await pictures();
    const options = { width: 4, height: 4 };
    const expected = await imageFolder(root, options);
    const entries = paths.map((path) => ({ path, source: blobOf(root, path) }));
    const files = paths.map((path) => Object.assign(blobOf(root, path), { webkitRelativePath: `photos/${path}` }));
    for (const given of [entries, files, new Set(entries)]) {
      const { x, y, classes } = await imageFolder(given, options);
      expect({ x, y, classes }).toEqual({ x: expected.x, y: expected.y, classes: expected.classes });
    }
    expect((await imageFolder(files, options)).name).toBe('photos');
    const lazy = imageFiles(await listImageFolder(entries), options);
    const read: number[] = [];
    for await (const { x } of loader(lazy, { batchSize: 2 })) read.push(...x.data);
    expect(read).toEqual([...expected.x.data]);
    expect(lazy.recipe).toBeUndefined();
    expect(() => loader(lazy, { batchSize: 2, workers: 1 })).toThrow('it has no recipe');
  });

  test('of URLs the last folder is the class', async () => {
    const urls = ['b/1.png', 'a/2%20x.png'].map((path) => new URL(`http://127.0.0.1/photos/${path}?key=secret`));
    const { root, classes, samples } = await listImageFolder(urls);
    expect([root, classes]).toEqual(['http://127.0.0.1/photos/', ['a', 'b']]);
    expect(samples.map(({ path, label }) => [path, label])).toEqual([
      ['a/2 x.png', 0],
      ['b/1.png', 1],
    ]);
  });

  test('errors name the picture by its path', async () => {
    const bad = [{ path: 'a/bad.png', source: new Blob(['no picture']) }];
    expect((await rejection(imageFolder(bad))).message).toContain('a/bad.png at byte 0: this is not an image');
    expect((await rejection(listImageFolder([{ path: 'x.png', source: new Blob() }]))).message).toContain(
      'has no classes',
    );
    expect((await rejection(listImageFolder([{ path: 'a/x.txt', source: new Blob() }]))).message).toContain(
      'a class has no images',
    );
    expect((await rejection(listImageFolder([7 as never]))).message).toContain(
      "expected: a File, a URL, or { path: 'cats/1.png', source }",
    );
    expect(
      (await rejection(listImageFolder([{ path: 'a/b/c/d.png', source: new Blob() }], { maxDepth: 2 }))).message,
    ).toContain('maxDepth');
  });

  /** Entries as a browser has them of what was dropped, two at a time. */
  function dropped(name: string, content: object | string): unknown {
    if (typeof content === 'string') {
      return { isDirectory: false, name, file: (resolve: (file: Blob) => void) => resolve(new File([content], name)) };
    }
    const children = Object.entries(content).map(([child, inside]) => dropped(child, inside));
    const createReader = (): unknown => {
      const left = [...children];
      return { readEntries: (resolve: (some: unknown[]) => void) => resolve(left.splice(0, 2)) };
    };
    return { isDirectory: true, name, createReader };
  }
  const items = (entries: readonly unknown[]): DroppedItems =>
    entries.map((entry) => ({ webkitGetAsEntry: () => entry }));

  test('folders that were dropped are walked', async () => {
    const cats = { '1.png': 'a', '2.png': 'b', '3.png': 'c', more: { '4.png': 'd' } };
    const paths = async (...entries: readonly unknown[]): Promise<string[]> =>
      (await droppedFiles(items(entries))).map(({ path }) => path).sort();
    const expected = ['cats/1.png', 'cats/2.png', 'cats/3.png', 'cats/more/4.png', 'dogs/5.png'];
    const dogs = { '5.png': 'e' };
    expect(await paths(dropped('photos', { cats, dogs }))).toEqual(expected);
    expect(await paths(dropped('cats', cats), dropped('dogs', dogs))).toEqual(expected);
    expect((await rejection(droppedFiles(items([null])))).message).toContain('nothing was dropped');
    const broken = {
      isDirectory: false,
      name: 'x',
      file: (_: unknown, no: (cause: Error) => void) => no(new Error('gone')),
    };
    expect((await rejection(droppedFiles(items([broken])))).message).toContain(
      'x: what was dropped cannot be read\n  received: gone',
    );
  });
});
