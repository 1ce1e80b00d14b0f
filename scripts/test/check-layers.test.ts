import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { CORE_LAYERS, checkLayers, importsOf } from '../check-layers.mjs';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) {
    rmSync(root, { recursive: true, force: true });
  }
});

/** A workspace with core, one backend and the CLI, plus the given files. */
function workspace(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'descent-layers-'));
  roots.push(root);
  const manifests = {
    'packages/core/package.json': { name: '@descent/core', exports: { '.': {}, './backend': {} } },
    'packages/backend-onnx/package.json': {
      name: '@descent/backend-onnx',
      exports: { '.': {} },
      imports: { '#runtime': {}, '#platform/*.js': {} },
      dependencies: { '@descent/core': 'workspace:^', 'onnxruntime-node': '1' },
    },
    'packages/cli/package.json': {
      name: '@descent/cli',
      exports: { '.': {} },
      dependencies: { '@descent/core': 'workspace:^', '@descent/backend-onnx': 'workspace:^' },
    },
  };
  const written = Object.entries(manifests).map(([path, value]) => [path, JSON.stringify(value)] as const);
  for (const [path, text] of [...written, ...Object.entries(files)]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

function messages(files: Readonly<Record<string, string>>): string[] {
  return checkLayers(workspace(files)).map(({ file, line, message }) => `${file}:${line} ${message}`);
}

describe('order of folders in core', () => {
  test('imports to the left, within a folder, and from public pass', () => {
    const found = messages({
      'packages/core/src/errors.ts': 'export const a = 1;',
      'packages/core/src/ir/shape.ts': "import { a } from '../errors.ts';",
      'packages/core/src/ops/elementwise/add.ts':
        "import { b } from '../../ir/shape.ts';\nimport { c } from '../leaf/input.ts';",
      'packages/core/src/public/index.ts': "export { train } from '../train/fit.ts';",
    });
    expect(found).toEqual([]);
  });

  test('an import to the right is reported with file, line and order', () => {
    const found = messages({
      'packages/core/src/ops/add.ts':
        "import { a } from '../errors.ts';\n\nimport type { grad } from '../autodiff/grad.ts';\n",
    });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(
      /^packages\/core\/src\/ops\/add\.ts:3 'ops' may not import 'autodiff'.*errors → options → random → ir → ops/,
    );
  });

  test.each([
    [
      'a neighbour in the same group',
      'packages/core/src/passes/cse.ts',
      "import { g } from '../autodiff/grad.ts';",
      "'passes' may not import 'autodiff'",
    ],
    [
      'public',
      'packages/core/src/train/fit.ts',
      "import { g } from '../public/index.ts';",
      "'train' may not import 'public'",
    ],
    [
      'a folder without a place',
      'packages/core/src/train/fit.ts',
      "import { g } from '../utils/g.ts';",
      "'utils' has no place in core's order",
    ],
    ['a re-export', 'packages/core/src/ir/index.ts', "export * from '../ops/index.ts';", "'ir' may not import 'ops'"],
    [
      'a dynamic import',
      'packages/core/src/ir/index.ts',
      "const m = await import('../ops/index.ts');",
      "'ir' may not import 'ops'",
    ],
    ['a package', 'packages/core/src/ir/index.ts', "import x from 'left-pad';", 'core imports no package'],
    [
      'a module of Node',
      'packages/core/src/ir/index.ts',
      "import 'node:fs';",
      'core imports no package and no module of Node',
    ],
    ['a file outside src', 'packages/core/src/ir/index.ts', "import x from '../../test/x.ts';", 'leaves src'],
  ])('%s is a violation', (_what, file, source, expected) => {
    expect(messages({ [file]: source })).toEqual([expect.stringContaining(expected)]);
  });
});

describe('order of packages', () => {
  test('public entries of packages to the left pass', () => {
    const found = messages({
      'packages/backend-onnx/src/a.ts':
        "import { a } from '@descent/core';\nimport { b } from '@descent/core/backend';\nimport { c } from 'onnxruntime-node';\nimport 'node:fs';",
      'packages/cli/src/main.ts': "import { onnx } from '@descent/backend-onnx';",
    });
    expect(found).toEqual([]);
  });

  test.each([
    [
      'a deep import',
      'packages/backend-onnx/src/a.ts',
      '@descent/core/src/ir/node.ts',
      'is no public entry of @descent/core; its entries are ., ./backend',
    ],
    [
      'a deep import in a test',
      'packages/backend-onnx/test/a.test.ts',
      '@descent/core/dist/x.js',
      'is no public entry',
    ],
    [
      'a relative way into another package',
      'packages/backend-onnx/src/a.ts',
      '../../core/src/ir/node.ts',
      'leaves the package',
    ],
    ['a package to the right', 'packages/backend-onnx/src/a.ts', '@descent/cli', "'backend-onnx' may not import 'cli'"],
    [
      'core importing a package',
      'packages/core/src/ir/a.ts',
      '@descent/backend-onnx',
      "not even '@descent/backend-onnx'",
    ],
    [
      'an undeclared dependency',
      'packages/backend-onnx/src/a.ts',
      'sharp',
      "'sharp' is not in dependencies of @descent/backend-onnx",
    ],
    ['a module of Node without node:', 'packages/backend-onnx/src/a.ts', 'fs', "write 'node:fs'"],
    [
      'an unknown package of the workspace',
      'packages/cli/src/a.ts',
      '@descent/nope',
      'is no package of this workspace',
    ],
  ])('%s is a violation', (_what, file, specifier, expected) => {
    expect(messages({ [file]: `import { x } from '${specifier}';` })).toEqual([expect.stringContaining(expected)]);
  });

  test('a package without a place in the order is a violation', () => {
    expect(messages({ 'packages/extra/package.json': '{"name":"@descent/extra"}' })).toEqual([
      expect.stringContaining("package 'extra' has no place in the package order"),
    ]);
  });
});

test("a package's own imports are those that its package.json names, one by one or by a pattern", () => {
  const found = messages({
    'packages/backend-onnx/src/a.ts':
      "import a from '#runtime';\nimport b from '#platform/files.js';\nimport c from '#platform/.js';\nimport d from '#other';",
  });
  expect(found.map((message) => message.slice(0, message.indexOf(' is')))).toEqual([
    "packages/backend-onnx/src/a.ts:3 '#platform'",
    "packages/backend-onnx/src/a.ts:4 '#other'",
  ]);
});

describe('importsOf', () => {
  test('finds every form, with the line of its specifier', () => {
    const source = [
      "import { a,\n  b } from './a.ts';",
      "export type { C } from './c.ts';",
      "import './side-effect.ts';",
      "import { type D, type E } from './d.ts';",
      "import { type F, g } from './g.ts';",
      'const later = () => import("./later.ts");',
    ].join('\n');
    expect(importsOf(source)).toEqual([
      { specifier: './a.ts', line: 2, kind: 'value' },
      { specifier: './c.ts', line: 3, kind: 'type' },
      { specifier: './side-effect.ts', line: 4, kind: 'value' },
      { specifier: './d.ts', line: 5, kind: 'type' },
      { specifier: './g.ts', line: 6, kind: 'value' },
      { specifier: './later.ts', line: 7, kind: 'dynamic' },
    ]);
  });

  test('ignores examples in comments', () => {
    const source =
      "/**\n * import { x } from '@descent/core';\n */\n// import './no.ts';\nimport { a } from './a.ts';\n";
    expect(importsOf(source)).toEqual([{ specifier: './a.ts', line: 5, kind: 'value' }]);
  });
});

test('docs/architecture.md shows the order of the folders, and says something of each', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'architecture.md'), 'utf8');
  expect(page).toContain(
    `\`${CORE_LAYERS.slice(0, -1)
      .map((group) => group.join(', '))
      .join(' → ')}\``,
  );
  for (const folder of CORE_LAYERS.flat())
    expect(page).toMatch(new RegExp(`^\\|.*\`${folder}(/|/<family>/|\\.ts)\``, 'm'));
});

