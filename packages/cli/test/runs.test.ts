import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from '@descent/runs';
import { Uint8ArrayReader, ZipReader } from '@zip.js/zip.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEpochs } from '../src/run/epoch-log.ts';
import type { RunOverview } from '../src/runs/overview.ts';
import { descent, folder } from './helpers.ts';

const CONFIG = {
  model: [['linear', 2, 8], 'relu', ['linear', 8, 2]],
  data: 'moons',
  optimizer: ['sgd', { lr: 0.5 }],
  metrics: ['accuracy'],
  epochs: 2,
  backend: 'reference',
};

/** A folder with two finished runs, `a` and `b`, that differ in rate and epochs. */
async function twoRuns(at: string = folder()): Promise<string> {
  const other = { ...CONFIG, optimizer: ['sgd', { lr: 0.1 }], epochs: 3 };
  for (const [name, config] of Object.entries({ a: CONFIG, b: other })) {
    writeFileSync(join(at, `${name}.json`), JSON.stringify(config));
    expect((await descent(at, 'train', `${name}.json`, '--quiet')).code).toBe(0);
  }
  return at;
}

describe('runs are looked at', () => {
  let at = '';
  beforeAll(async () => {
    at = await twoRuns(mkdtempSync(join(tmpdir(), 'descent-runs-')));
  });
  afterAll(() => rmSync(at, { recursive: true, force: true }));

  test('list: the newest first, with the last numbers', async () => {
    const { out, code } = await descent(at, 'runs');
    expect(code).toBe(0);
    const [head, ...lines] = out.trimEnd().split('\n');
    expect(head).toMatch(/^run +state +started +epochs +test accuracy +test loss +size$/);
    expect(lines.map((line) => line.split(/ {2,}/).slice(0, 2))).toEqual([
      [join('runs', 'b'), 'finished'],
      [join('runs', 'a'), 'finished'],
    ]);
    const [last] = (await readEpochs(join(at, 'runs', 'b'))).slice(-1);
    expect(lines[0]).toContain(`3/3     ${Number(last?.test?.accuracy?.toPrecision(4))}`);
  });

  test('list --json is a list; a folder without runs is an empty one, and says what to do', async () => {
    const listed = JSON.parse((await descent(at, 'runs', 'list', '--json')).out) as readonly RunOverview[];
    expect(listed.map(({ state, epochs }) => [state, epochs.length])).toEqual([
      ['finished', 3],
      ['finished', 2],
    ]);
    const empty = folder();
    expect(JSON.parse((await descent(empty, 'runs', 'list', '--json')).out)).toEqual([]);
    expect((await descent(empty, 'runs')).out).toContain('descent train <config>');
    // A mistyped command is no folder without runs.
    const mistyped = await descent(at, 'runs', 'shw');
    expect([mistyped.code, mistyped.err]).toEqual([2, expect.stringContaining('there is no such folder')]);
  });

  test('show says network, settings and epochs', async () => {
    const { out } = await descent(at, 'runs', 'show', 'a');
    expect(out).toContain('linear(2 → 8) → relu → linear(8 → 2); 42 parameters');
    expect(out).toContain('crossEntropy, sgd, lr 0.5, batch size 64, seed 0');
    expect(out).toMatch(/^2\/2 {4}/m);
    expect(JSON.parse((await descent(at, 'runs', 'show', 'runs/a', '--json')).out)).toMatchObject({
      state: 'finished',
    });
  });

  test('compare shows what differs and nothing else', async () => {
    const { out } = await descent(at, 'runs', 'compare', 'a', 'b');
    const [numbers = '', settings = ''] = out.split('\n\n');
    expect(numbers).toMatch(/^test accuracy +[\d.]+ +[\d.]+$/m);
    expect(
      settings
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ {2,}/)),
    ).toEqual([
      ['optimizer', '["sgd",{"lr":0.5}]', '["sgd",{"lr":0.1}]'],
      ['epochs', '2', '3'],
    ]);
    expect((await descent(at, 'runs', 'compare', 'a')).code).toBe(2);
  });

  test.each([['bb'], ['../..'], ['']])('%j is no run; the error names those there are', async (name) => {
    const { code, err } = await descent(at, 'runs', 'show', name);
    expect(code).toBe(1);
    expect(err).toContain(join('runs', 'a'));
  });

  test('one run under two names is one, and nothing to compare it with', async () => {
    const { code, err } = await descent(at, 'runs', 'compare', 'a', 'runs/a');
    expect([code, err]).toEqual([2, expect.stringContaining('there is nothing to compare')]);
  });

  test('archive: all files of the run, byte for byte; the name has to be a zip’s', async () => {
    expect((await descent(at, 'runs', 'archive', 'a', '--out', 'a.tar')).code).toBe(2);
    expect((await descent(at, 'runs', 'archive', 'a')).out).toMatch(/^a\.zip: \d+ files, \d+ kB\n$/);
    const zip = new ZipReader(new Uint8ArrayReader(readFileSync(join(at, 'a.zip'))), { useWebWorkers: false });
    const entries = await zip.getEntries();
    await zip.close();
    const names = entries.map(({ filename }) => filename);
    expect(names).toEqual(expect.arrayContaining(['a/run.json', 'a/config.json', 'a/model.onnx', 'a/report.html']));
    for (const { filename, uncompressedSize } of entries) {
      expect(uncompressedSize).toBe(readFileSync(join(at, 'runs', filename)).length);
    }
  });
});

