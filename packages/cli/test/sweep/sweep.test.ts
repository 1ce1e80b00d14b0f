import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { descent, folder, readJson, tinyConfig } from '../helpers.ts';
import { buildProgram, program, ROOT } from '../program.ts';
import { events, history, MOONS, moons, type Shown } from './trials.ts';

beforeAll(buildProgram, 120_000);

// Each trial is a process.
describe('descent sweep', { timeout: 180_000 }, () => {
  test('the by-hand search is one line; its best config trains to the same numbers; the same command trains nothing again', async () => {
    const at = folder({ 'a.json': moons() });
    const words = ['sweep', 'a.json', '--over', 'optimizer.lr=0.01,0.1,0.5', '--parallel', '1'];
    const { code, out, err } = await program(at, ...words);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(out).toContain('grid: 3 trials of 2 epochs');
    expect(out).toMatch(/best: trial 3, validation.loss 0\.\d+ in epoch 2/);
    expect(out).toContain('its config: runs/a-sweep/best.json, for descent train');
    expect(out).not.toContain('\u001b');
    expect(readFileSync(join(at, 'runs/a-sweep/report.html'), 'utf8')).toContain(
      'Trial 3 came to the best validation.loss',
    );
    expect(readJson(at, 'runs/a-sweep/best.json')).toEqual({ ...MOONS, optimizer: ['sgd', { lr: 0.5 }] });
    expect((await program(at, 'train', 'runs/a-sweep/best.json', '--out', 'again', '-q')).code).toBe(0);
    expect(history(join(at, 'again'))).toEqual(history(join(at, 'runs/a-sweep/trials/3/run')));

    // How far it is can be asked, and nothing changes by that.
    const status = await descent(at, 'sweep', 'status', 'runs/a-sweep');
    expect([status.code, status.err]).toEqual([0, '']);
    expect(status.out).toContain('nobody works on it\n3 trials done\n');
    expect(status.out).toMatch(/best so far: trial 3, validation.loss 0\.\d+ in epoch 2/);
    const asJson = await descent(at, 'sweep', 'status', 'runs/a-sweep', '--json');
    expect(JSON.parse(asJson.out)).toMatchObject({ isRunning: false, open: [], best: { trial: 3 } });
    expect(await descent(at, 'sweep', 'status', 'runs')).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no sweep in this folder'),
    });

    const before = readFileSync(join(at, 'runs/a-sweep/trials/2/log.txt'), 'utf8');
    const again = await program(at, ...words);
    expect(again.code).toBe(0);
    expect(again.out).toContain('going on: 3 done before');
    expect(readFileSync(join(at, 'runs/a-sweep/trials/2/log.txt'), 'utf8')).toBe(before);
    expect(events(at, 'runs/a-sweep')).toHaveLength(6);
    // Another sweep does not mix with it.
    const other = await program(at, ...words, '--seed', '3');
    expect(other.code).toBe(2);
    expect(other.err).toMatch(/another sweep in this folder[\s\S]*--seed: 3[\s\S]*--overwrite/);
  });

  test('--json is one object; TypeScript with range and choice in a folder with spaces; imports of the best config', async () => {
    const source = tinyConfig('validation: 0.25')
      .replace(
        "import { defineConfig } from '@descent/cli';",
        "import { choice, defineConfig, range } from '@descent/cli';\nimport { widths } from './wide sizes.ts';",
      )
      .replace('linear(16, 2)', "linear(16, choice('hidden', widths)), linear(choice('hidden', widths), 2)")
      .replace('lr: 0.5', "lr: range('lr', 0.01, 1, { log: true })");
    const at = folder({ 'ä config.config.ts': source, 'wide sizes.ts': 'export const widths = [3, 5];' });
    const { code, out, err } = await program(
      at,
      'sweep',
      'ä config.config.ts',
      '--trials',
      '3',
      '--json',
      '--epochs',
      '1',
    );
    expect(err).toBe('');
    expect(code).toBe(0);
    const shown = JSON.parse(out) as Shown;
    expect(shown.trials).toHaveLength(3);
    for (const { values, status } of shown.trials) {
      expect(status).toBe('done');
      expect([3, 5]).toContain(values['hidden']);
      expect(values['lr']).toBeGreaterThanOrEqual(0.01);
    }
    const values = shown.trials.map((trial) => trial.value as number);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    // Its values, its imports and the epochs of the command line.
    const best = await program(at, 'train', shown.bestConfig, '--out', 'best run', '-q');
    expect(best.err).toBe('');
    expect(history(join(at, 'best run'))).toEqual(history(shown.best.run));
  });
});

