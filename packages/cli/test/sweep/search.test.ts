import { expect, test } from 'vitest';
import { InterruptedError } from '../../src/errors.ts';
import { sharesOf } from '../../src/sweep/engines/open.ts';
import { arrayOf, slurmScript } from '../../src/sweep/engines/slurm/script.ts';
import { importanceOf } from '../../src/sweep/importance/importance.ts';
import { labelsOf } from '../../src/sweep/labels.ts';
import { halvingRungs, nextJobs } from '../../src/sweep/rungs.ts';
import { gridPoint, gridSize } from '../../src/sweep/samplers/grid.ts';
import { randomPoint, spaceSize } from '../../src/sweep/samplers/random.ts';
import { type Search, search } from '../../src/sweep/search.ts';
import type { Space } from '../../src/sweep/space/parameter.ts';
import { ranked, type SweepEvent, type Trial, trialsAfter } from '../../src/sweep/state.ts';
import type { Outcome } from '../../src/sweep/trial/outcome.ts';
import { watchSweep } from '../../src/sweep/watch.ts';
import { capture, descent, folder, silentIo } from '../helpers.ts';

const SPACE: Space = {
  lr: { kind: 'range', low: 0.001, high: 1, log: true, int: false },
  n: { kind: 'range', low: 1, high: 4, log: false, int: true },
  act: { kind: 'choice', values: ['relu', 'tanh'] },
};

function outcome(trial: number, epochs: number, value: number | null, more: Partial<Outcome> = {}): Outcome {
  const status = value === null ? 'diverged' : 'done';
  return { trial, epochs, status, value, epoch: epochs, metrics: {}, seconds: 1, reason: null, ...more };
}

test('a grid has every point once, the last parameter changes first', () => {
  const space: Space = { a: { kind: 'choice', values: [1, 2] }, b: { kind: 'choice', values: ['x', 'y', 'z'] } };
  expect(gridSize(space)).toBe(6);
  const points = Array.from({ length: 6 }, (_, i) => gridPoint(space, i));
  expect(points.map(({ a, b }) => `${a}${b}`)).toEqual(['1x', '1y', '1z', '2x', '2y', '2z']);
});

test('random values are those of the seed and the number of the trial, and lie in their ranges', () => {
  const points = Array.from({ length: 300 }, (_, i) => randomPoint(SPACE, 7, i + 1));
  expect(points[4]).toEqual(randomPoint(SPACE, 7, 5));
  expect(points[4]).not.toEqual(randomPoint(SPACE, 8, 5));
  // A further parameter changes nothing in the others.
  const { lr } = randomPoint({ ...SPACE, more: { kind: 'choice', values: [1, 2, 3] } }, 7, 5);
  expect(lr).toBe(points[4]?.['lr']);
  const lrs = points.map((point) => point['lr'] as number);
  expect(Math.min(...lrs)).toBeGreaterThanOrEqual(0.001);
  expect(Math.max(...lrs)).toBeLessThanOrEqual(1);
  // A third of a logarithmic range of three decades is one decade: 100 of 300 within four standard deviations of 8.2.
  expect(Math.abs(lrs.filter((value) => value < 0.01).length - 100)).toBeLessThan(33);
  for (const n of [1, 2, 3, 4]) expect(points.filter((point) => point['n'] === n).length).toBeGreaterThan(40);
});

test('what was tried is not drawn again while there is something else', () => {
  const small: Space = {
    n: { kind: 'range', low: 1, high: 3, log: false, int: true },
    flag: { kind: 'choice', values: [true, false] },
  };
  expect(spaceSize(small)).toBe(6);
  expect(spaceSize(SPACE)).toBe(Number.POSITIVE_INFINITY);
  const taken: ReturnType<typeof randomPoint>[] = [];
  for (let trial = 1; trial <= 6; trial++) taken.push(randomPoint(small, 0, trial, taken));
  expect(new Set(taken.map((point) => JSON.stringify(point))).size).toBe(6);
});

test('halving: fewer trials for more epochs, the last ones to the end', () => {
  expect(halvingRungs({ trials: 9, epochs: 9, least: 1, eta: 3 })).toEqual([
    { epochs: 1, trials: 9 },
    { epochs: 3, trials: 3 },
    { epochs: 9, trials: 1 },
  ]);
  expect(halvingRungs({ trials: 16, epochs: 10, least: 2, eta: 4 })).toEqual([
    { epochs: 2, trials: 16 },
    { epochs: 8, trials: 4 },
    { epochs: 10, trials: 1 },
  ]);
  expect(halvingRungs({ trials: 2, epochs: 10, least: 1, eta: 3 })).toEqual([
    { epochs: 1, trials: 2 },
    { epochs: 10, trials: 1 },
  ]);
});

