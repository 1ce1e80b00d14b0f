import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPage } from './build-page.ts';

const FIRST_LOAD_LIMIT = 300_000;

let folder = '';
beforeAll(async () => {
  folder = await buildPage();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Everything that the page's HTML asks for, and the scripts that those import at once. */
function firstLoad(): readonly string[] {
  const found = new Set(['index.html']);
  for (const file of found) {
    const text = readFileSync(join(folder, file), 'utf8');
    const links =
      file === 'index.html'
        ? [...text.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, path]) => path as string)
        : [...text.matchAll(/(?:import|from)\s*["'`]\.\/([^"'`]+)["'`]/g)].map(([, path]) => `assets/${path}`);
    for (const link of links) found.add(link);
  }
  return [...found];
}

test('the first load is below 300 kB, gzipped, before any engine', () => {
  const sizes = firstLoad().map((file) => [file, gzipSync(readFileSync(join(folder, file))).length] as const);
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  console.log(
    `first load ${(total / 1000).toFixed(1)} kB: ${sizes.map(([file, size]) => `${file} ${size}`).join(', ')}`,
  );
  expect(sizes.length).toBeGreaterThan(2);
  expect(total).toBeLessThan(FIRST_LOAD_LIMIT);
});

test('no address of another host is in the page or its styles, but links that a reader may follow', () => {
  for (const file of firstLoad()) {
    const text = readFileSync(join(folder, file), 'utf8');
    expect(text, file).not.toMatch(/(?:src|href)="https?:|url\(["']?https?:|@import/);
  }
});

test('engines and data are files of their own', () => {
  const files = readdirSync(join(folder, 'assets'));
  expect(files.some((file) => file.endsWith('.wasm'))).toBe(true);
  expect(files.some((file) => file.startsWith('mnist-10k'))).toBe(true);
});
