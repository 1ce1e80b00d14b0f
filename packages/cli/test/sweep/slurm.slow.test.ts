import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { folder } from '../helpers.ts';
import { buildProgram, finished, program, start } from '../program.ts';
import { noSlurm, startSlurm } from './slurm.ts';
import { events, history, moons, type Shown } from './trials.ts';

beforeAll(buildProgram, 120_000);

const EPOCHS = 60;

/** Starts Slurm, and lets programs of this test find it. */
async function withSlurm(skip: (condition: boolean, note: string) => void): Promise<void> {
  const why = noSlurm();
  skip(why !== null, why ?? '');
  const { SLURM_CONF } = await startSlurm();
  process.env['SLURM_CONF'] = SLURM_CONF;
  onTestFinished(() => {
    delete process.env['SLURM_CONF'];
  });
}

/** Kills the process of a trial once it has written checkpoints. */
async function killed(at: string, trial: number): Promise<void> {
  const run = join(at, `runs/a-sweep/trials/${trial}/run`);
  const checkpoints = join(run, 'checkpoints');
  while (!existsSync(checkpoints) || readdirSync(checkpoints).length < 2) await sleep(20);
  const [owner = '{}'] = readFileSync(join(run, 'run.lock'), 'utf8').split('\n');
  process.kill((JSON.parse(owner) as { readonly pid: number }).pid, 'SIGKILL');
}

test('a real Slurm: a task that is killed is submitted again and goes on; the sweep is stopped and finds its tasks again', {
  timeout: 600_000,
}, async ({ skip }) => {
  await withSlurm(skip);
  const at = folder({ 'a.json': moons({ epochs: EPOCHS, checkpoints: { everySteps: 1 } }) });
  const words = ['sweep', 'a.json', '--over', 'optimizer.lr=0.1,0.3,0.5', '--engine', 'slurm', '--sbatch', '--time=30'];
  const child = start(at, ...words);
  const end = finished(child);
  await killed(at, 1);
  child.kill('SIGINT');
  const stopped = await end;
  expect(stopped.code).toBe(130);
  expect(stopped.err).toMatch(/its jobs go on in Slurm; scancel --name=descent-/);

  const again = finished(start(at, ...words, '--json'));
  // While the sweep looks on, too.
  await killed(at, 3);
  const { code, out, err } = await again;
  expect(err).toBe('');
  expect(code).toBe(0);
  const { trials } = JSON.parse(out) as Shown;
  expect(trials.map(({ trial, status }) => `${trial} ${status}`).sort()).toEqual(['1 done', '2 done', '3 done']);
  for (const { run: each } of trials) expect(history(each)).toHaveLength(EPOCHS);
  const outcomes = events(at, 'runs/a-sweep').filter(({ event }) => event === 'outcome');
  expect(outcomes.map(({ trial }) => trial).sort()).toEqual([1, 2, 3]);
  const log = (trial: number): string => readFileSync(join(at, `runs/a-sweep/slurm/trial-${trial}.log`), 'utf8');
  for (const trial of [1, 3]) expect(log(trial)).toContain('going on with');
  // What waited or ran meanwhile was not begun anew.
  expect(log(2).match(/^Moons:/gm)).toHaveLength(1);
  expect(execFileSync('squeue', ['--noheader'], { encoding: 'utf8' })).toBe('');
});

test('a script that Slurm refuses, and no Slurm: each says what to do', { timeout: 300_000 }, async ({ skip }) => {
  const at = folder({ 'a.json': moons() });
  const words = ['sweep', 'a.json', '--over', 'optimizer.lr=0.1,0.5', '--engine', 'slurm'];
  const path = process.env['PATH'];
  process.env['PATH'] = at;
  const none = await program(at, ...words);
  process.env['PATH'] = path;
  expect(none.code).toBe(1);
  expect(none.err).toMatch(/there is no Slurm here[\s\S]*--engine local and bullmq/);
  await withSlurm(skip);
  const refused = await program(at, ...words, '--sbatch', '--partition=none', '--out', 'refused');
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(/sbatch failed\n.*partition/);
});
