// Makes the base and teaches it other digits for a moment: after changes it should still learn, and its file should still be written.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

test('the base learns other digits', () => {
  const folder = mkdtempSync(join(tmpdir(), '__NAME__-'));
  const run = join(folder, 'run');
  try {
    const base = spawnSync(process.execPath, ['make-base.mjs'], { encoding: 'utf8' });
    assert.equal(base.status, 0, base.stderr);
    const words = ['descent', 'finetune', 'base.onnx', '--data', 'pictures', '--epochs', '5', '--out', run];
    const { status, stdout, stderr } = spawnSync('npx', ['--no-install', ...words], {
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    assert.equal(status, 0, `${stdout}${stderr}`);
    const epochs = readFileSync(join(run, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const reached = epochs.at(-1).validation.accuracy;
    assert.ok(reached > 0.8, `accuracy is ${reached}`);
    assert.ok(existsSync(join(run, 'finetuned.onnx')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