test('a rung begins when the one before is complete, with its best; what diverged or failed goes no further', () => {
  const rungs = halvingRungs({ trials: 4, epochs: 4, least: 1, eta: 2 });
  const of = (...outcomes: readonly Outcome[]): readonly Trial[] =>
    trialsAfter([
      ...[1, 2, 3, 4].map((trial): SweepEvent => ({ event: 'trial', trial, values: {} })),
      ...outcomes.map((one): SweepEvent => ({ event: 'outcome', ...one })),
    ]);
  expect(nextJobs(rungs, [], 'min')).toEqual({ jobs: [], fresh: 4, isOver: false });
  const first = [outcome(1, 1, 0.5), outcome(2, 1, null), outcome(4, 1, 0.3)];
  expect(nextJobs(rungs, of(...first), 'min')).toEqual({ jobs: [{ trial: 3, epochs: 1 }], fresh: 0, isOver: false });
  const all = [...first, outcome(3, 1, 0.4)];
  expect(nextJobs(rungs, of(...all), 'min').jobs).toEqual([4, 3].map((trial) => ({ trial, epochs: 2 })));
  expect(nextJobs(rungs, of(...all), 'max').jobs).toEqual([1, 3].map((trial) => ({ trial, epochs: 2 })));
  const second = [...all, outcome(3, 2, null), outcome(4, 2, 0.2)];
  expect(nextJobs(rungs, of(...second), 'min').jobs).toEqual([{ trial: 4, epochs: 4 }]);
  const third = [...second, outcome(4, 4, 0.1)];
  expect(nextJobs(rungs, of(...third), 'min').isOver).toBe(true);
  // None left that has a number: nothing more to do.
  const none = [1, 2, 3, 4].map((trial) => outcome(trial, 1, null));
  expect(nextJobs(rungs, of(...none), 'min').isOver).toBe(true);
});

test('each outcome counts once, whoever tells it; numbers after more epochs come first, none last', () => {
  const trials = trialsAfter([
    ...[1, 2, 3, 4].map((trial): SweepEvent => ({ event: 'trial', trial, values: { a: trial } })),
    { event: 'trial', trial: 1, values: { a: 99 } },
    { event: 'outcome', ...outcome(1, 1, 0.5) },
    { event: 'outcome', ...outcome(1, 1, 0.1) },
    { event: 'outcome', ...outcome(2, 1, null) },
    { event: 'outcome', ...outcome(3, 1, 0.2) },
    { event: 'outcome', ...outcome(1, 3, 0.4) },
    { event: 'outcome', ...outcome(9, 1, 0.0) },
  ]);
  expect(trials).toHaveLength(4);
  expect(trials[0]?.values).toEqual({ a: 1 });
  expect(trials[0]?.outcomes.map(({ value }) => value)).toEqual([0.5, 0.4]);
  expect(ranked(trials, 'min').map(({ trial }) => trial)).toEqual([1, 3, 2, 4]);
});

test('as many threads as cores, whichever of the two numbers is given', () => {
  expect(sharesOf({ trials: 20, cores: 8 })).toEqual({ slots: 8, threads: 1 });
  expect(sharesOf({ trials: 3, cores: 8 })).toEqual({ slots: 3, threads: 2 });
  expect(sharesOf({ trials: 20, cores: 8, parallel: 2 })).toEqual({ slots: 2, threads: 4 });
  expect(sharesOf({ trials: 20, cores: 8, threads: 3 })).toEqual({ slots: 2, threads: 3 });
  expect(sharesOf({ trials: 20, cores: 2, threads: 4 })).toEqual({ slots: 1, threads: 4 });
  expect(sharesOf({ trials: 1, cores: 2, parallel: 4 })).toEqual({ slots: 4, threads: 1 });
});

