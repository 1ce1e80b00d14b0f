import { type ChildProcess, execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { folder, type Result } from '../helpers.ts';
import { buildProgram, finished, program, start } from '../program.ts';
import { startRedis } from './redis.ts';
import { events, history, moons, type Shown } from './trials.ts';

beforeAll(buildProgram, 120_000);

const hasRedis = ((): boolean => {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.info('skipped: there is no redis-server on PATH (on Debian: apt-get install redis-server)');
    return false;
  }
})();

const EPOCHS = 40;
/** Slow enough to be interrupted, and with a checkpoint after each step. */
const CONFIG = moons({ epochs: EPOCHS, checkpoints: { everySteps: 1 } });

interface Worker {
  readonly child: ChildProcess;
  readonly end: Promise<Result>;
  readonly text: () => string;
}

function worker(at: string, redis: string, ...more: readonly string[]): Worker {
  const child = start(at, 'sweep', 'worker', '--redis', redis, '--patience', '2', ...more);
  const end = finished(child);
  // One that is asked to end waits for its trials. Those of one that is killed end by themselves, a moment later, and would write into a folder that is being
  // removed: after Redis was gone a trial may be given to a second process, which takes the outcome of the first when the sweep has ended already.
  onTestFinished(async () => {
    child.kill('SIGINT');
    await Promise.race([end, sleep(20_000)]);
    child.kill('SIGKILL');
    await end;
  });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return { child, end, text: () => text };
}

function sweep(at: string, redis: string, values: string): Promise<Result> {
  const words = ['--engine', 'bullmq', '--redis', redis, '--json'];
  return program(at, 'sweep', 'a.json', '--over', `optimizer.lr=${values}`, ...words);
}

/** Waits until a trial has trained so many epochs. */
async function trained(at: string, trial: number, epochs: number): Promise<void> {
  const path = join(at, `runs/a-sweep/trials/${trial}/run/metrics.jsonl`);
  while (!existsSync(path) || readFileSync(path, 'utf8').split('\n').length <= epochs) await sleep(20);
}

/** Every trial is done, was trained to the end, and is in the journal once. */
function expectAllOnce({ code, out, err }: Result, at: string, count: number): void {
  expect(err).toBe('');
  expect(code).toBe(0);
  const { trials } = JSON.parse(out) as Shown;
  expect(trials.map(({ status }) => status)).toEqual(Array.from({ length: count }, () => 'done'));
  for (const { run } of trials) expect(history(run)).toHaveLength(EPOCHS);
  const outcomes = events(at, 'runs/a-sweep').filter(({ event }) => event === 'outcome');
  expect(outcomes.map(({ trial }) => trial).sort()).toEqual(Array.from({ length: count }, (_, i) => i + 1));
}

describe.skipIf(!hasRedis)('descent sweep --engine bullmq', { timeout: 300_000 }, () => {
  test('a worker is killed with -9: another goes on with its trial, to the numbers of an unbroken run', async () => {
    const at = folder({ 'a.json': CONFIG });
    const redis = await startRedis();
    const first = worker(at, redis.url);
    const result = sweep(at, redis.url, '0.1,0.3,0.5');
    await trained(at, 1, 3);
    first.child.kill('SIGKILL');
    const second = worker(at, redis.url);
    expectAllOnce(await result, at, 3);
    expect(second.text()).toContain('its worker is gone; it will be begun again');
    expect(second.text()).toMatch(/trial 1 of runs\/a-sweep: goes on \(attempt 2\)/);
    await program(at, 'train', 'a.json', '--out', 'unbroken', '-q');
    // The third rate is that of the config.
    expect(history(join(at, 'runs/a-sweep/trials/3/run'))).toEqual(history(join(at, 'unbroken')));
    second.child.kill('SIGINT');
    const { code, err } = await second.end;
    expect(err).toMatch(/^stopped: the worker was stopped/);
    expect(code).toBe(130);
  });

  test('a worker whose event loop is blocked loses its trial to another: two work on it, and it counts once', async () => {
    const at = folder({ 'a.json': CONFIG });
    const redis = await startRedis();
    const first = worker(at, redis.url);
    const result = sweep(at, redis.url, '0.1,0.5');
    await trained(at, 1, 2);
    // The process of the trial goes on; its worker says nothing to Redis.
    first.child.kill('SIGSTOP');
    const second = worker(at, redis.url);
    while (!second.text().includes('goes on (attempt 2)')) await sleep(50);
    first.child.kill('SIGCONT');
    expectAllOnce(await result, at, 2);
    const log = readFileSync(join(at, 'runs/a-sweep/trials/1/log.txt'), 'utf8');
    // The second process waited and took what the first found.
    expect(log.match(/^\{"trial":1.*\}$/gm)?.length).toBeLessThanOrEqual(2);
    expect(new Set(log.match(/^\{"trial":1.*\}$/gm)).size).toBe(1);
  });

  test('Redis is killed and started anew: nothing is lost and nothing counts twice', async () => {
    const at = folder({ 'a.json': CONFIG });
    const redis = await startRedis();
    worker(at, redis.url, '--slots', '2');
    const result = sweep(at, redis.url, '0.1,0.2,0.3,0.5');
    await trained(at, 2, 2);
    await redis.restart();
    expectAllOnce(await result, at, 4);
  });

  test('the sweep is stopped and goes on; a worker that is stopped gives its trial back', async () => {
    const at = folder({ 'a.json': CONFIG });
    const redis = await startRedis();
    const words = ['sweep', 'a.json', '--over', 'optimizer.lr=0.1,0.5', '--engine', 'bullmq', '--redis', redis.url];
    const child = start(at, ...words);
    const end = finished(child);
    const first = worker(at, redis.url);
    await trained(at, 1, 2);
    child.kill('SIGINT');
    const stopped = await end;
    expect(stopped.code).toBe(130);
    expect(stopped.err).toMatch(/trials that workers have begun go on without it/);
    first.child.kill('SIGINT');
    expect((await first.end).code).toBe(130);
    expect(first.text()).toContain('stopped, and given back');
    worker(at, redis.url);
    expectAllOnce(await program(at, ...words, '--json'), at, 2);
  });

  test('nobody answers, no address, no packages: each says what to do', async () => {
    const at = folder({ 'a.json': CONFIG });
    const words = ['sweep', 'a.json', '--over', 'optimizer.lr=0.1,0.5', '--engine', 'bullmq'];
    const none = await program(at, ...words);
    expect(none.code).toBe(2);
    expect(none.err).toContain('--engine bullmq --redis redis://host:6379');
    const wrong = await program(at, 'sweep', 'worker', '--redis', 'localhost:6379');
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('this is no address of a Redis server');
    const silent = await program(at, ...words, '--redis', 'redis://127.0.0.1:1');
    expect(silent.code).toBe(1);
    expect(silent.err).toMatch(/does not answer\n.*ECONNREFUSED[\s\S]*redis-server --appendonly yes/);
  });
});
