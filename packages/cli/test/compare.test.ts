import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { welch } from '@descent/runs';
import { describe, expect, test } from 'vitest';
import { config, write } from './data-helpers.ts';
import { descent, descentWith, folder, readJson } from './helpers.ts';
import { buildProgram } from './program.ts';

const BIRDS = Array.from(
  { length: 60 },
  (_, i) => `${(i % 3) * 2 + Math.sin(7 * i) * 1.6},${['crow', 'gull', 'robin'][i % 3]}`,
);
const DATA = { csv: 'birds.csv', target: 'kind', test: 0.5 };

function files(more: object = {}) {
  return {
    'birds.csv': `wing,kind\n${BIRDS.join('\n')}\n`,
    'flat.json': config(DATA, { model: [['linear', 1, 3]], optimizer: ['sgd', { lr: 0.3 }], epochs: 4, ...more }),
    'deep.config.json': config(DATA, {
      model: [['linear', 1, 8], 'tanh', ['linear', 8, 3]],
      optimizer: ['sgd', { lr: 0.3 }],
      epochs: 4,
      ...more,
    }),
  };
}

interface Compared {
  readonly metric: string;
  readonly recipes: readonly {
    readonly name: string;
    readonly parameters: number;
    readonly flops: number | null;
    readonly mean: number | null;
    readonly deviation: number | null;
    readonly runs: readonly { readonly seed: number; readonly value: number | null; readonly folder: string }[];
  }[];
  readonly pairs: readonly {
    readonly first: string;
    readonly second: string;
    readonly p: number;
    readonly corrected: number;
  }[];
  readonly verdict: string;
}

async function compared(root: string, ...argv: readonly string[]): Promise<Compared> {
  const { code, out, err } = await descent(root, 'compare', ...argv, '--json');
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as Compared;
}

