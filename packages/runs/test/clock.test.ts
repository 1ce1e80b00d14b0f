import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EpochRecord } from '@descent/core';
import {
  checkpoints,
  createEventFile,
  jsonLinesLog,
  latestCheckpoint,
  rewindJsonLines,
  tensorboard,
} from '@descent/runs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { run } from './tiny-run.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'descent-clock-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

describe('a clock that jumps', () => {
  const HOUR = 3_600_000;
  const START = 1_700_000_000_000;
  /** Forwards, backwards, far back, and to what a broken battery leaves. */
  const times = [START, START + HOUR, START - 50 * HOUR, START + 1, 0, START + 2 * HOUR];

  test('breaks no record of a run', async () => {
    const real = await run([], times.length);
    let calls = 0;
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => times[calls++ % times.length] as number);
    const log = join(folder, 'metrics.jsonl');
    const result = await run(
      [checkpoints({ folder, everySteps: 1, keepLast: 100 }), jsonLinesLog(log), tensorboard(folder)],
      times.length,
    );
    expect(calls).toBeGreaterThan(times.length);
    clock.mockRestore();

    const bare = (history: readonly EpochRecord[]) => history.map(({ seconds: _, ...rest }) => rest);
    expect(bare(result.history)).toEqual(bare(real.history));
    for (const { seconds } of result.history) expect(seconds).toBeGreaterThanOrEqual(0);
    const lines = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as EpochRecord & { step: number });
    expect(lines.map(({ epoch, step }) => [epoch, step])).toEqual(times.map((_, i) => [i + 1, 2 * i + 2]));
    expect((await latestCheckpoint(folder))?.state.step).toBe(2 * times.length);
    const events = readdirSync(folder).filter((name) => name.startsWith('events.out'));
    expect(events).toHaveLength(1);
    const stamps = wallTimes(readFileSync(join(folder, events[0] as string)));
    expect(stamps).toHaveLength(times.length + 1);
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    expect(stamps[0]).toBeGreaterThan(0);
  });

  test('never takes events back in time', () => {
    let i = 0;
    const file = createEventFile(folder, () => times[i++] as number);
    for (let step = 1; step < times.length - 1; step++) file.write(step, { loss: 1 });
    const seconds = (ms: number) => ms / 1000;
    expect(wallTimes(readFileSync(file.path))[0]).toBe(seconds(START + HOUR));
    expect(new Set(wallTimes(readFileSync(file.path)).slice(0, 4))).toEqual(new Set([seconds(START + HOUR)]));
  });
});

/** The first field of each record, a double: seconds since 1970. */
function wallTimes(bytes: Buffer): readonly number[] {
  const found: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    found.push(bytes.readDoubleLE(at + 13));
    at += 16 + Number(bytes.readBigUInt64LE(at));
  }
  return found;
}

describe('a log that is taken up again', () => {
  test('loses what comes after the epoch, and half a line', async () => {
    const path = join(folder, 'metrics.jsonl');
    await run([jsonLinesLog(path)], 4);
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, `${lines.slice(0, 4).join('\n')}\n{"step":10,"ep`);
    await rewindJsonLines(path, 2);
    expect(readFileSync(path, 'utf8')).toBe(`${lines.slice(0, 2).join('\n')}\n`);
    await rewindJsonLines(path, 9);
    expect(readFileSync(path, 'utf8')).toBe(`${lines.slice(0, 2).join('\n')}\n`);
    await rewindJsonLines(join(folder, 'missing'), 2);
    expect(existsSync(join(folder, 'missing'))).toBe(false);
  });
});
