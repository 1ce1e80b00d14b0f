import { summarize } from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';
import type { OwnData } from '../src/session/protocol.ts';
import { recipeOf } from '../src/session/recipe.ts';
import { createSession } from '../src/session/session.ts';
import { type ComparedRun, decodeRuns, differenceOf, encodeRuns } from '../src/state/comparison.ts';
import { DEFAULT_EXPERIMENT, type Experiment } from '../src/state/experiment.ts';
import { runsJson, tableCsv } from '../src/views/compare/downloads.ts';
import { NOTES_RATES, presetRuns } from '../src/views/compare/presets.ts';
import {
  engineDifferences,
  experimentsOf,
  jobsOf,
  meanCurve,
  outcomeOf,
  spreadOf,
  trailingMeans,
} from '../src/views/compare/results.ts';
import { createRunner, type Job, keyOf, type Runner } from '../src/views/compare/runner.ts';
import { freeName } from '../src/views/compare/state.ts';

/** Points in the plane, of two classes. */
function points(): OwnData {
  const set = (from: number, count: number) => {
    const x = Float32Array.from({ length: count * 2 }, (_, i) => Math.sin((from + i) * 12.9898));
    const y = Int32Array.from({ length: count }, (_, i) => ((x[2 * i] as number) > 0 ? 1 : 0));
    return {
      x: { dtype: 'float32', shape: [count, 2], data: x } as const,
      y: { dtype: 'int32', shape: [count], data: y } as const,
      classes: ['left', 'right'],
    };
  };
  return { train: set(0, 24), test: set(1000, 12) };
}

const SMALL: Experiment = {
  model: [['linear', 2, 2]],
  data: { csv: 'points.csv', target: 'class' },
  optimizer: ['sgd', { lr: 0.1 }],
  batchSize: 8,
  epochs: 3,
  seed: 3,
  backend: 'onnx:wasm',
};

/** A runner whose sessions compute here, and how many of them have begun and ended. */
function runnerHere(): { readonly runner: Runner; readonly counts: { begun: number; ended: number } } {
  const counts = { begun: 0, ended: 0 };
  const runner = createRunner({
    start(listener) {
      counts.begun++;
      const session = createSession(listener, {
        open: async (engine) => ({
          backend: await referenceBackend(),
          info: { engine, threads: null, isIsolated: false },
        }),
      });
      return {
        api: session,
        end() {
          counts.ended++;
          void session.dispose();
        },
      };
    },
    own: async () => points(),
  });
  return { runner, counts };
}

function jobOf(runner: Runner, experiment: Experiment): Job {
  return runner.jobs.peek().get(keyOf(experiment)) as Job;
}

const CLASSES = { name: 'the data', task: 'classification' } as const;