test('the script of Slurm: trials are its tasks, paths may hold anything', () => {
  expect(arrayOf([7, 1, 2, 3, 9, 10])).toBe('1-3,7,9-10');
  const script = slurmScript({
    name: 'descent-ab-e3',
    sweep: "/data/it's 100 %",
    cwd: '/home/a b',
    command: ['/usr/bin/node', '/opt/main.js'],
    epochs: 3,
    threads: 2,
  });
  expect(script).toContain(`#SBATCH --output="/data/it's 100 %%/slurm/trial-%a.log"`);
  expect(script).toContain('#SBATCH --requeue');
  expect(script).toContain(`cd '/home/a b' || exit 1`);
  expect(script).toContain(
    `exec /usr/bin/node /opt/main.js sweep trial '/data/it'\\''s 100 %' "$SLURM_ARRAY_TASK_ID" 3 2\n`,
  );
});

test('names are as short as they can be told apart', () => {
  const labels = (...names: readonly string[]) =>
    Object.values(labelsOf(Object.fromEntries(names.map((name) => [name, { kind: 'choice' as const, values: [1] }]))));
  expect(labels('optimizer.lr', 'model.1.outFeatures', 'batchSize')).toEqual(['lr', 'outFeatures', 'batchSize']);
  expect(labels('model.1.outFeatures', 'model.3.outFeatures')).toEqual(['1.outFeatures', '3.outFeatures']);
  expect(labels('model.0', 'lr', 'optimizer.lr')).toEqual(['model.0', 'lr', 'optimizer.lr']);
});

/** A search over numbers, in this process. */
function searchOf(more: Partial<Search> & { readonly run: Search['engine']['run'] }): Search & { log: SweepEvent[] } {
  const log: SweepEvent[] = [...(more.events ?? [])];
  return {
    rungs: [{ epochs: 1, trials: 6 }],
    mode: 'min',
    events: [],
    draw: async (trial) => ({ values: { a: trial } }),
    keep: async (event) => void log.push(event),
    prepare: async () => {},
    engine: { label: '', slots: 2, whenStopped: null, run: more.run, close: async () => {} },
    signal: new AbortController().signal,
    onChange: () => {},
    ...more,
    log,
  };
}

test('a search runs so many at a time, keeps each outcome at once, and goes on where it was', async () => {
  let [now, most] = [0, 0];
  const ran: number[] = [];
  const run: Search['engine']['run'] = async ({ trial, epochs }) => {
    ran.push(trial);
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 1));
    now--;
    return outcome(trial, epochs, 1 / trial);
  };
  const first = searchOf({ run });
  const trials = await search(first);
  expect(most).toBe(2);
  expect(ran).toEqual([1, 2, 3, 4, 5, 6]);
  expect(ranked(trials, 'min')[0]?.trial).toBe(6);
  // The same once more, after the process was killed with a trial drawn and not done.
  const cut = first.log.filter((event) => !(event.event === 'outcome' && event.trial === 3));
  ran.length = 0;
  await search(searchOf({ run, events: cut }));
  expect(ran).toEqual([3]);
});

test('a stopped search lets what runs end by itself, starts nothing new and says so', async () => {
  const controller = new AbortController();
  const ran: number[] = [];
  const stopped = searchOf({
    signal: controller.signal,
    run: async ({ trial, epochs }) => {
      ran.push(trial);
      if (trial === 3) controller.abort();
      if (trial >= 3) throw new InterruptedError('stopped');
      return outcome(trial, epochs, 1);
    },
  });
  await expect(search(stopped)).rejects.toThrow(InterruptedError);
  expect(ran.length).toBeLessThan(6);
  expect(stopped.log.filter(({ event }) => event === 'outcome')).toHaveLength(2);
});

test('an error of the engine is told once what runs has ended', async () => {
  const broken = searchOf({
    run: async ({ trial, epochs }) => {
      if (trial === 1) throw new Error('the disk is full');
      return outcome(trial, epochs, 1);
    },
  });
  await expect(search(broken)).rejects.toThrow('the disk is full');
});

