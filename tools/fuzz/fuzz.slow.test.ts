import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { BAD_READERS } from './bad-readers.mjs';
import { inputOf, READERS } from './readers.mjs';
import { runReader } from './run-reader.mjs';

const main = fileURLToPath(new URL('./main.mjs', import.meta.url));
const limits = { heapMegabytes: 128, residentMegabytes: 700 };

/** What the lane says about a reader with a known fault. */
async function verdict(name: string): Promise<{ readonly tried: number; readonly kinds: readonly string[] }> {
  // Full memory takes a while on a busy machine.
  const seconds = ['bad-hang', 'bad-wait'].includes(name) ? 2 : 60;
  const reader = BAD_READERS.find((r) => r.name === name) as (typeof BAD_READERS)[number];
  const job = {
    seed: 's',
    first: 0,
    last: 3,
    until: Number.POSITIVE_INFINITY,
    limits: { ...limits, seconds },
    maxFindings: 1,
  };
  const { tried, findings } = await runReader(reader, job);
  for (const { file } of findings) expect(existsSync(file)).toBe(true);
  return { tried, kinds: findings.map((f) => f.kind) };
}

test.each<[string, RegExp]>([
  ['bad-raw', /not Descent/],
  ['bad-crash', /a crash/],
  ['bad-hang', /no answer in 2 s/],
  ['bad-wait', /no answer in 2 s/],
  ['bad-heap', /a crash/],
  ['bad-memory', /MB of memory/],
  ['bad-rejection', /unhandled/],
  ['bad-again', /does not read the same again/],
])('the lane finds the fault of %s', async (name, kind) => {
  const { kinds } = await verdict(name);
  expect(kinds[0]).toMatch(kind);
});

test('and none where there is none', async () => {
  expect(await verdict('bad-none')).toEqual({ tried: 3, kinds: [] });
});

test('inputs are the same for the same seed, and mostly differ from the real files', async () => {
  for (const reader of READERS) {
    const seeds = await reader.seeds();
    const some = Array.from({ length: 20 }, (_, i) => inputOf(reader, seeds, 's', i));
    expect(Array.from({ length: 20 }, (_, i) => inputOf(reader, seeds, 's', i))).toEqual(some);
    const real = seeds.map(({ bytes, pack }) => Buffer.from(pack === undefined ? bytes : pack(bytes)));
    expect(some.filter((bytes) => real.some((r) => r.equals(bytes))).length, reader.name).toBeLessThan(8);
  }
});

test('real files are read', async () => {
  for (const reader of READERS) {
    const folder = mkdtempSync(join(tmpdir(), 'descent-fuzz-'));
    for (const { bytes, pack } of await reader.seeds()) {
      await reader.read(pack === undefined ? bytes : pack(bytes), folder).catch((error: unknown) => {
        // One of the fixtures is there to be refused.
        if (reader.name !== 'parquet') throw error;
      });
    }
    rmSync(folder, { recursive: true });
  }
});

test('a minute of fuzzing finds nothing', () => {
  let output = '';
  try {
    output = execFileSync(process.execPath, [main, '--minutes', '1', '--seed', 'ci'], { encoding: 'utf8' });
  } catch (error) {
    throw new Error((error as { stdout?: string }).stdout ?? String(error));
  }
  console.log(output);
  for (const { name } of READERS) expect(output).toMatch(new RegExp(`^${name} +[1-9]\\d* inputs .* 0 findings$`, 'm'));
});
