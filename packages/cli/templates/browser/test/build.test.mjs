// Builds the page as it would be published, and looks at what came out.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

test('the page is built, with the runtime and the data beside it', () => {
  const { status, stderr } = spawnSync('npm', ['run', 'build'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  assert.equal(status, 0, stderr);
  assert.match(readFileSync('dist/index.html', 'utf8'), /type="module"/);
  const files = readdirSync('dist/assets');
  assert.ok(
    files.some((name) => name.endsWith('.wasm')),
    files.join(', '),
  );
});
