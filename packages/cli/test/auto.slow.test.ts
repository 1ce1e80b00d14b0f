// The built program measures the backends of this machine, each in another process.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { folder, type Result } from './helpers.ts';
import { finished } from './program.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

beforeAll(() => {
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b', 'packages/cli'], { cwd: ROOT });
}, 300_000);

/** `descent backends` with a cache folder of its own, on Windows as elsewhere. */
function backends(cache: string, ...options: readonly string[]): Promise<Result> {
  const child: ChildProcess = spawn(
    process.execPath,
    [join(ROOT, 'packages/cli/dist/main.js'), 'backends', ...options],
    {
      env: { ...process.env, XDG_CACHE_HOME: cache, LOCALAPPDATA: cache },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  return finished(child);
}

/** The line that says what auto takes. */
const last = ({ out }: Result): string => out.split('\n').find((line) => line.startsWith('auto: ')) ?? '';
const MEASURING = 'measuring which backend trains fastest here; this is remembered';

describe('auto on this machine', { timeout: 600_000 }, () => {
  test('measures once, also when two begin together, and remembers; a damaged memory is measured anew', async () => {
    const cache = folder();
    const file = join(cache, 'descent', 'backend.json');
    const both = await Promise.all([backends(cache), backends(cache)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.filter(({ err }) => err.includes(MEASURING))).toHaveLength(1);
    const [first, second] = both.map(last);
    // Of those that are installed here, native code wins, if only by far.
    const [took = ''] = /^auto: \S+ \([^;]+;/.exec(first as string) ?? [];
    expect(took).toMatch(/^auto: (onnx:cpu|tfjs:node) \([\d.]+ ms a step, /);
    expect(took).toContain('onnx:wasm ');
    expect(second).toContain(took);
    expect([first, second].sort()[0]).toContain(`measured now; remove ${file} to measure again)`);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"onnx:wasm"', '"onnx:wasn"'));
    const again = await backends(cache);
    expect(again.err).toContain(MEASURING);
    expect(last(again)).toContain('measured now');
    const remembered = await backends(cache);
    expect(remembered.err).not.toContain(MEASURING);
    expect(last(remembered)).toMatch(/; remembered from \d{4}-\d\d-\d\d; remove .*backend\.json to measure again\)$/);
    expect((await backends(cache, '--measure')).err).toContain(MEASURING);
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  test('a cache folder that cannot be is no reason not to choose', async () => {
    const cache = join(folder({ file: '' }), 'file');
    const result = await backends(cache);
    expect(result.code).toBe(0);
    expect(last(result)).toMatch(/^auto: \S+ \(.*; measured now, and next time again: .*the folder cannot be made\)$/);
  });
});