describe('runs are removed', () => {
  test('only what a run wrote goes; without a terminal it has to be said', async () => {
    const at = await twoRuns();
    writeFileSync(join(at, 'runs', 'a', 'notes.md'), 'mine');
    const asked = await descent(at, 'runs', 'remove', 'a', 'b');
    expect(asked.code).toBe(2);
    expect(asked.err).toContain(`descent runs remove ${join('runs', 'a')} ${join('runs', 'b')} --yes`);
    expect(existsSync(join(at, 'runs', 'a', 'run.json'))).toBe(true);
    expect((await descent(at, 'runs', 'remove', 'a', 'b', '--yes')).code).toBe(0);
    expect(readFileSync(join(at, 'runs', 'a', 'notes.md'), 'utf8')).toBe('mine');
    expect(existsSync(join(at, 'runs', 'a', 'run.json'))).toBe(false);
    expect(existsSync(join(at, 'runs', 'b'))).toBe(false);
  });

  test('one that trains stays, and so do the others; it is not archived either', async () => {
    const at = await twoRuns();
    const release = await lockFolder(join(at, 'runs', 'b'));
    try {
      expect((await descent(at, 'runs')).out).toMatch(/b +training/);
      const { code, err } = await descent(at, 'runs', 'remove', 'a', 'b', '--yes');
      expect([code, err]).toEqual([1, expect.stringContaining('a run that trains is not removed')]);
      expect(existsSync(join(at, 'runs', 'a', 'run.json'))).toBe(true);
      expect((await descent(at, 'runs', 'archive', 'b')).code).toBe(1);
    } finally {
      await release();
    }
  });
});

test('a run that was cut off, and one whose record is broken, are shown as such', async () => {
  const at = await twoRuns();
  const record = join(at, 'runs', 'a', 'run.json');
  writeFileSync(record, readFileSync(record, 'utf8').replace('"finished"', '"running"'));
  mkdirSync(join(at, 'runs', 'odd'));
  writeFileSync(join(at, 'runs', 'odd', 'run.json'), '[]');
  const { out } = await descent(at, 'runs');
  expect(out).toMatch(/a +cut off/);
  expect(out.trimEnd().split('\n').at(-1)).toMatch(/odd +unreadable/);
  expect((await descent(at, 'runs', 'show', 'odd')).out).toContain('cannot be read');
  expect((await descent(at, 'runs', 'show', 'a')).out).toContain(`descent resume ${join('runs', 'a')}`);
});

test('half a line of a log is no epoch', async () => {
  const at = folder({ 'metrics.jsonl': '{"epoch":1,"train":{"loss":1},"seconds":1,"step":2}\nnull\n{"epoch":2,"tr' });
  expect(await readEpochs(at)).toEqual([
    { epoch: 1, train: { loss: 1 }, validation: null, test: null, seconds: 1, step: 2 },
  ]);
});
