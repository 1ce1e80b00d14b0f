import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { checkExports } from '../check-exports.mjs';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true, force: true });
  }
});

function entry(stem: string): Record<string, string> {
  return {
    '@descent/source': `./src/public/${stem}.ts`,
    types: `./dist/public/${stem}.d.ts`,
    default: `./dist/public/${stem}.js`,
  };
}

function packageWith(
  exportsMap: Record<string, unknown>,
  stems: readonly string[],
  more: Record<string, unknown> = {},
): string {
  const folder = mkdtempSync(join(tmpdir(), 'descent-exports-'));
  folders.push(folder);
  mkdirSync(join(folder, 'src', 'public'), { recursive: true });
  for (const stem of stems) {
    writeFileSync(join(folder, 'src', 'public', `${stem}.ts`), 'export {};\n');
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'x', exports: exportsMap, ...more }));
  return folder;
}

function packedOf(...stems: readonly string[]): string[] {
  return stems.flatMap((stem) => Object.values(entry(stem)).map((path) => path.slice(2)));
}

test('equal lists pass', () => {
  const folder = packageWith({ '.': entry('index'), './ops': entry('ops') }, ['index', 'ops']);
  expect(checkExports(folder, packedOf('index', 'ops'))).toEqual([]);
});

test('a public file without an entry, and an entry without a file, are named', () => {
  const folder = packageWith({ '.': entry('index'), './gone': entry('gone') }, ['index', 'ops']);
  const problems = checkExports(folder, packedOf('index', 'gone'));
  expect(problems).toEqual([
    expect.stringContaining('src/public/ops.ts is not in exports; add "./ops"'),
    expect.stringContaining('exports has "./gone" but src/public/gone.ts does not exist'),
  ]);
});

test('a wrong order of conditions is a problem, since the first match wins', () => {
  const { types, ...rest } = entry('index');
  const folder = packageWith({ '.': { ...rest, types } }, ['index']);
  expect(checkExports(folder, packedOf('index'))).toEqual([expect.stringContaining('expected, in this order')]);
});

test('targets that the tarball lacks, and files that it should lack, are named', () => {
  const folder = packageWith({ '.': entry('index') }, ['index'], { bin: { x: './dist/main.js' } });
  const packed = ['src/public/index.ts', 'dist/public/index.js', 'dist/.tsbuildinfo', 'test/a.test.ts'];
  expect(checkExports(folder, packed)).toEqual([
    expect.stringContaining('dist/public/index.d.ts is not in the tarball'),
    expect.stringContaining('dist/main.js is not in the tarball'),
    expect.stringContaining('dist/.tsbuildinfo is in the tarball and should not be'),
    expect.stringContaining('test/a.test.ts is in the tarball and should not be'),
  ]);
});

test('where publishConfig has exports, those targets are the ones that are packed', () => {
  const joined = { ...entry('index'), default: './bundle/index.js' };
  const packed = [...packedOf('index').filter((path) => !path.endsWith('.js')), 'bundle/index.js'];
  const folder = packageWith({ '.': entry('index') }, ['index'], { publishConfig: { exports: { '.': joined } } });
  expect(checkExports(folder, packed)).toEqual([]);
  const other = packageWith({ '.': entry('index') }, ['index'], { publishConfig: { exports: {} } });
  expect(checkExports(other, packed)).toEqual(['publishConfig.exports has other entries than exports']);
});
