// Each case is a process of its own: ONNX Runtime looks at the environment once, when it is loaded.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const SCRIPT = join(import.meta.dirname, 'quiet-process.mjs');

test.each([{}, { worker: true }])('ONNX Runtime reports nothing and leaves no file, with %o', async (options) => {
  const folder = await mkdtemp(join(tmpdir(), 'descent-quiet-'));
  try {
    // Where a user has no folder for its identifier, ONNX Runtime says so, and leaves a file in the working folder.
    const nowhere = '/dev/null/none';
    const { ORT_DISABLE_TELEMETRY: _, ...inherited } = process.env;
    const env = { ...inherited, HOME: nowhere, XDG_CACHE_HOME: nowhere };
    const args = [SCRIPT, JSON.stringify(options)];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: folder, env });
    expect([stdout.trim(), stderr]).toEqual(['1', '']);
    expect(await readdir(folder)).toEqual([]);
    const set = { ...env, ORT_DISABLE_TELEMETRY: 'true' };
    const kept = await promisify(execFile)(process.execPath, args, { cwd: folder, env: set });
    expect(kept.stdout.trim()).toBe('true');
  } finally {
    await rm(folder, { recursive: true });
  }
});
