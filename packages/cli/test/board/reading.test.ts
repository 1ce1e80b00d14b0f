import { mkdirSync, openSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { lockFolder } from '@descent/runs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BoardRow } from '../../src/board/protocol.ts';
import { thinCurve } from '../../src/board/thin-curve.ts';
import { type WatchedFolder, watchFolder } from '../../src/board/watched-folder.ts';
import { folder } from '../helpers.ts';
import { append, copyRun, line, oneRun } from './runs.ts';

describe('a thin curve', () => {
  test('of 100,000 epochs has few points, the lowest and the highest among them, as many early as late ones', () => {
    const curve = thinCurve();
    for (let epoch = 1; epoch <= 100_000; epoch++) {
      const value = epoch === 777 ? -5 : epoch === 90_001 ? 9 : Math.sin(epoch);
      curve.add({ epoch, step: epoch, seconds: epoch }, value);
    }
    const points = curve.points();
    expect(points.length).toBeLessThanOrEqual(1024);
    expect([points[0]?.epoch, points.at(-1)?.epoch]).toEqual([1, 100_000]);
    expect(points.find(({ value }) => value === -5)?.epoch).toBe(777);
    expect(points.find(({ value }) => value === 9)?.index).toBe(90_000);
    const early = points.filter(({ epoch }) => epoch <= 50_000).length;
    expect(Math.abs(early / points.length - 0.5)).toBeLessThan(0.02);
    const fewer = curve.points(100);
    expect(fewer.length).toBeLessThanOrEqual(104);
    expect(fewer.map(({ value }) => value)).toEqual(expect.arrayContaining([-5, 9]));
    expect(fewer.map(({ epoch }) => epoch)).toEqual(fewer.map(({ epoch }) => epoch).toSorted((a, b) => a - b));
  });

  test('of few epochs has them all, and what is not finite neither hides the lowest nor the highest', () => {
    const curve = thinCurve();
    const values = [1, Number.NaN, 3, Number.NaN];
    for (const [i, value] of values.entries()) curve.add({ epoch: i + 1, step: i, seconds: i }, value);
    expect(curve.points().map(({ value }) => value)).toEqual(values);
    const long = thinCurve();
    for (let epoch = 1; epoch <= 5000; epoch++)
      long.add({ epoch, step: epoch, seconds: epoch }, epoch % 2 === 1 ? Number.NaN : epoch);
    expect(long.points(40).filter(({ value }) => Number.isFinite(value)).length).toBeGreaterThan(9);
  });
});

describe('a folder that is watched', () => {
  let made: Awaited<ReturnType<typeof oneRun>>;
  let one = '';
  beforeAll(async () => {
    made = await oneRun();
    one = join(made.at, 'runs', 'one');
  });
  afterAll(() => made.remove());

  const rowsOf = async (watched: WatchedFolder): Promise<readonly BoardRow[]> => {
    while (await watched.look()) {}
    return [...watched.runs().values()].map((run) => run.row());
  };

  test('tells of a finished run what it says itself', async () => {
    const [row] = await rowsOf(watchFolder(join(made.at, 'runs')));
    const log = readFileSync(join(one, 'metrics.jsonl'), 'utf8').trim().split('\n');
    const [first, last] = log.map((text) => JSON.parse(text).test);
    expect(row).toMatchObject({
      ...{
        name: 'one',
        state: 'finished',
        problem: null,
        data: 'moons',
        network: 'linear(2 → 4) → relu → linear(4 → 2)',
      },
      ...{ parameters: 22, epochs: 2, wanted: 2, hasReport: true, isReading: false },
    });
    expect(row?.numbers['test_loss']).toEqual({
      last: last.loss,
      best: Math.min(first.loss, last.loss),
      epoch: last.loss < first.loss ? 2 : 1,
    });
    expect(row?.numbers['test_accuracy']?.best).toBe(Math.max(first.accuracy, last.accuracy));
  });

  test('reads on where it stopped, leaves half a line for later, and reads a log in its place anew', async () => {
    const at = folder();
    const run = copyRun(one, join(at, 'a'));
    const watched = watchFolder(at);
    append(run, line(1, 0.9), line(2, 0.7).slice(0, 20));
    expect((await rowsOf(watched))[0]).toMatchObject({ epochs: 1, numbers: { test_loss: { last: 0.9 } } });
    append(run, line(2, 0.7).slice(20));
    const [second] = await rowsOf(watched);
    expect(second).toMatchObject({ epochs: 2, numbers: { test_loss: { last: 0.7, best: 0.7 } } });
    // What was read is not looked at again, but for its first bytes.
    append(run, ...Array.from({ length: 5 }, () => line(2, 0.7)));
    await rowsOf(watched);
    const text = readFileSync(join(run, 'metrics.jsonl'), 'utf8');
    append(run, line(3, 0.8));
    const file = openSync(join(run, 'metrics.jsonl'), 'r+');
    writeSync(file, 'x'.repeat(20), text.length - 40);
    const [third] = await rowsOf(watched);
    expect(third).toMatchObject({
      epochs: 3,
      problem: null,
      numbers: { test_loss: { last: 0.8, best: 0.7, epoch: 2 } },
    });
    expect(third?.revision).toBeGreaterThan(second?.revision as number);
    expect((await rowsOf(watched))[0]?.revision).toBe(third?.revision);
    // As a run does that is resumed from an earlier checkpoint.
    writeFileSync(join(run, 'other'), line(1, 0.9) + line(2, 0.6));
    renameSync(join(run, 'other'), join(run, 'metrics.jsonl'));
    expect((await rowsOf(watched))[0]).toMatchObject({ epochs: 2, numbers: { test_loss: { best: 0.6 } } });
    writeFileSync(join(run, 'metrics.jsonl'), '');
    expect((await rowsOf(watched))[0]).toMatchObject({ epochs: 0, numbers: {} });
  });

  test('says which way a metric gets better only where the run says it, and what is not finite', async () => {
    const at = folder();
    const run = copyRun(one, join(at, 'a'), (record) => ({
      ...record,
      settings: { ...record.settings, better: { accuracy: 'lower', own: 'higher' } },
    }));
    append(run, line(1, 3, 0.2), line(2, null, 0.4));
    const log = { step: 1, epoch: 3, train: { loss: 1, strange: 4, constructor: 5, text: '<b>' }, seconds: 1 };
    append(run, `${JSON.stringify(log)}\n`);
    const [row] = await rowsOf(watchFolder(at));
    expect(row?.numbers).toEqual({
      test_loss: { last: null, best: 3, epoch: 1 },
      test_accuracy: { last: 0.4, best: 0.2, epoch: 1 },
      train_loss: { last: 1, best: 1, epoch: 3 },
      train_accuracy: { last: 0.4, best: 0.2, epoch: 1 },
      train_strange: { last: 4 },
      train_constructor: { last: 5 },
    });
  });

  test('names what is damaged with the reason, and goes on with the rest', async () => {
    const at = folder();
    append(copyRun(one, join(at, 'good')), line(1, 1), 'no json\n', line(2, 1));
    copyRun(one, join(at, 'wrong'), () => ({ status: 'finished' }));
    mkdirSync(join(at, 'lost'));
    writeFileSync(join(at, 'lost', 'metrics.jsonl'), line(1, 2));
    const rows = Object.fromEntries((await rowsOf(watchFolder(at))).map((row) => [row.name, row]));
    expect(rows['good']).toMatchObject({ epochs: 2, problem: 'metrics.jsonl: 1 line tells of no epoch' });
    expect(rows['wrong']).toMatchObject({
      state: 'unreadable',
      problem: expect.stringMatching(/^run\.json: descent: /),
    });
    expect(rows['lost']).toMatchObject({
      state: 'unreadable',
      epochs: 1,
      problem: expect.stringContaining('run.json'),
    });
  });

  test('tells what trains from what was cut off, and what begins from what is damaged', async () => {
    const at = folder();
    const running = (name: string) => copyRun(one, join(at, name), (record) => ({ ...record, status: 'running' }));
    running('cut');
    const locks = [await lockFolder(running('trains'))];
    mkdirSync(join(at, 'begins'));
    writeFileSync(join(at, 'begins', 'metrics.jsonl'), '');
    locks.push(await lockFolder(join(at, 'begins')));
    const watched = watchFolder(at);
    const states = async () => Object.fromEntries((await rowsOf(watched)).map(({ name, state }) => [name, state]));
    expect(await states()).toEqual({ begins: 'starting', cut: 'cut off', trains: 'training' });
    for (const release of locks) await release();
    expect(await states()).toEqual({ begins: 'unreadable', cut: 'cut off', trains: 'cut off' });
  });

  test('follows no link, and notices what comes and goes', async () => {
    const at = folder();
    const outside = folder({ 'secret.jsonl': line(1, 42) });
    copyRun(one, join(outside, 'run'));
    const run = copyRun(one, join(at, 'runs', 'linked'));
    rmSync(join(run, 'metrics.jsonl'));
    symlinkSync(join(outside, 'secret.jsonl'), join(run, 'metrics.jsonl'));
    symlinkSync(join(outside, 'run'), join(at, 'runs', 'elsewhere'));
    mkdirSync(join(at, 'runs', 'link'));
    symlinkSync(join(one, 'run.json'), join(at, 'runs', 'link', 'run.json'));
    const watched = watchFolder(join(at, 'runs'));
    expect(await rowsOf(watched)).toMatchObject([{ name: 'linked', epochs: 0, numbers: {} }]);
    const name = 'ü <b>"&\n 試';
    append(copyRun(one, join(at, 'runs', 'deep', name)), line(1, 1));
    expect((await rowsOf(watched)).map((row) => row.name)).toEqual([`deep/${name}`, 'linked']);
    rmSync(join(at, 'runs'), { recursive: true });
    expect([await rowsOf(watched), watched.isThere()]).toEqual([[], false]);
    append(copyRun(one, join(at, 'runs', 'linked')), line(1, 1));
    expect([(await rowsOf(watched))[0]?.epochs, watched.isThere()]).toEqual([1, true]);
  });
});