test('the page of the documentation shows what the command prints', { timeout: 120_000 }, async () => {
  const page = readFileSync(join(ROOT, 'docs/sweep.md'), 'utf8');
  const [json = '', command = '', shown = ''] = [...page.matchAll(/^```(?:json|sh)?\n([\s\S]*?)^```$/gm)].map(
    (m) => m[1],
  );
  const at = folder({ 'moons.json': json });
  const { out } = await program(at, ...command.trim().split(' ').slice(1));
  // Times and threads are those of the machine; numbers agree as far as processors do.
  const plain = (text: string): string => text.replace(/one trial at a time.*;/, '').replace(/ +\d+\.\d(?= ←|$)/gm, '');
  const numbers = (text: string): readonly number[] =>
    [...plain(text).matchAll(/\d+\.\d+/g)].map(([number]) => Number(number));
  const words = (text: string): string => plain(text).replace(/\d+\.\d+/g, '#');
  expect(words(out)).toBe(words(shown));
  for (const [i, number] of numbers(out).entries()) expect(number).toBeCloseTo(numbers(shown)[i] as number, 2);
});

describe('a command line that says nothing valid', () => {
  const at = (): string => folder({ 'a.json': moons(), 'b.json': moons({ validation: undefined }) });
  test.each<[readonly string[], RegExp]>([
    [['a.json'], /there is nothing to search[\s\S]*--over optimizer.lr/],
    [['b.json', '--over', 'optimizer.lr=0.1,0.2'], /no validation data[\s\S]*--validation 0.1/],
    [['a.json', '--over', 'optimizer.lr=0.1..1', '--sampler', 'grid'], /optimizer.lr=0.1..1\/5/],
    [['a.json', '--over', 'optimizer.lr=0.1,0.2', '--trials', '5'], /as many trials as it has points/],
    [['a.json', '--over', 'optimizr.lr=0.1,0.2'], /did you mean 'optimizer'/],
    [['a.json', '--over', 'epochs=1,2'], /epochs is not searched/],
    [
      ['a.json', '--over', 'loss="crossEntropy",["crossEntropy",{"labelSmoothing":0.1}]'],
      /cannot be compared[\s\S]*validation.accuracy/,
    ],
    [
      ['a.json', '--over', 'optimizer.lr=0.1,0.2', '--metric', 'validation.acuracy'],
      /no such metric[\s\S]*validation.accuracy/,
    ],
    [['a.json', '--over', 'optimizer.lr=0.1,0.2', '--sampler', 'halving', '--epochs', '1'], /fewer epochs/],
    [['a.json', '--over', 'optimizer.lr=0.1,0.2', '--over', 'optimizer.lr=1,2'], /names optimizer.lr twice/],
    [['a.json', '--over', 'optimizer.lr=0.1,0.2', '--validation', '1'], /above 0 and below 1/],
    [['a.json', '--over', 'optimizer.lr=0.1,0.2', '--sampler', 'bayes'], /grid, random, halving, optuna/],
    [['a.json', '--over', 'optimizer.lr="0.1","0.2"'], /invalid lr/],
  ])('%j', async (words, message) => {
    const { code, err } = await descent(at(), 'sweep', ...words);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });
});
