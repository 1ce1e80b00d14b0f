import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentedExamples, type Example } from '../docs/examples.ts';
import { readManifest, root, run } from './pack.ts';
import { installedProject, work } from './tarballs.ts';

const TFJS = '4.22.0';
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
/** From here on Node runs TypeScript by itself. */
const RUNS_TYPESCRIPT = major > 22 || (major === 22 && minor >= 18);

const examples = documentedExamples();
const first = examples.filter(({ file, runs }) => file === 'README.md' && runs);
let project = '';

function fileOf({ file, line }: Example): string {
  return `${file.replace(/\W+/g, '-')}-${line}.ts`;
}

beforeAll(() => {
  const { version } = readManifest(join(root, 'node_modules', '@types', 'node'));
  project = installedProject('reader', {
    '@types/node': version,
    '@tensorflow/tfjs-backend-cpu': TFJS,
    '@tensorflow/tfjs-backend-wasm': TFJS,
    '@tensorflow/tfjs-core': TFJS,
    tsx: '^4.20.0',
  });
  for (const example of examples) {
    writeFileSync(join(project, fileOf(example)), `${'\n'.repeat(example.line - 1)}${example.code}export {};\n`);
  }
  copyNetworks(join(project, 'models'));
});

/** The networks of docs/models.md, what PyTorch made of them, and a program that trains them; imports as they are written outside this repository. */
function copyNetworks(folder: string): void {
  const core = join(root, 'packages', 'core', 'test');
  const networks = readdirSync(join(core, 'examples')).map((name) => join(core, 'examples', name));
  mkdirSync(folder);
  copyFileSync(join(core, 'fixtures', 'models.json'), join(folder, 'models.json'));
  for (const file of [...networks, fileURLToPath(new URL('consumer/train.ts', import.meta.url))]) {
    const code = readFileSync(file, 'utf8').replace(/(from '\.\/.+)\.ts';/g, "$1.js';");
    writeFileSync(join(folder, basename(file)), code);
  }
}

afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

describe('the examples of the documents, in a project of their own', () => {
  describe.each(['typescript', 'typescript-5'])('%s', (compiler) => {
    const tsc = join(root, 'node_modules', compiler, 'bin', 'tsc');

    /** Compiles some files of the project as `tsc --init` sets it up, with changes; what the compiler says. */
    function compileErrors(files: readonly string[], changes: Readonly<Record<string, string>>): string {
      const config = join(project, 'tsconfig.json');
      rmSync(config, { force: true });
      run(process.execPath, [tsc, '--init'], project);
      let text = readFileSync(config, 'utf8');
      for (const [before, after] of Object.entries(changes)) {
        expect(text).toContain(before);
        text = text.replace(before, after);
      }
      writeFileSync(config, text.replace(/\}\s*$/, `, "files": ${JSON.stringify(files)} }`));
      return spawnSync(process.execPath, [tsc, '-p', project], { cwd: project, encoding: 'utf8' }).stdout;
    }

    test('compiles those of the README and the networks of docs/models.md as `tsc --init` sets it up', () => {
      expect(compileErrors([...first.map(fileOf), 'models/networks.ts'], {})).toBe('');
    });

    test('compiles all, and checks all types', () => {
      // The file that `tsc --init` writes says that programs for Node need their types.
      const changes = { '"types": []': '"types": ["node"]', '"skipLibCheck": true': '"skipLibCheck": false' };
      expect(compileErrors([...examples.map(fileOf), 'models/train.ts'], changes)).toBe('');
    });
  });

  test('the networks of docs/models.md, compiled, train as in PyTorch', () => {
    const errors = JSON.parse(run(process.execPath, ['train.js'], join(project, 'models'))) as Record<string, number>;
    expect(Object.keys(errors)).toHaveLength(10);
    expect(Object.entries(errors).filter(([, error]) => !(error < 1e-4))).toEqual([]);
  });

  test.each(first)('$file:$line runs with npx tsx', (example) => {
    expect(run('npx', ['tsx', fileOf(example)], project)).not.toBe('');
  });

  test.runIf(RUNS_TYPESCRIPT).each(first)('$file:$line runs with node (from 22.18 on)', (example) => {
    expect(run(process.execPath, [fileOf(example)], project)).not.toBe('');
  });
});
