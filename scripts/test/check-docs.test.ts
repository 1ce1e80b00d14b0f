import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { checkDocs, linkTargets, pathsInBackticks } from '../check-docs.mjs';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) {
    rmSync(root, { recursive: true, force: true });
  }
});

function missing(files: Readonly<Record<string, string>>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'descent-docs-'));
  roots.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return checkDocs(root).map(({ file, line, path }) => `${file}:${line} ${path}`);
}

test('paths that exist pass; paths that do not are named with file and line', () => {
  const found = missing({
    'docs/guide.md':
      'See `packages/core/src/a.ts`, [back](../README.md#top)\nand `packages/core/src/b.ts`, [away](gone.md).\n',
    'packages/core/src/a.ts': '',
    'README.md': '[guide](docs/guide.md) · `docs/` · `scripts-like/not-a-folder-here`',
  });
  expect(found).toEqual(['docs/guide.md:2 packages/core/src/b.ts', 'docs/guide.md:2 gone.md']);
});

test('placeholders are checked up to the folder before them', () => {
  const found = missing({
    'README.md': '`packages/*/src` `packages/<name>/x.ts` `packages/core/<x>.ts`',
    'packages/a.ts': '',
  });
  expect(found).toEqual(['README.md:1 packages/core/<x>.ts']);
});

test('build output may be named before it exists', () => {
  expect(missing({ 'README.md': '`node packages/cli/dist/main.js`', 'packages/a.ts': '' })).toEqual([]);
});

test('pathsInBackticks takes paths out of commands', () => {
  const found = pathsInBackticks('run `node ./scripts/x.mjs --flag a/b` in `docs/`.', new Set(['scripts', 'docs']));
  expect(found).toEqual(['scripts/x.mjs', 'docs/']);
});

test('linkTargets leaves out URLs and pure anchors', () => {
  expect(linkTargets('[a](https://x.y/z) [b](#here) [c](d.md#e "title") `[f](g.md)`')).toEqual(['d.md']);
});
