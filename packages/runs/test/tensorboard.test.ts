import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEventFile } from '@descent/runs';
import { expect, test } from 'vitest';
import { crc32c } from '../src/tensorboard/crc32c.ts';

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

test("TensorBoard's own reader finds the numbers", (context) => {
  try {
    execFileSync(python, ['-c', 'import tensorboard'], { stdio: 'ignore' });
  } catch {
    const reason = `python module tensorboard is missing (${python}): pip install tensorboard, and set DESCENT_PYTHON if it is not python3`;
    console.log(`TensorBoard's reader: not run, since the ${reason}`);
    return context.skip(reason);
  }
  const folder = mkdtempSync(join(tmpdir(), 'descent-tb-'));
  const file = createEventFile(folder);
  for (let step = 1; step <= 3; step++) file.write(step, { 'loss/train': 1 / step, 'accuracy/test': step / 4 });
  const script = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1]); events.Reload()
print(json.dumps({tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in events.Tags()['scalars']}))`;
  const read = JSON.parse(
    execFileSync(python, ['-c', script, folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  ) as Record<string, number[][]>;
  expect(read['accuracy/test']).toEqual([
    [1, 0.25],
    [2, 0.5],
    [3, 0.75],
  ]);
  expect(read['loss/train']?.map(([, v]) => v)).toEqual([1, 0.5, Math.fround(1 / 3)]);
}, 60_000);
