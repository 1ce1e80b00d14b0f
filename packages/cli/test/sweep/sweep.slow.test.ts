import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { localEngine } from '../../src/sweep/engines/local.ts';
import { folder, readJson } from '../helpers.ts';
import { buildProgram, finished, program, start } from '../program.ts';
import { events, history, moons, type Shown } from './trials.ts';

beforeAll(buildProgram, 120_000);

describe('descent sweep, stopped and killed', { timeout: 300_000 }, () => {
  test('halving pauses trials and goes on with them from their checkpoints: the same numbers as in one go', async () => {
    const at = folder({ 'a.json': moons() });
    const words = [
      '--over',
      'optimizer.lr=log:0.01..1',
      '--sampler',
      'halving',
      '--eta',
      '2',
      '--trials',
      '4',
      '--epochs',
      '4',
    ];
    const { code, out } = await program(at, 'sweep', 'a.json', ...words, '--json');
    expect(code).toBe(0);
    const { trials, best } = JSON.parse(out) as Shown;
    expect(trials.map(({ epochs }) => epochs)).toEqual([4, 2, 1, 1]);
    const log = readFileSync(join(at, 'runs/a-sweep/trials', String(best.trial), 'log.txt'), 'utf8');
    expect(log.match(/going on with/g)).toHaveLength(2);
    writeFileSync(join(at, 'b.json'), moons({ optimizer: ['sgd', { lr: best.values['optimizer.lr'] }], epochs: 4 }));
    await program(at, 'train', 'b.json', '--out', 'unbroken', '-q');
    expect(history(best.run)).toEqual(history(join(at, 'unbroken')));
  });

  test('what diverges and what cannot be built are results; without any number the command fails', async () => {
    const at = folder({ 'a.json': moons() });
    const { code, out } = await program(at, 'sweep', 'a.json', '--over', 'optimizer.lr=0.1,1e30', '--json');
    expect(code).toBe(0);
    const { trials, best } = JSON.parse(out) as Shown;
    expect(best.trial).toBe(1);
    expect(trials[1]).toMatchObject({ trial: 2, status: 'diverged', value: null });
    expect(trials[1]?.reason).toMatch(/nan|inf|finite/i);

    const wrong = await program(at, 'sweep', 'a.json', '--over', 'model.0.outFeatures=4,5', '--out', 'wrong');
    expect(wrong.code).toBe(0);
    expect(wrong.out).toContain('1 failed');
    const none = await program(at, 'sweep', 'a.json', '--over', 'optimizer.lr=1e30,1e31', '--out', 'none');
    expect(none.code).toBe(1);
    expect(none.err).toMatch(/no trial came to a number/);
  });

  test('Ctrl-C stops it cleanly, and the same command goes on in the middle of a trial', async () => {
    const long = moons({ epochs: 300 });
    const at = folder({ 'a.json': long });
    const words = ['sweep', 'a.json', '--over', 'optimizer.lr=0.1,0.5', '--parallel', '1'];
    const child = start(at, ...words);
    const end = finished(child);
    const metrics = join(at, 'runs/a-sweep/trials/1/run/metrics.jsonl');
    while (!existsSync(metrics) || readFileSync(metrics, 'utf8').split('\n').length < 5) await sleep(20);
    child.kill('SIGINT');
    const { code, err } = await end;
    expect(err).toMatch(
      /^stopped: the sweep was stopped; what is done is in runs\/a-sweep\n.*the same command goes on/,
    );
    expect(code).toBe(130);
    expect(existsSync(join(at, 'runs/a-sweep/run.lock'))).toBe(false);
    expect(readJson(at, 'runs/a-sweep/trials/1/run/run.json')).toMatchObject({ status: 'interrupted' });
    const again = await program(at, ...words, '--json');
    expect(again.code).toBe(0);
    expect(readFileSync(join(at, 'runs/a-sweep/trials/1/log.txt'), 'utf8')).toContain('going on with');
    await program(at, 'train', 'runs/a-sweep/best.json', '--out', 'unbroken', '-q');
    const { best } = JSON.parse(again.out) as Shown;
    expect(history(best.run)).toEqual(history(join(at, 'unbroken')));
  });

  test('a trial whose process is killed goes on from its checkpoint', async () => {
    const at = folder({ 'a.json': moons({ epochs: 300, checkpoints: { everySteps: 1 } }) });
    const child = start(at, 'sweep', 'a.json', '--over', 'optimizer.lr=0.1,0.5', '--parallel', '1', '--json');
    const end = finished(child);
    const run = join(at, 'runs/a-sweep/trials/1/run');
    while (!existsSync(join(run, 'checkpoints')) || readdirSync(join(run, 'checkpoints')).length < 2) await sleep(20);
    const { pid } = JSON.parse(readFileSync(join(run, 'run.lock'), 'utf8').split('\n')[0] as string) as { pid: number };
    process.kill(pid, 'SIGKILL');
    const { code, out } = await end;
    expect(code).toBe(0);
    const { trials } = JSON.parse(out) as Shown;
    expect(trials.map(({ status }) => status)).toEqual(['done', 'done']);
    expect(history(run)).toHaveLength(300);
    expect(readFileSync(join(at, 'runs/a-sweep/trials/1/log.txt'), 'utf8')).toContain('going on with');
  });

  test('the sweep itself is killed: its trials stop, the lock is taken over, and every trial counts once', async () => {
    const at = folder({ 'a.json': moons({ epochs: 60, checkpoints: { everySteps: 1 } }) });
    const words = ['sweep', 'a.json', '--over', 'optimizer.lr=0.1,0.3,0.5', '--parallel', '2'];
    const child = start(at, ...words);
    const end = finished(child);
    const metrics = join(at, 'runs/a-sweep/trials/2/run/metrics.jsonl');
    while (!existsSync(metrics) || readFileSync(metrics, 'utf8').length < 20) await sleep(20);
    // Two at a time may not share a folder.
    const second = await program(at, ...words);
    expect(second.code).toBe(1);
    expect(second.err).toMatch(/another run is using this folder/);
    child.kill('SIGKILL');
    await end;
    const again = await program(at, ...words, '--json');
    expect(again.err).toBe('');
    const { trials } = JSON.parse(again.out) as Shown;
    expect(trials.map(({ trial, status }) => `${trial} ${status}`).sort()).toEqual(['1 done', '2 done', '3 done']);
    for (const { run } of trials) expect(history(run)).toHaveLength(60);
    const outcomes = events(at, 'runs/a-sweep').filter(({ event }) => event === 'outcome');
    expect(outcomes.map(({ trial }) => trial).sort()).toEqual([1, 2, 3]);
  });

  test('a trial whose process ends without a result each time has failed, with where to look', async () => {
    const sweep = folder();
    const { signal } = new AbortController();
    const engine = localEngine({ sweep, slots: 1, threads: 1, retries: 1, signal });
    const outcome = await engine.run({ trial: 1, epochs: 2 });
    expect(outcome).toMatchObject({ trial: 1, status: 'failed', value: null });
    expect(outcome.reason).toMatch(/without a result \(exit code 1\).*log.txt says more; tried 2 times/);
    expect(readFileSync(join(sweep, 'trials/1/log.txt'), 'utf8').match(/no trial in this folder/g)).toHaveLength(2);
  });
});
