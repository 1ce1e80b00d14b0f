import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pnpmCommand, pnpmEnvironment, SHELL } from '../../scripts/pnpm.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'descent-pack-'));

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

const packages = readdirSync(join(root, 'packages'))
  .map((folder) => join(root, 'packages', folder))
  .filter((folder) => existsSync(join(folder, 'package.json')))
  .map((folder) => ({ folder, ...readManifest(folder) }))
  .filter((manifest) => manifest.private !== true);

function tarballOf({ name, version }: Manifest): string {
  return join(work, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
}

/** Runs a command and returns what it printed; its output is part of the error when it fails. */
function run(command: string, words: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, words, { cwd, env: pnpmEnvironment(), encoding: 'utf8', shell: SHELL, stdio: 'pipe' });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`'${command} ${words.join(' ')}' failed in ${cwd}\n${stdout}${stderr}`, { cause: error });
  }
}

beforeAll(() => {
  const [pnpm, ...before] = pnpmCommand(pnpmEnvironment());
  for (const { folder } of packages) {
    run(pnpm, [...before, 'pack', '--pack-destination', work], folder);
  }
});

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

  test('its types resolve as its code does, from every entry', () => {
    const attw = join(root, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');
    // Exits non-zero on any problem that an ESM-only package can have.
    const printed = run(
      process.execPath,
      [attw, tarballOf(manifest), '--profile', 'esm-only', '--format', 'json'],
      work,
    );
    const { analysis } = JSON.parse(printed) as { analysis: { entrypoints: object } };
    expect(Object.keys(analysis.entrypoints)).toEqual(Object.keys(manifest.exports ?? {}));
  });
});

describe('a project that installs the tarballs', () => {
  const project = join(work, 'consumer');
  // Entries for use inside vitest cannot be loaded outside it.
  const entries = packages
    .flatMap(({ name, exports = {} }) => Object.keys(exports).map((entry) => name + entry.slice(1)))
    .filter((entry) => !entry.endsWith('/vitest'));

  beforeAll(() => {
    cpSync(fileURLToPath(new URL('consumer', import.meta.url)), project, { recursive: true });
    writeFileSync(join(project, 'entries.ts'), entriesModule());
    const dependencies = Object.fromEntries(packages.map((manifest) => [manifest.name, `file:${tarballOf(manifest)}`]));
    const { version } = readManifest(join(root, 'node_modules', '@types', 'node'));
    const devDependencies = { '@types/node': version };
    const manifest = { name: 'consumer', private: true, type: 'module', dependencies, devDependencies };
    writeFileSync(join(project, 'package.json'), JSON.stringify(manifest, null, 2));
    run('npm', ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], project);
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

  test('runs, with every entry', () => {
    const printed = run(process.execPath, [join('dist', 'main.js')], project);
    expect(printed).toBe(`consumer: imported ${entries.join(' ')}\n`);
  });

  test('has the command', () => {
    const command = join(project, 'node_modules', '.bin', 'descent');
    expect(run(command, ['--help'], project)).toContain('Usage: descent');
  });
});
