import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SHELL } from '../../scripts/pnpm.mjs';
import { compilers, differences, expectedFindings, findings, fixtureFiles, fixtures } from '../types/compiled.ts';
import { packages, readManifest, root, run } from './pack.ts';
import { installedProject, tarballOf, work } from './tarballs.ts';

afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

describe.each(packages)('$name, packed', (manifest) => {
  test('publint finds nothing', async () => {
    const tarball = readFileSync(tarballOf(manifest));
    const bytes = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength) as ArrayBuffer;
    const { messages, pkg } = await publint({ pack: { tarball: bytes }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test.skipIf(manifest.exports === undefined)(
    'its types resolve as its code does, from every entry (a program alone has none)',
    () => {
      const attw = join(root, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');
      // Exits non-zero on any problem that an ESM-only package can have.
      const printed = run(
        process.execPath,
        [attw, tarballOf(manifest), '--profile', 'esm-only', '--format', 'json'],
        work,
      );
      const { analysis } = JSON.parse(printed) as { analysis: { entrypoints: object } };
      expect(Object.keys(analysis.entrypoints)).toEqual(Object.keys(manifest.exports ?? {}));
    },
  );
});

test.each(packages)('npm does not pack $name, and says why', ({ folder }) => {
  // npm leaves `workspace:^` in the manifest, and core's entries as they are in the repository.
  const { status, stderr } = spawnSync('npm', ['pack', '--dry-run'], {
    cwd: folder,
    encoding: 'utf8',
    shell: SHELL,
  });
  expect(status).not.toBe(0);
  expect(stderr).toContain('use pnpm pack');
});

describe('a project that installs the tarballs', () => {
  const project = join(work, 'consumer');
  const all = packages.flatMap(({ name, exports = {} }) => Object.keys(exports).map((entry) => name + entry.slice(1)));
  // Entries for use inside vitest cannot be loaded outside it, and scripts of workers export nothing.
  const entries = all.filter((entry) => !/\/(vitest|worker)$/.test(entry));
  const scripts = all.filter((entry) => entry.endsWith('/worker'));

  beforeAll(() => {
    const { version } = readManifest(join(root, 'node_modules', '@types', 'node'));
    installedProject('consumer', { '@types/node': version });
    cpSync(fileURLToPath(new URL('consumer', import.meta.url)), project, { recursive: true });
    writeFileSync(join(project, 'entries.ts'), entriesModule());
  });

  /** Imports every entry and exports them all by name. */
  function entriesModule(): string {
    const imports = entries.map((entry, index) => `import * as entry${index} from '${entry}';`);
    const names = entries.map((entry, index) => `  '${entry}': entry${index},`);
    return `${imports.join('\n')}\n\nexport const entries: Record<string, object> = {\n${names.join('\n')}\n};\n`;
  }

  /** Errors in the project and in our types; other people's types, and what they clash with in the language's, are theirs. */
  function compileErrors(config: string): string[] {
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', config], { cwd: project, encoding: 'utf8' });
    return stdout.split('\n').filter((line) => /^(?:node_modules\/@descent\/.+|[^/]+\.ts)\(.*error TS/.test(line));
  }

  test('compiles: core without any types of Node or a browser, the rest with both', () => {
    expect(compileErrors('tsconfig.core.json')).toEqual([]);
    expect(compileErrors('tsconfig.json')).toEqual([]);
  });

  test.each(compilers)('finds the mistakes of tools/types, and no others, with %s', (compiler) => {
    const folder = join(project, 'types');
    mkdirSync(folder, { recursive: true });
    for (const name of fixtureFiles()) cpSync(join(fixtures, name), join(folder, name));
    const { compilerOptions } = JSON.parse(readFileSync(join(project, 'tsconfig.core.json'), 'utf8'));
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...compilerOptions, declaration: true }, include: ['*.ts'] }),
    );
    expect(differences(findings(compiler, folder), expectedFindings())).toEqual([]);
  });

  test('runs, with every entry', () => {
    const printed = run(process.execPath, [join('dist', 'main.js')], project);
    expect(printed).toBe(`consumer: imported ${entries.join(' ')}\n`);
  });

  test.each(scripts)('is told that %s runs in a worker only', (script) => {
    const code = `import('${script}').catch(({ message }) => console.log(message.split('\\n')[0]))`;
    const printed = run(process.execPath, ['--input-type=module', '--eval', code], project);
    expect(printed).toBe('this answers from a worker, and this thread is none\n');
  });

  test('has the command', () => {
    const command = join(project, 'node_modules', '.bin', 'descent');
    expect(run(command, ['--help'], project)).toContain('Usage: descent');
    const schema = join(project, 'node_modules', '@descent', 'cli', 'config.schema.json');
    expect(JSON.parse(readFileSync(schema, 'utf8'))).toEqual(JSON.parse(run(command, ['config', '--schema'], project)));
  });
});
