// Runs the loop for two epochs: after changes it should still learn, and still write a file.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';

test('the loop learns', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['train.mjs', '2'], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  const accuracies = [...stdout.matchAll(/test_accuracy ([\d.]+)/g)].map(([, text]) => Number(text));
  assert.equal(accuracies.length, 2);
  assert.ok(accuracies[1] > 0.9, stdout);
  assert.ok(existsSync('model.onnx'));
});
