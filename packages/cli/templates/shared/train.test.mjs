// Trains for a moment: after changes the network should still learn, and its file should still be written.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

/** What a short training is to reach on data that it has not seen. */
const isEnough = __ENOUGH__;

test('__CONFIG__ learns', () => {
  const folder = mkdtempSync(join(tmpdir(), '__NAME__-'));
  const run = join(folder, 'run');
  try {
    const words = ['descent', 'train', '__CONFIG__', '--epochs', '__EPOCHS__', '--out', run];
    const { status, stdout, stderr } = spawnSync('npx', ['--no-install', ...words], {
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    assert.equal(status, 0, `${stdout}${stderr}`);
    const epochs = readFileSync(join(run, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const reached = epochs.at(-1).test['__METRIC__'];
    assert.ok(isEnough(reached), `__METRIC__ is ${reached}`);
    assert.ok(existsSync(join(run, 'model.onnx')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
