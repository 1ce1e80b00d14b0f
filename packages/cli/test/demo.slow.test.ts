import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { folder } from './helpers.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MAIN = 'packages/cli/dist/main.js';

test('the demo takes less than a minute, and the commands it prints work as printed', () => {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'packages/cli'], { cwd: ROOT });
  const out = folder();
  const begun = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'demo', '--out', out], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const seconds = (performance.now() - begun) / 1000;
  console.log(`demo: ${seconds.toFixed(1)} s`);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(seconds).toBeLessThan(60);
  expect(stdout.match(/^ +\d+\/\d+ +[\d.e-]+ +[\d.]+ +[\d.e-]+ +[\d.]+ +[\d.]+ s/gm)?.length).toBeGreaterThan(10);
  for (const name of ['mlp', 'lenet']) {
    expect(existsSync(join(out, name, 'model.onnx'))).toBe(true);
    expect(readFileSync(join(out, name, 'metrics.jsonl'), 'utf8').split('\n').length).toBeGreaterThan(5);
  }
  expect(stdout).toContain('203,530');
  expect(stdout).toContain('44,426');
  expect(stdout).toMatch(/LeNet says 7:\n(?: {2}\d +[\d.]+ % *[█▏▎▍▌▋▊▉]*\n){10}/);

  const commands = stdout
    .slice(stdout.indexOf('Try next'))
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
    .filter(Boolean);
  expect(commands).toHaveLength(3);
  for (const command of commands) {
    expect(command.startsWith(`node ${relative('.', MAIN)} `)).toBe(true);
    const tried = spawnSync(command, { cwd: ROOT, encoding: 'utf8', shell: true });
    // The first of them measures backends, where nothing is remembered.
    expect(
      tried.stderr.replace(/^measuring which backend trains fastest here; this is remembered\n/, ''),
      command,
    ).toBe('');
    expect(tried.status, command).toBe(0);
  }
});
