import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { createProgram } from '../src/program.ts';
import { folder, readJson, silentIo, tinyConfig } from './helpers.ts';
import { buildProgram, finished, program, ROOT, start } from './program.ts';

// The program itself is what was built. This builds what changed since.
beforeAll(buildProgram, 120_000);

const descent = program;

/** Linear layers alone, and a learning rate that is far too high. */
const DIVERGING = JSON.stringify({
  model: [
    ['linear', 2, 16],
    ['linear', 16, 16],
    ['linear', 16, 2],
  ],
  data: 'moons',
  optimizer: ['sgd', { lr: 2 }],
  batchSize: 32,
  epochs: 20,
  backend: 'reference',
});

// Each test starts programs: on a busy machine that takes a while.
describe('the descent program', { timeout: 60_000 }, () => {
  test.each(createProgram(silentIo()).commands.map((one) => one.name()))(
    '%s --help shows examples',
    async (command) => {
      const { code, out, err } = await descent(ROOT, command, '--help');
      expect(out).toMatch(new RegExp(`^Usage: descent ${command} `));
      expect(out).toContain(`Examples:\n  $ descent ${command}`);
      expect(err).toBe('');
      expect(code).toBe(0);
    },
  );

  test('debug finds the step at which a run ended, in a folder with spaces', async () => {
    const root = folder({ 'a b.json': DIVERGING });
    expect((await descent(root, 'train', 'a b.json', '--out', 'ein Lauf ü')).code).toBe(1);
    const { code, out, err } = await descent(root, 'debug', 'ein Lauf ü', '--html', 'step.html');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^step 11 of ein Lauf ü: epoch 2, batch 3 of 8\n/);
    expect(out).toContain('the same bits as the run: epoch 1, the weights that it kept');
    expect(out).toMatch(/first: -?Infinity in the output of layer 1 linear/);
    expect(existsSync(join(root, 'step.html'))).toBe(true);
  });

  test('--help lists the commands and the exit codes, --version the version', async () => {
    const help = await descent(ROOT, '--help');
    for (const word of [
      'demo',
      'train',
      'resume',
      'predict',
      'evaluate',
      'compare',
      'export',
      'summary',
      'sweep',
      'datasets',
      'backends',
      'Exit codes:',
    ]) {
      expect(help.out).toContain(word);
    }
    expect(help.code).toBe(0);
    const version = await descent(ROOT, '--version');
    expect(version).toEqual({ code: 0, err: '', out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  test.each([
    [[], 'Usage: descent'],
    [['trian'], "error: unknown command 'trian'\n(Did you mean train?)"],
    [['train'], "error: missing required argument 'config'"],
    [['train', 'a.ts', '--epohs', '3'], "error: unknown option '--epohs'\n(Did you mean --epochs?)"],
    [
      ['train', 'a.ts', '--epochs', 'many'],
      "option '--epochs <n>' argument 'many' is invalid. Expected a whole number of at least 1.",
    ],
    [['demo', 'x'], "error: too many arguments for 'demo'"],
  ])('descent %j is a usage error', async (argv, message) => {
    const { code, out, err } = await descent(ROOT, ...argv);
    expect(err).toContain(message);
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  test('trains, exports and predicts, and Descent’s own packages are found from anywhere', async () => {
    const root = folder({ 'halves.config.ts': tinyConfig() });
    expect(await descent(root, 'train', 'halves.config.ts', '-q')).toEqual({ code: 0, out: 'runs/halves\n', err: '' });
    expect((await descent(root, 'export', 'runs/halves', '--softmax')).code).toBe(0);
    const { code, err } = await descent(root, 'predict', 'runs/halves/model.onnx', 'halves.config.ts');
    expect(err).toContain('halves.config.ts at byte 0: this is not an image that Descent reads');
    expect(err).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });

  test('Ctrl-C ends training cleanly', async () => {
    const root = folder({ 'a.config.ts': tinyConfig() });
    const child = start(root, 'train', 'a.config.ts', '--epochs', '1000000');
    const end = finished(child);
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('epoch ')) resolve();
      });
    });
    child.kill('SIGINT');
    const { code, err } = await end;
    expect(err).toMatch(/^stopped: training ended after [\d,]+ steps?; the weights are in /);
    expect(code).toBe(130);
    expect(readJson(root, 'runs/a/run.json')).toMatchObject({ status: 'interrupted' });
    expect(existsSync(join(root, 'runs/a/model.safetensors'))).toBe(true);
  });

  test('Ctrl-C twice ends it at once, kill -9 anywhere; what there is can be gone on with', async () => {
    // A step of the slow interpreter takes seconds; the folder is seen before the first ends.
    const slow = tinyConfig('batchSize: 40, checkpoints: { everySteps: 1 }')
      .replace('batchSize: 10,', '')
      .replace('linear(16, 2)', 'linear(16, 3000), linear(3000, 1000), linear(1000, 2)');
    const root = folder({ 'a.config.ts': slow });
    const child = start(root, 'train', 'a.config.ts', '--epochs', '1000000');
    const end = finished(child);
    const begun = performance.now();
    while (!existsSync(join(root, 'runs/a/run.json'))) await sleep(20);
    await sleep(200);
    child.kill('SIGINT');
    await sleep(50);
    child.kill('SIGINT');
    const { code } = await end;
    expect(code).toBe(130);
    console.info(`ended ${((performance.now() - begun) / 1000).toFixed(1)} s after it began`);
    // Nothing was tidied up: the record says that it runs, and the lock is that of a dead process.
    expect(readJson(root, 'runs/a/run.json')).toMatchObject({ status: 'running' });
    expect(existsSync(join(root, 'runs/a/run.lock'))).toBe(true);

    writeFileSync(join(root, 'b.config.ts'), tinyConfig('checkpoints: { everySteps: 1 }'));
    const killed = start(root, 'train', 'b.config.ts', '--epochs', '1000000');
    const killedEnd = finished(killed);
    const folderOf = join(root, 'runs/b/checkpoints');
    const written = (): string[] =>
      existsSync(folderOf)
        ? readdirSync(folderOf)
            .filter((name) => name.endsWith('.safetensors'))
            .sort()
        : [];
    while (written().length === 0) await sleep(20);
    killed.kill('SIGKILL');
    await killedEnd;
    const [newest = ''] = written().slice(-1);
    writeFileSync(join(folderOf, 'step-000000001.safetensors.1.tmp'), 'half a checkpoint of a killed process');
    const epochs = String(Math.ceil(Number(/\d+/.exec(newest)?.[0]) / 4) + 1);
    const resumed = await descent(root, 'resume', 'runs/b', '--epochs', epochs);
    expect(resumed.err).toBe('');
    expect(resumed.out).toContain('going on with runs/b after ');
    expect(await descent(root, 'train', 'b.config.ts', '--epochs', epochs, '--out', 'unbroken', '-q')).toMatchObject({
      code: 0,
    });
    expect(readdirSync(folderOf).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    const weights = (run: string): Buffer => readFileSync(join(root, run, 'model.safetensors'));
    expect(weights('runs/b').equals(weights('unbroken'))).toBe(true);
  });

  test('kill -9 at random moments, again and again: logs and events hold every epoch once, with the numbers of an unbroken run', async () => {
    const root = folder({
      'a.config.ts': tinyConfig('checkpoints: { everySteps: 3 }', 'sgd({ lr: 0.001, momentum: 0.9 })'),
    });
    const begun = start(root, 'train', 'a.config.ts', '--epochs', '1000000', '--out', 'run');
    const state = (): string[] => {
      const path = join(root, 'run/checkpoints');
      return existsSync(path) ? readdirSync(path).filter((name) => name.endsWith('.safetensors')) : [];
    };
    const killed = async (child: ChildProcess, ms: number): Promise<void> => {
      const end = finished(child);
      while (state().length === 0) await sleep(10);
      await sleep(ms);
      child.kill('SIGKILL');
      await end;
    };
    await killed(begun, 150);
    for (const ms of [400, 530]) await killed(start(root, 'resume', 'run', '--epochs', '1000000'), ms);
    const step = Math.max(...state().map((name) => Number(/\d+/.exec(name)?.[0])));
    const epochs = Math.ceil(step / 4) + 2;
    expect((await descent(root, 'resume', 'run', '--epochs', String(epochs), '-q')).code).toBe(0);
    await descent(root, 'train', 'a.config.ts', '--epochs', String(epochs), '--out', 'unbroken', '-q');
    const log = (run: string): unknown[] =>
      readFileSync(join(root, run, 'metrics.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => ({ ...(JSON.parse(line) as object), seconds: 0 }));
    expect(log('run')).toHaveLength(epochs);
    expect(log('run')).toEqual(log('unbroken'));
    expect(epochsInEvents(join(root, 'run'))).toBe(epochs);
  }, 120_000);

  test('an epoch whose last step has a checkpoint is in the log and in the events once after a resume', async () => {
    const root = folder({ 'a.config.ts': tinyConfig('checkpoints: { everySteps: 4 }') });
    await descent(root, 'train', 'a.config.ts', '--epochs', '3', '--out', 'run', '-q');
    expect((await descent(root, 'resume', 'run', '--epochs', '5', '-q')).code).toBe(0);
    expect(readFileSync(join(root, 'run/metrics.jsonl'), 'utf8').trim().split('\n')).toHaveLength(5);
    expect(epochsInEvents(join(root, 'run'))).toBe(5);
  });
});

/** How many times the events of a run have the loss of an epoch. */
function epochsInEvents(run: string): number {
  return readdirSync(join(run, 'events'))
    .map((name) => readFileSync(join(run, 'events', name), 'latin1').split('loss/train').length - 1)
    .reduce((a, b) => a + b, 0);
}
