import { execFileSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { openStudy } from '../../src/sweep/samplers/optuna.ts';
import type { Space } from '../../src/sweep/space/parameter.ts';
import type { Trial } from '../../src/sweep/state.ts';
import { folder } from '../helpers.ts';
import { buildProgram, program } from '../program.ts';
import { events, moons, type Shown } from './trials.ts';

beforeAll(buildProgram, 120_000);

/** Beside the Python that tests have, or on PATH. */
function withOptuna(skip: (condition: boolean, note: string) => void): void {
  const path = process.env['PATH'] ?? '';
  const beside = process.env['DESCENT_PYTHON'];
  process.env['PATH'] = beside === undefined ? path : `${dirname(beside)}${delimiter}${path}`;
  onTestFinished(() => {
    process.env['PATH'] = path;
  });
  try {
    execFileSync('optuna', ['--version'], { stdio: 'ignore' });
  } catch {
    skip(
      true,
      'there is no command optuna: pip install optuna, into the Python that DESCENT_PYTHON names or another on PATH',
    );
  }
}

const SPACE: Space = {
  lr: { kind: 'range', low: 1e-4, high: 1, log: true, int: false },
  h: { kind: 'range', low: 16, high: 256, log: false, int: true },
  act: { kind: 'choice', values: ['relu', 'tanh', ['leakyRelu', 0.1]] },
};

test('the sampler of Optuna comes nearer to what is best than its first values were, and stays within the space', {
  timeout: 300_000,
}, async ({ skip }) => {
  withOptuna(skip);
  const study = await openStudy({ space: SPACE, mode: 'max', folder: folder(), name: 'a', seed: 1 });
  const values: number[] = [];
  for (let i = 1; i <= 14; i++) {
    const { values: asked, optuna } = await study.ask(i);
    const { lr, h, act } = asked as { lr: number; h: number; act: unknown };
    expect(lr).toBeGreaterThanOrEqual(1e-4);
    expect(lr).toBeLessThanOrEqual(1);
    expect(Number.isInteger(h)).toBe(true);
    expect(['relu', 'tanh', ['leakyRelu', 0.1]]).toContainEqual(act);
    const value = -(Math.log10(lr / 0.03) ** 2) - (act === 'tanh' ? 0 : 1);
    values.push(value);
    // One that came to nothing is told, too.
    const outcome = { trial: i, epochs: 1, status: 'done', epoch: 1, metrics: {}, seconds: 0, reason: null } as const;
    const trial: Trial = { trial: i, values: asked, optuna, outcomes: [{ ...outcome, value: i === 3 ? null : value }] };
    await study.tell(trial);
    // Once more changes nothing.
    if (i === 1) await study.tell(trial);
  }
  // Each of the first is drawn at random, and not all alike.
  expect(new Set(values.slice(0, 8)).size).toBe(8);
  const mean = (some: readonly number[]): number => some.reduce((sum, value) => sum + value, 0) / some.length;
  expect(mean(values.slice(-4))).toBeGreaterThan(mean(values.slice(0, 8)));
});

test('a sweep with it goes on with the same study; one trial at a time gives the same values again', {
  timeout: 300_000,
}, async ({ skip }) => {
  withOptuna(skip);
  const at = folder({ 'a.json': moons({ epochs: 1 }) });
  const words = ['sweep', 'a.json', '--over', 'optimizer.lr=log:0.001..1', '--sampler', 'optuna', '--parallel', '1'];
  const first = await program(at, ...words, '--trials', '2', '--json');
  expect(first.err).toBe('');
  expect((JSON.parse(first.out) as Shown).trials).toHaveLength(2);
  const more = await program(at, ...words, '--trials', '3', '--json');
  const { trials } = JSON.parse(more.out) as Shown;
  expect(trials).toHaveLength(3);
  const numbers = events(at, 'runs/a-sweep').flatMap(({ event, optuna }) => (event === 'trial' ? [optuna] : []));
  expect(numbers).toEqual([0, 1, 2]);
  const again = await program(at, ...words, '--trials', '3', '--json', '--out', 'again');
  expect((JSON.parse(again.out) as Shown).trials.map(({ values }) => values)).toEqual(
    trials.map(({ values }) => values),
  );
});

test('without Optuna there is advice', async () => {
  const missing = openStudy({
    space: SPACE,
    mode: 'min',
    folder: folder(),
    name: 'a',
    seed: 0,
    command: 'no-such-optuna',
  });
  await expect(missing).rejects.toThrow(
    /Optuna is not installed[\s\S]*pip install optuna[\s\S]*--sampler random and halving/,
  );
});
