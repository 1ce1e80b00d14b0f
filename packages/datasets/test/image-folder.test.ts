import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { classCounts, DataFileError, DataFormatError, imageFolder, listImageFolder } from '../src/public/index.ts';
import { folder, rejection } from './helpers.ts';

async function png(value: number): Promise<Uint8Array> {
  return sharp({ create: { width: 6, height: 4, channels: 3, background: { r: value, g: value, b: value } } })
    .png()
    .toBuffer();
}

function tree(files: Readonly<Record<string, Uint8Array>>): string {
  const root = folder();
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), bytes);
  }
  return root;
}

describe('image folders', () => {
  test('list classes and images in an order that no machine changes', async () => {
    const root = tree({
      'b/2.png': await png(1),
      'b/10.PNG': await png(2),
      'b/deep/1.jpeg': await png(3),
      'b/notes.txt': Buffer.from('x'),
      'b/.hidden.png': Buffer.from('x'),
      'Z/1.webp': await png(4),
      'a/ä.png': await png(5),
      'readme.md': Buffer.from('x'),
      '.git/x.png': Buffer.from('x'),
    });
    const { classes, samples } = await listImageFolder(root);
    expect(classes).toEqual(['Z', 'a', 'b']);
    expect(samples.map(({ path, label }) => [path.slice(root.length + 1), label])).toEqual([
      ['Z/1.webp', 0],
      ['a/ä.png', 1],
      ['b/10.PNG', 2],
      ['b/2.png', 2],
      ['b/deep/1.jpeg', 2],
    ]);
  });

  test('are read as one array, not inverted', async () => {
    const root = tree({ 'cat/1.png': await png(250), 'cat/2.png': await png(7), 'dog/1.png': await png(100) });
    const data = await imageFolder(root, { width: 3, height: 2, channels: 3, fit: 'fill' });
    expect(data.x.shape).toEqual([3, 3, 2, 3]);
    expect(data.classes).toEqual(['cat', 'dog']);
    expect(classCounts(data)).toEqual([2, 1]);
    expect([0, 18, 36].map((at) => data.x.data[at])).toEqual([250, 7, 100]);
    expect((await imageFolder(root, { width: 2, height: 2, concurrency: 1 })).x.shape).toEqual([3, 1, 2, 2]);
  });

  test('follow links to files, not to folders', async () => {
    const root = tree({ 'a/1.png': await png(1), 'b/1.png': await png(2) });
    symlinkSync(join(root, 'a', '1.png'), join(root, 'b', 'link.png'));
    symlinkSync(join(root, 'a', 'none.png'), join(root, 'b', 'broken.png'));
    symlinkSync(root, join(root, 'b', 'loop'));
    expect((await listImageFolder(root)).samples.length).toBe(3);
  });

  test('say what is wrong with them, and with which image', async () => {
    expect((await rejection(listImageFolder(join(folder(), 'none')))).message).toContain('the folder cannot be read');
    expect((await rejection(listImageFolder(tree({ 'x.png': await png(1) })))).message).toContain('has no classes');
    const empty = tree({ 'a/1.png': await png(1), 'b/1.gif': await png(1) });
    expect((await rejection(listImageFolder(empty))).message).toContain('b: a class has no images');
    expect((await listImageFolder(empty, { extensions: ['.gif', '.png'] })).samples.length).toBe(2);
    const broken = tree({ 'a/1.png': await png(1), 'a/2.png': (await png(1)).subarray(0, 60) });
    const error = await rejection(imageFolder(broken));
    expect(error).toBeInstanceOf(DataFormatError);
    expect(error.message).toContain(join('a', '2.png'));
  });

  test('name the first broken image in order, whatever the timing', async () => {
    const files: Record<string, Uint8Array> = {};
    for (let i = 10; i < 30; i++) files[`a/${i}.png`] = i === 13 ? (await png(1)).subarray(0, 60) : await png(1);
    // Fails at once, long before the one that has to be opened.
    files['a/14.png'] = Buffer.from('no image');
    const root = tree(files);
    for (let run = 0; run < 10; run++) {
      expect((await rejection(imageFolder(root, { concurrency: 8 }))).message).toContain(join('a', '13.png'));
    }
  });

  test('have limits', async () => {
    const root = tree({ 'a/1.png': await png(1), 'a/2.png': await png(2), 'a/b/c/3.png': await png(3) });
    expect((await rejection(listImageFolder(root, { maxFiles: 2 }))).message).toContain('more than 2 images');
    expect((await rejection(listImageFolder(root, { maxDepth: 2 }))).message).toContain('folders more than 2 deep');
    const error = await rejection(imageFolder(root, { limit: 1000 }));
    expect(error).toBeInstanceOf(DataFileError);
    expect(error.message).toContain('received: 3 images of 784 bytes\n  expected: at most 1000 bytes');
    expect((await rejection(imageFolder(root, { fileLimit: 10 }))).message).toContain('1.png: the file is too large');
    expect((await rejection(imageFolder(root, { signal: AbortSignal.abort(new Error('stop')) }))).message).toBe('stop');
  });
});