describe('descent compare', () => {
  test('trains each config with each seed, and says what the runs say', async () => {
    const root = folder(files());
    const result = await compared(root, 'flat.json', 'deep.config.json', '--seeds', '3');
    expect(result).toMatchObject({
      metric: 'test.accuracy',
      recipes: [
        { name: 'flat', parameters: 6 },
        { name: 'deep', parameters: 16 + 27 },
      ],
    });
    const values = result.recipes.map(({ runs }) => runs.map(({ value }) => value as number));
    for (const [i, { runs, mean }] of result.recipes.entries()) {
      expect(runs.map(({ seed }) => seed)).toEqual([0, 1, 2]);
      for (const { folder: run, value } of runs) {
        const log = readFileSync(join(root, run, 'metrics.jsonl'), 'utf8')
          .trim()
          .split('\n');
        expect(value).toBe((JSON.parse(log.at(-1) as string) as { test: { accuracy: number } }).test.accuracy);
      }
      expect(mean).toBeCloseTo((values[i] as number[]).reduce((a, b) => a + b, 0) / 3, 12);
    }
    const [pair] = result.pairs;
    expect(pair?.p).toEqual(welch(values[0] as number[], values[1] as number[]).p);
    expect(pair?.corrected).toBe(pair?.p);
    expect(readJson(root, 'runs/compare/comparison.json')).toEqual(result);
    expect(readFileSync(join(root, 'runs/compare/comparison.html'), 'utf8')).toContain('<b>test accuracy</b>');

    // The same runs, found in their folders: those of one config are one recipe.
    const found = await compared(root, 'runs/compare/flat', 'runs/compare/deep', '--out', 'again');
    expect(found.recipes.map(({ mean, parameters, flops }) => [mean, parameters, flops])).toEqual(
      result.recipes.map(({ mean, parameters, flops }) => [mean, parameters, flops]),
    );
    const mixed = await compared(root, 'runs/compare/flat', 'deep.config.json', '--seeds', '3');
    expect(mixed.pairs[0]?.p).toBe(pair?.p);
  });

  test('with --jobs trains side by side what it trains one after the other, to the bit', async () => {
    buildProgram();
    const root = folder(files({ backend: 'onnx:cpu' }));
    const argv = ['flat.json', 'deep.config.json', '--seeds', '2', '--set', 'batchSize=7'];
    const [one, two] = [
      await compared(root, ...argv, '--out', 'one'),
      await compared(root, ...argv, '--out', 'two', '--jobs', '2'),
    ];
    const numbers = ({ recipes, pairs, verdict }: Compared): object => ({
      ...{ pairs, verdict },
      recipes: recipes.map(({ name, mean, deviation, runs }) => [
        name,
        mean,
        deviation,
        runs.map(({ value }) => value),
      ]),
    });
    expect(numbers(two)).toEqual(numbers(one));
    for (const run of ['flat/seed-0', 'flat/seed-1', 'deep/seed-0', 'deep/seed-1']) {
      const [a, b] = ['one', 'two'].map((out) => readFileSync(join(root, out, run, 'model.safetensors')));
      expect(b?.equals(a as Buffer)).toBe(true);
    }
    // What is wrong in a process of its own is told as it would be here, and nothing is left running.
    write(join(root, 'birds.csv'), 'wing,kind\n1,crow\n');
    const bad = await descent(root, 'compare', ...argv, '--out', 'bad', '--jobs', '2');
    const same = await descent(root, 'compare', ...argv, '--out', 'bad');
    expect([bad.code, bad.err]).toEqual([same.code, same.err]);
    expect(bad.code).not.toBe(0);
    const runs = await descent(root, 'compare', 'one/flat', 'one/deep', '--jobs', '2');
    expect([runs.code, runs.err]).toEqual([2, expect.stringMatching(/--jobs is for configs/)]);
  }, 120_000);

  test('repeats nothing, goes on with what was stopped, and refuses the runs of another config', async () => {
    const root = folder(files({ epochs: 60 }));
    const argv = ['flat.json', 'deep.config.json', '--seeds', '2'];
    const stop = new AbortController();
    const waiting = setInterval(() => {
      if (existsSync(join(root, 'runs/compare/deep/seed-0/checkpoints'))) stop.abort();
    }, 5);
    const stopped = await descentWith({ signal: stop.signal }, root, 'compare', ...argv);
    clearInterval(waiting);
    expect(stopped.err).toMatch(
      /^stopped: the comparison ended after [1-3] of 4 trainings, which are kept\n {2}fix: the same command goes on/,
    );
    expect(stopped.code).toBe(130);
    const times = (run: string): number => statSync(join(root, run, 'model.safetensors')).mtimeMs;
    const first = times('runs/compare/flat/seed-0');
    const { code, out, err } = await descent(root, 'compare', ...argv);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('1 of 4  flat, seed 0: was there, ');
    expect(out).toContain('4 of 4  deep, seed 1: ');
    expect(times('runs/compare/flat/seed-0')).toBe(first);
    // What was stopped ends as what never was.
    const unbroken = await compared(root, ...argv, '--out', 'unbroken');
    const resumed = await compared(root, ...argv);
    expect(resumed.recipes.map(({ mean }) => mean)).toEqual(unbroken.recipes.map(({ mean }) => mean));

    write(join(root, 'flat.json'), files({ epochs: 60, batchSize: 7 })['flat.json']);
    const other = await descent(root, 'compare', ...argv);
    expect([other.code, other.err]).toEqual([1, expect.stringContaining('another text of the config')]);
    const epochs = await descent(root, 'compare', 'deep.config.json', 'flat.json', '--epochs', '3', '--seeds', '1');
    expect(epochs.err).toContain('received: 60 epochs on reference');
    const set = ['--set', 'optimizer.lr=0.01', '--set', 'epochs=1', '--seeds', '1', '--out', 'set'] as const;
    expect((await descent(root, 'compare', 'deep.config.json', 'flat.json', ...set)).code).toBe(0);
    expect(readJson(root, 'set/flat/seed-0/run.json')).toMatchObject({ settings: { optimizer: 'sgd, lr 0.01' } });
    const anew = await descent(root, 'compare', ...argv, '--epochs', '2', '--overwrite');
    expect([anew.code, anew.err]).toEqual([0, '']);
  });

  test('a recipe that diverges has no number, and the others are compared', async () => {
    const wild = files()['flat.json'].replace('"lr":0.3', '"lr":1e38');
    const root = folder({ ...files(), 'wild.json': wild });
    for (const [time, how] of [
      ['first', 'diverged'],
      ['second', 'diverged'],
    ] as const) {
      const { code, out, err } = await descent(root, 'compare', 'flat.json', 'wild.json', '--seeds', '2');
      expect([time, code, err]).toEqual([time, 0, '']);
      expect(out).toContain(`wild, seed 0: ${how}`);
      expect(out).toMatch(/wild +6 +\d+ +0\.\d\d s +none/);
      expect(out).toContain('flat is the only one with a test.accuracy.');
    }
  });

  test('other test data are told, and what finished runs do not take is refused', async () => {
    const other = { ...DATA, test: 0.25 };
    const root = folder({
      ...files(),
      'less.json': config(other, { model: [['linear', 1, 3]], optimizer: ['sgd', { lr: 0.3 }], epochs: 1 }),
    });
    const { code, err } = await descent(root, 'compare', 'flat.json', 'less.json', '--seeds', '1', '--json');
    expect([code, err]).toEqual([0, expect.stringContaining('the test data are not the same')]);
    expect(err).toMatch(/flat on 30 of .*, less on 15 of /);
    const runs = ['flat', 'less'].map((name) => `runs/compare/${name}/seed-0`);
    for (const [flag, value] of [
      ['--seeds', '3'],
      ['--set', 'batchSize=4'],
    ] as const)
      expect(await descent(root, 'compare', ...runs, flag, value)).toMatchObject({
        code: 2,
        err: expect.stringContaining(`${flag} is for configs, and finished runs are not trained again`),
      });
    const refused = await descent(root, 'compare', ...runs, '--epochs', '3');
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('--epochs is for configs')]);
  });

  test.each([
    [['flat.json'], 2, 'a comparison takes at least two recipes'],
    [['flat.json', 'flat.json'], 2, 'a config is there twice'],
    [['flat.json', 'none.json'], 1, 'there is no such config file'],
    [['flat.json', '.'], 1, 'there is no run in this folder'],
    [['flat.json', 'deep.config.json', '--metric', 'test.acuracy', '--seeds', '1'], 2, "did you mean 'test.accuracy'?"],
    [['flat.json', 'deep.config.json', '--seeds', '0'], 2, 'Expected a whole number of at least 1.'],
    [['flat.json', 'deep.config.json', '--mode', 'high'], 2, 'Expected min, max'],
    [[], 2, "missing required argument 'recipes'"],
  ])('compare %j is refused', async (argv, code, message) => {
    const result = await descent(folder(files({ epochs: 1 })), 'compare', ...argv);
    expect(result.err).toContain(message);
    expect(result.code).toBe(code);
  });
});