describe('the runner', () => {
  test('trains each experiment once, in a session of its own, with the numbers that it has alone', async () => {
    const { runner, counts } = runnerHere();
    const other: Experiment = { ...SMALL, optimizer: ['sgd', { lr: 1 }] };
    runner.train([SMALL, other, SMALL]);
    expect([...runner.jobs.peek().values()].map(({ status }) => status)).toEqual(['waiting', 'waiting']);
    runner.train([other]);
    await runner.idle();
    expect(counts).toEqual({ begun: 2, ended: 2 });
    const [one, two] = [jobOf(runner, SMALL), jobOf(runner, other)];
    expect([one.status, two.status]).toEqual(['done', 'done']);
    expect(one.curve.losses).toHaveLength(9);
    expect(one.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(two.curve.losses[0]).toBe(one.curve.losses[0]);
    expect(two.curve.losses[8]).not.toBe(one.curve.losses[8]);
    const again = runnerHere().runner;
    again.train([other]);
    await again.idle();
    expect(jobOf(again, other).curve.losses).toEqual(two.curve.losses);
    expect(jobOf(again, other).epochs.map(({ seconds: _, ...scores }) => scores)).toEqual(
      two.epochs.map(({ seconds: _, ...scores }) => scores),
    );
  });

  test('says why an experiment cannot be trained, goes on with the next, and takes it up again when asked', async () => {
    const { runner, counts } = runnerHere();
    const wrong: Experiment = { ...SMALL, model: [['linear', 5, 2]] };
    runner.train([wrong, SMALL]);
    await runner.idle();
    expect(jobOf(runner, wrong)).toMatchObject({ status: 'failed', problem: { name: 'ShapeError' } });
    expect(jobOf(runner, SMALL).status).toBe('done');
    runner.train([wrong, SMALL]);
    await runner.idle();
    expect(counts).toEqual({ begun: 3, ended: 3 });
  });

  test('stops what trains and forgets what waits', async () => {
    const { runner, counts } = runnerHere();
    const long: Experiment = { ...SMALL, epochs: 100_000 };
    runner.train([long, SMALL]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    runner.cancel();
    await runner.idle();
    expect(jobOf(runner, long).status).toBe('cancelled');
    expect(runner.jobs.peek().has(keyOf(SMALL))).toBe(false);
    expect(counts).toEqual({ begun: 1, ended: 1 });
  });

  test('stops only what is asked for, and goes on with the rest', async () => {
    const { runner } = runnerHere();
    const long: Experiment = { ...SMALL, epochs: 100_000 };
    const other: Experiment = { ...SMALL, seed: 8 };
    runner.train([long, SMALL, other]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    runner.cancel([other]);
    expect(jobOf(runner, long).status).not.toBe('cancelled');
    expect(runner.jobs.peek().has(keyOf(other))).toBe(false);
    runner.cancel([long]);
    await runner.idle();
    expect([jobOf(runner, long).status, jobOf(runner, SMALL).status]).toEqual(['cancelled', 'done']);
  });

  test('goes on when a session does not start', async () => {
    let isBroken = true;
    const failing = createRunner({
      start() {
        if (isBroken) throw new Error('no worker here');
        return { api: { open: async () => {}, train: async () => {} }, end() {} };
      },
      own: async () => null,
    });
    failing.train([SMALL]);
    await failing.idle();
    expect(jobOf(failing, SMALL)).toMatchObject({ status: 'failed', problem: { message: 'no worker here' } });
    isBroken = false;
    failing.train([SMALL]);
    await failing.idle();
    expect(jobOf(failing, SMALL).status).toBe('done');
  });
});

describe('runs in an address', () => {
  const runs: readonly ComparedRun[] = [
    { name: 'lr 0.01 · 一', experiment: { ...SMALL, optimizer: ['sgd', { lr: 0.01 }] }, seeds: 1 },
    { name: 'held out', experiment: { ...SMALL, validation: 0.1, backend: 'tfjs:wasm' }, seeds: 3 },
    { name: 'same', experiment: SMALL, seeds: 1 },
  ];

  test('are what they were, whatever the experiment of the page is', () => {
    for (const base of [SMALL, DEFAULT_EXPERIMENT, runs[1]?.experiment as Experiment])
      expect(decodeRuns(encodeRuns(runs, base), base)).toEqual(runs);
    expect(encodeRuns([], SMALL)).toBe('');
    expect(differenceOf(SMALL, runs[0]?.experiment as Experiment)).toEqual({ optimizer: ['sgd', { lr: 0.01 }] });
    expect(encodeRuns(presetRuns('rates', SMALL) ?? [], SMALL).length).toBeLessThan(400);
  });

  test('are left out where they are none', () => {
    const code = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const wrong = [7, ['a'], ['a', null], [1, {}], ['a', { model: 5 }], ['a', { epochs: -1 }], ['a', {}, 2]];
    expect(decodeRuns(code([...wrong, ['right', {}]]), SMALL)).toEqual([
      { name: 'right', experiment: SMALL, seeds: 1 },
    ]);
    for (const text of [undefined, '', '%', 'AAAA', code({}), code(null)]) expect(decodeRuns(text, SMALL)).toEqual([]);
    expect(decodeRuns(code(Array.from({ length: 50 }, (_, i) => [`${i}`, {}])), SMALL)).toHaveLength(12);
  });

  test('have names of their own', () => {
    expect(freeName('a', runs)).toBe('a');
    expect(freeName('same', [...runs, { ...(runs[2] as ComparedRun), name: 'same (2)' }])).toBe('same (3)');
  });
});

describe('presets', () => {
  test('change one thing of the experiment', () => {
    const momentum: Experiment = { ...SMALL, optimizer: ['sgd', { lr: 0.3, momentum: 0.9 }] };
    const rates = presetRuns('rates', momentum) ?? [];
    expect(rates.map(({ experiment }) => experiment.optimizer)).toEqual(
      NOTES_RATES.map((lr) => ['sgd', { lr, momentum: 0.9 }]),
    );
    expect(presetRuns('rates', { ...SMALL, optimizer: ['adam', { lr: 0.001 }] })?.[0]?.experiment.optimizer).toEqual([
      'sgd',
      { lr: 0.01 },
    ]);
    expect(presetRuns('engines', SMALL)?.map(({ experiment }) => differenceOf(SMALL, experiment))).toEqual([
      {},
      { backend: 'tfjs:wasm' },
    ]);
  });

  test('have the structures of the notes, with their numbers of parameters', () => {
    const counts = presetRuns('structures', DEFAULT_EXPERIMENT)?.map(({ name, experiment }) => [
      name,
      summarize(recipeOf(experiment, CLASSES).model, { shape: [1, 28, 28], dtype: 'uint8' }).total,
    ]);
    expect(counts).toEqual([
      ['784-256-10', 784 * 256 + 256 + 256 * 10 + 10],
      ['784-32-16-10', 784 * 32 + 32 + 32 * 16 + 16 + 16 * 10 + 10],
      ['LeNet', 25 * 6 + 6 + 25 * 6 * 16 + 16 + 256 * 120 + 120 + 120 * 84 + 84 + 84 * 10 + 10],
    ]);
    const own = presetRuns('structures', SMALL)?.map(({ name, experiment }) => [
      name,
      summarize(recipeOf(experiment, CLASSES).model, { shape: [2], dtype: 'float32' }).total,
    ]);
    expect(own).toEqual([
      ['2-2', 6],
      ['2-8-2', 42],
      ['2-32-16-2', 2 * 32 + 32 + 32 * 16 + 16 + 16 * 2 + 2],
    ]);
    expect(presetRuns('structures', { ...SMALL, model: ['relu'] })).toBeNull();
  });

  test('build with every optimizer', () => {
    for (const { experiment } of presetRuns('optimizers', SMALL) ?? [])
      expect(() => recipeOf(experiment, CLASSES)).not.toThrow();
  });
});

describe('numbers of runs', () => {
  test('over seeds are means and deviations', () => {
    expect(spreadOf([2, 4, 9])).toEqual({ mean: 5, deviation: Math.sqrt((9 + 1 + 16) / 2), count: 3 });
    expect(spreadOf([2])).toEqual({ mean: 2, deviation: null, count: 1 });
    expect(spreadOf([2, null])).toBeNull();
    expect(spreadOf([])).toBeNull();
  });

  test('over batches are means of the last ones', () => {
    const values = Array.from({ length: 50 }, (_, i) => Math.sin(i) + i);
    const plain = values.map((_, i) => {
      const last = values.slice(Math.max(0, i - 6), i + 1);
      return last.reduce((sum, value) => sum + value, 0) / last.length;
    });
    expect([...trailingMeans(values, 7)]).toEqual(plain);
    expect([...trailingMeans([1, Number.NaN, 3, 4], 2)]).toEqual([1, Number.NaN, Number.NaN, 3.5]);
    expect([
      ...meanCurve([
        [1, 2, 3],
        [3, 4],
      ]),
    ]).toEqual([2, 3]);
    expect([...meanCurve([])]).toEqual([]);
  });

  test('of a run with three seeds are those of its three trainings, in the table and in the files', async () => {
    const { runner } = runnerHere();
    const run: ComparedRun = { name: '=three, "seeds"', experiment: SMALL, seeds: 3 };
    expect(experimentsOf(run).map(({ seed }) => seed)).toEqual([3, 4, 5]);
    runner.train(experimentsOf(run));
    await runner.idle();
    const jobs = jobsOf(run, runner.jobs.peek());
    const losses = jobs.map(({ epochs }) => epochs.at(-1)?.test?.loss as number);
    expect(new Set(losses).size).toBe(3);
    const outcome = outcomeOf(jobs);
    expect(outcome).toMatchObject({ parameters: 6, heldOutLoss: spreadOf(losses) });
    expect(outcome.lowestHeldOutLoss?.mean).toBeLessThanOrEqual(outcome.heldOutLoss?.mean as number);
    const [head = '', line = ''] = tableCsv([run], runner.jobs.peek()).split('\r\n');
    expect(head.split(',').slice(0, 7)).toEqual([
      ...['run', 'seeds', 'parameters', 'trainLoss', 'trainLossDeviation', 'heldOutLoss', 'heldOutLossDeviation'],
    ]);
    expect(line.startsWith('"\'=three, ""seeds""",3,6,')).toBe(true);
    expect(line).toContain(`${outcome.heldOutLoss?.mean},${outcome.heldOutLoss?.deviation}`);
    const saved = JSON.parse(runsJson([run], runner.jobs.peek()));
    expect(saved[0].seeds[1].losses).toEqual([...(jobs[1]?.curve.losses ?? [])]);
  });

  test('on two engines say where they are farthest apart', async () => {
    const { runner } = runnerHere();
    const other: Experiment = { ...SMALL, backend: 'tfjs:wasm' };
    runner.train([SMALL, other, { ...other, seed: 9 }]);
    await runner.idle();
    const jobs = [...runner.jobs.peek().values()];
    expect(engineDifferences(jobs)).toEqual([
      { engines: ['onnx:wasm', 'tfjs:wasm'], steps: 9, difference: 0, step: 1 },
    ]);
    const [one, two] = jobs as [Job, Job];
    const moved = Float64Array.from(two.curve.losses, (loss, i) => (i === 4 ? loss + 0.5 : loss + 0.001));
    const [found] = engineDifferences([one, { ...two, curve: { ...two.curve, losses: moved } }]);
    expect(found).toMatchObject({ step: 5, difference: expect.closeTo(0.5, 12) });
  });
});