test('importance finds what matters, and says nothing where nothing can be said', () => {
  const trialsOf = (count: number, value: (lr: number, n: number, act: string) => number | null): readonly Trial[] =>
    Array.from({ length: count }, (_, i) => {
      const values = randomPoint(SPACE, 3, i + 1);
      const { lr, n, act } = values as { lr: number; n: number; act: string };
      return { trial: i + 1, values, outcomes: [outcome(i + 1, 1, value(lr, n, act))] };
    });
  // The rate alone, with a place where it is best; what is too large diverges.
  const rate = importanceOf(
    SPACE,
    trialsOf(60, (lr) => (lr > 0.5 ? null : Math.log10(lr / 0.03) ** 2)),
  );
  if (!rate.isKnown) throw new Error(rate.reason);
  expect(Object.keys(rate.shares)[0]).toBe('lr');
  expect(rate.shares['lr']).toBeGreaterThan(0.6);
  expect(rate.shares['n']).toBeLessThan(0.1);
  expect(rate.shares['act']).toBeLessThan(0.1);
  expect(rate.r2).toBeGreaterThan(0.6);
  const kind = importanceOf(
    SPACE,
    trialsOf(60, (lr, _, act) => (act === 'relu' ? 0 : 1) + 0.01 * lr),
  );
  expect(kind).toMatchObject({ isKnown: true });
  expect(Object.keys((kind as { shares: object }).shares)[0]).toBe('act');
  // Noise that follows from nothing.
  let state = 1;
  const noise = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  expect(importanceOf(SPACE, trialsOf(40, noise))).toMatchObject({ isKnown: false });
  expect(
    importanceOf(
      SPACE,
      trialsOf(9, (lr) => lr),
    ),
  ).toMatchObject({ isKnown: false, reason: expect.stringMatching(/too few/) });
  expect(
    importanceOf(
      SPACE,
      trialsOf(20, () => 1),
    ),
  ).toMatchObject({ isKnown: false });
  expect(
    importanceOf(
      { lr: SPACE['lr'] as Space[string] },
      trialsOf(20, (lr) => lr),
    ),
  ).toMatchObject({ isKnown: false });
});

test('a line for each trial fits 80 columns; a bar is drawn on a terminal alone', () => {
  const names = ['optimizer.lr', 'model.1.outFeatures', 'model.3.outFeatures', 'batchSize'];
  const space: Space = Object.fromEntries(names.map((name) => [name, { kind: 'choice', values: [1, 2] }]));
  const values = Object.fromEntries(names.map((name) => [name, 1]));
  const trials = trialsAfter([1, 2, 3].map((trial): SweepEvent => ({ event: 'trial', trial, values })));
  for (const isTerminal of [true, false]) {
    const { output, text } = capture(isTerminal);
    const io = silentIo({ out: output });
    const watch = watchSweep({ space, metric: 'validation.kind_accuracy', mode: 'max', jobs: 3 }, io, false);
    watch.change(trials, [{ trial: 1, epochs: 100 }], null);
    watch.change(trials, [], outcome(1, 100, 0.123456));
    watch.change(trials, [], outcome(2, 100, null, { status: 'failed', reason: 'a reason '.repeat(30) }));
    watch.change(trials, [], outcome(3, 100, 0.5));
    watch.clear();
    expect(text().includes('running: trial 1')).toBe(isTerminal);
    const lines = text()
      .split(/[\n\r]/)
      .filter((line) => !line.includes('running'));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(81);
    // Of the first and the better one.
    expect(text().match(/←/g)).toHaveLength(2);
    expect(text()).toMatch(/0\.1235 +1\.0 ←/);
  }
});

test('what a sweep wrote and somebody changed is refused, or left out, and never breaks a command', async () => {
  const definition = {
    ...{ config: 'a', space: SPACE, fixed: {}, sampler: 'grid', seed: 0, epochs: 3, halving: null },
    ...{ metric: 'validation.loss', mode: 'min', backend: 'onnx:cpu' },
  };
  const record = { descent: '0.1.0', id: 'a', started: '', file: 'a.json', cwd: '.', definition };
  const ask = async (changes: object, trials = '') => {
    const changed = JSON.stringify({ ...record, definition: { ...definition, ...changes } });
    const at = folder({ 'sweep.json': changed, 'trials.jsonl': trials });
    return descent(at, 'sweep', 'status', '.');
  };
  const odd = [{ epochs: undefined }, { space: { lr: 1 } }, { space: null }, { metric: 3 }, { mode: 'up' }];
  for (const changes of odd) {
    const { code, err } = await ask(changes);
    expect([code, err]).toEqual([1, expect.stringContaining('this does not describe a sweep')]);
  }
  const values = ['null', '[]', '{"lr":0.1,"n":2,"act":"relu"}'];
  const lines = values.map((value, i) => `{"event":"trial","trial":${i + 1},"values":${value}}\n`).join('');
  const { code, out } = await ask({}, `${lines}{"event":"outcome","trial":3,"epochs":"3"}\n`);
  expect([code, out]).toEqual([0, expect.stringContaining('begun and not done: 3')]);
});
