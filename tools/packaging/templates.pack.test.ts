import { spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TEMPLATES } from '../../packages/cli/src/new/templates.ts';
import { SHELL } from '../../scripts/pnpm.mjs';
import { withSmallDisk } from './full-disk.ts';
import { readManifest, root, run } from './pack.ts';
import { installedProject, work } from './tarballs.ts';

let installed = '';
beforeAll(() => {
  const { version: vite } = readManifest(join(root, 'node_modules', 'vite'));
  // A name that a shell would take apart.
  installed = installedProject('a few näts', { vite, 'onnxruntime-web': '^1.30.0' });
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

test.each(TEMPLATES.map(({ name }) => name))(
  'a project from the template %s passes its own test, and its types fit',
  (name) => {
    run(join(installed, 'node_modules', '.bin', 'descent'), ['new', name, `mine-${name}`], installed);
    const project = join(installed, `mine-${name}`);
    // As if npm had installed what it names: the packed packages instead of those of a registry.
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
      readonly dependencies: object;
      readonly devDependencies?: object;
    };
    for (const needed of Object.keys({ ...dependencies, ...devDependencies })) {
      expect(readdirSync(join(installed, 'node_modules', ...needed.split('/')))).toContain('package.json');
    }
    symlinkSync(join(installed, 'node_modules'), join(project, 'node_modules'), 'junction');
    const { status, stdout, stderr } = spawnSync('npm', ['test'], { cwd: project, encoding: 'utf8', shell: SHELL });
    expect([status, `${stdout}${stderr}`]).toEqual([0, expect.stringMatching(/pass 1\b/)]);
    if (!readdirSync(project).includes('tsconfig.json')) return;
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const compiled = spawnSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8' });
    expect(compiled.stdout).toBe('');
  },
);

test('on a full disk the program says so, keeps what there is, and goes on when there is room', (context) => {
  const disk = join(installed, 'ein voller Träger');
  const descent = (...words: readonly string[]) => {
    const program = join(installed, 'node_modules', '@descent', 'cli', 'dist', 'main.js');
    const done = spawnSync(process.execPath, [program, ...words], { cwd: disk, encoding: 'utf8', stdio: 'pipe' });
    // There is no terminal, so nothing is coloured and nothing drawn over.
    for (const sign of ['\u001b', '\r']) expect(`${done.stdout}${done.stderr}`).not.toContain(sign);
    return done;
  };
  const reason = withSmallDisk(disk, 3 * 2 ** 20, () => {
    for (const file of ['rents.json', 'rents.csv']) cpSync(join(installed, 'mine-tabular', file), join(disk, file));
    const train = descent('train', 'rents.json', '--epochs', '2', '--backend', 'onnx:cpu', '-q');
    expect([train.status, train.stderr]).toEqual([0, '']);
    // Not even a lock fits; then the lock does, and the checkpoint does not.
    const filled = fill(join(disk, 'filled'));
    for (const room of [0, 12_288]) {
      truncateSync(join(disk, 'filled'), filled - room);
      const { status, stderr } = descent('resume', 'runs/rents', '--epochs', '4', '-q');
      expect([room, status]).toEqual([room, 1]);
      expect(stderr).toMatch(/the disk is full \(ENOSPC\)/);
      expect(stderr).not.toMatch(/^\s+at /m);
    }
    rmSync(join(disk, 'filled'));
    const resumed = descent('resume', 'runs/rents', '--epochs', '4', '-q');
    expect([resumed.status, resumed.stderr]).toEqual([0, '']);
    const epochs = readFileSync(join(disk, 'runs', 'rents', 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n');
    expect(epochs.map((line) => (JSON.parse(line) as { epoch: number }).epoch)).toEqual([1, 2, 3, 4]);
  });
  if (reason === null) return;
  console.log(`a full disk: not run, since ${reason}`);
  context.skip(reason);
});

/** Writes to a file until the disk is full; returns its size. */
function fill(path: string): number {
  const piece = Buffer.alloc(4096);
  const file = openSync(path, 'w');
  try {
    for (;;) writeSync(file, piece);
  } catch {
    return statSync(path).size;
  } finally {
    closeSync(file);
  }
}

test('npm create descent makes the same project', () => {
  run(join(installed, 'node_modules', '.bin', 'create-descent'), ['mlp', 'created'], installed);
  for (const file of ['package.json', 'mlp.config.ts', join('test', 'train.test.mjs')]) {
    const text = (folder: string): string =>
      readFileSync(join(installed, folder, file), 'utf8').replaceAll(folder, 'a name');
    expect(text('created')).toBe(text('mine-mlp'));
  }
});
