import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createEventFile, rewindEvents } from '@descent/runs';
import { describe, expect, type TestContext, test } from 'vitest';
import { crc32c } from '../src/tensorboard/crc32c.ts';
import { records } from '../src/tensorboard/records.ts';

const python = process.env.DESCENT_PYTHON ?? 'python3';

test('the checksum has the known values', () => {
  // RFC 3720, appendix B.4, and the usual check value.
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
});

test('a file is a row of records whose lengths add up, the first with the version', () => {
  const file = createEventFile(mkdtempSync(join(tmpdir(), 'descent-tb-')), () => 1_700_000_000_000);
  file.write(7, { 'loss/train': 0.5, 'accuracy/test': 0.25 });
  const bytes = readFileSync(file.path);
  const records: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    records.push(bytes.subarray(at + 12, at + 12 + length));
    at += 16 + length;
  }
  expect(records).toHaveLength(2);
  expect(records[0]?.toString('latin1')).toContain('brain.Event:2');
  expect(records[1]?.toString('latin1')).toContain('loss/train');
  expect(records[0]?.readDoubleLE(1)).toBe(1_700_000_000);
});

/** What TensorBoard's own reader finds: steps and values by tag; skips the test, with the reason, where it is missing. */
function readBy(context: TestContext, folder: string): Record<string, number[][]> {
  try {
    execFileSync(python, ['-c', 'import tensorboard'], { stdio: 'ignore' });
  } catch {
    const reason = `python module tensorboard is missing (${python}): pip install tensorboard, and set DESCENT_PYTHON if it is not python3`;
    console.log(`TensorBoard's reader: not run, since the ${reason}`);
    return context.skip(reason);
  }
  const script = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1], size_guidance={'scalars': 0}); events.Reload()
print(json.dumps({tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in events.Tags()['scalars']}))`;
  return JSON.parse(
    execFileSync(python, ['-c', script, folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  ) as Record<string, number[][]>;
}

test("TensorBoard's own reader finds the numbers", (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'descent-tb-'));
  const file = createEventFile(folder);
  for (let step = 1; step <= 3; step++) file.write(step, { 'loss/train': 1 / step, 'accuracy/test': step / 4 });
  const read = readBy(context, folder);
  expect(read['accuracy/test']).toEqual([
    [1, 0.25],
    [2, 0.5],
    [3, 0.75],
  ]);
  expect(read['loss/train']?.map(([, v]) => v)).toEqual([1, 0.5, Math.fround(1 / 3)]);
}, 60_000);

/** Logs every step of `from … to`, with a value that tells which attempt it was. */
function logged(folder: string, from: number, to: number, attempt: number, now?: () => number): string {
  const file = createEventFile(folder, now);
  for (let step = from; step <= to; step++) file.write(step, { loss: attempt });
  return file.path;
}

const steps = (folder: string): number[][] =>
  readdirSync(folder)
    .sort()
    .flatMap((name) => [...records(readFileSync(join(folder, name)))].flatMap(stepAndValue));

function stepAndValue(event: Uint8Array): number[][] {
  const at = Buffer.from(event).indexOf('loss');
  // wall time (9 bytes), then the step as one byte here; the value follows its tag.
  return at < 0 ? [] : [[event[10] as number, Buffer.from(event).readFloatLE(at + 5)]];
}

describe('a run that goes on from an earlier step', () => {
  const first = Array.from({ length: 60 }, (_, i) => [i + 1, 1]);

  test('shows no step twice, wherever it was cut off, in the files and in TensorBoard', async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'descent-tb-'));
    const path = logged(folder, 1, 90, 1);
    const whole = readFileSync(path);
    for (const cut of [0, 1, 7, 15, 16, 40, 100]) {
      writeFileSync(path, whole.subarray(0, whole.length - cut));
      await rewindEvents(folder, 60);
      expect(steps(folder)).toEqual(first);
    }
    logged(folder, 61, 100, 2);
    await rewindEvents(folder, 95);
    logged(folder, 96, 120, 3);
    const expected = Array.from({ length: 120 }, (_, i) => [i + 1, i < 60 ? 1 : i < 95 ? 2 : 3]);
    expect(steps(folder)).toEqual(expected);
    expect(readdirSync(folder)).toHaveLength(3);
    await rewindEvents(join(folder, 'missing'), 1);
    expect(readBy(context, folder)['loss']).toEqual(expected);
  }, 60_000);

  test('a file of the same second, or of a clock that was set back, comes after the others and hides what it repeats', (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'descent-tb-'));
    const paths = [5e12, 5e12, 1e12].map((now, i) => logged(folder, 1 + 10 * i, 20 + 10 * i, i, () => now));
    expect(readdirSync(folder).sort()).toEqual(paths.map((path) => basename(path)));
    const expected = Array.from({ length: 40 }, (_, i) => [i + 1, i < 10 ? 0 : i < 20 ? 1 : 2]);
    expect(readBy(context, folder)['loss']).toEqual(expected);
  }, 60_000);
});