describe('circles', () => {
  const circle = {
    'packages/cli/src/a.ts': "import { b } from './b.ts';",
    'packages/cli/src/b.ts': "export { c } from './deep/c.ts';",
    'packages/cli/src/deep/c.ts': "import { a } from '../a.ts';",
  };

  test('of values are told once, whole', () => {
    expect(messages(circle)).toEqual([
      expect.stringContaining('a circle: packages/cli/src/a.ts → packages/cli/src/b.ts → packages/cli/src/deep/c.ts →'),
    ]);
  });

  test('of types, of what is loaded later, and without a way back are none', () => {
    expect(messages({ ...circle, 'packages/cli/src/deep/c.ts': "import type { A } from '../a.ts';" })).toEqual([]);
    expect(messages({ ...circle, 'packages/cli/src/deep/c.ts': "const a = () => import('../a.ts');" })).toEqual([]);
    expect(messages({ ...circle, 'packages/cli/src/deep/c.ts': '' })).toEqual([]);
  });

  test('among ops are allowed, since gradients need each other, but not beyond them', () => {
    const ops = {
      'packages/core/src/ops/a/sin.ts': "import { cos } from './cos.ts';",
      'packages/core/src/ops/a/cos.ts': "import { sin } from './sin.ts';",
    };
    expect(messages(ops)).toEqual([]);
    const train = {
      'packages/core/src/train/a.ts': "import { b } from './b.ts';",
      'packages/core/src/train/b.ts': "import { a } from './a.ts';",
    };
    expect(messages(train)).toEqual([expect.stringContaining('circle')]);
  });
});
