import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

function search(...args: readonly string[]): { readonly status: number | null; readonly stdout: string } {
  return spawnSync(process.execPath, ['scripts/search.mjs', ...args], { encoding: 'utf8' });
}

test('the search reports a seed at which the process ends, and goes on behind it', () => {
  const { status, stdout } = search('--backend', 'self-test', '--cases', '2');
  expect(status).toBe(1);
  expect(stdout).toMatch(/ENDED BY SIGFPE: seed 0: /);
  expect(stdout).toMatch(/ENDED BY SIGFPE: seed 1: /);
  expect(stdout).toContain('self-test: 2 programs tried, 2 failed');
});

test('hostile values end no process of ONNX Runtime, and give the numbers of the reference', () => {
  const { status, stdout } = search('--backend', 'onnx:cpu', '--first', '1000', '--cases', '200');
  expect(stdout).toContain('onnx:cpu: 200 programs tried, 0 failed');
  expect(status).toBe(0);
});
