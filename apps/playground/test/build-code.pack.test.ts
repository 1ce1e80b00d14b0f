import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Experiment } from '../src/state/experiment.ts';
import { codeOf, jsonOf } from '../src/views/build/code.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Inside the app, so that packages are found as a user's program finds them. */
const FOLDER = fileURLToPath(new URL('../node_modules/.cache/code', import.meta.url));
const COMPILER = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const COMMAND = join(ROOT, 'packages', 'cli', 'dist', 'main.js');

const FAST = { batchSize: 200, epochs: 1, seed: 3, backend: 'onnx:wasm' } as const;
const RUNS: Readonly<Record<string, Experiment>> = {
  cnn: {
    model: [
      ['rescale', 1 / 255],
      ['conv2d', 1, 4, 5, { stride: 2, padding: 'same' }],
      ['residual', ['sequential', ['conv2d', 4, 4, 3, { padding: 1 }], 'relu']],
      ['maxPool2d', 2],
      'flatten',
      ['linear', 196, 10],
    ],
    data: { name: 'mnist-sample' },
    loss: ['crossEntropy', { labelSmoothing: 0.1 }],
    optimizer: ['clipped', 1, ['adam', { lr: 0.003, betas: [0.9, 0.99] }]],
    ...FAST,
  },
  moons: {
    model: [['linear', 2, 8], 'tanh', ['dropout', 0.1], ['linear', 8, 2]],
    data: { name: 'moons', samples: 200, noise: 0.2, seed: 5 },
    optimizer: ['sgd', { lr: ['cosine', { lr: 0.1, steps: 40 }], momentum: 0.9 }],
    validation: 0.2,
    ...FAST,
    batchSize: 10,
  },
};
/** Configs of data that only the user has: they compile. */
const CONFIGS: Readonly<Record<string, Experiment>> = {
  table: {
    ...(RUNS['moons'] as Experiment),
    model: [
      ['normalize', [1, 2], [3, 4]],
      ['parallel', { a: ['linear', 2, 1], "it's": 'relu' }],
    ],
    data: { csv: "bird's.csv", target: 'kind\\n"x"', task: 'regression', test: 0.2 },
    loss: ['weightedSum', { loss: ['lossOn', { output: 'a', target: 'y' }, 'mse'], weight: 0.5 }],
  },
  pictures: { ...(RUNS['cnn'] as Experiment), data: { images: 'pets', width: 32, height: 24, channels: 3 } },
};

interface Epoch {
  readonly train: { readonly loss: number };
  readonly validation?: null | { readonly loss: number };
  readonly test?: null | { readonly loss: number };
}

describe('the TypeScript of an experiment', () => {
  beforeAll(() => {
    mkdirSync(FOLDER, { recursive: true });
    for (const [name, experiment] of Object.entries({ ...RUNS, ...CONFIGS })) {
      const code = codeOf(experiment).replace('history.at(-1)', 'JSON.stringify(history)');
      writeFileSync(join(FOLDER, `${name}.ts`), code);
    }
    const compilerOptions = {
      ...{ strict: true, target: 'es2023', module: 'nodenext', skipLibCheck: true, outDir: 'out', rootDir: '.' },
      types: ['node'],
    };
    writeFileSync(join(FOLDER, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    writeFileSync(join(FOLDER, 'package.json'), '{ "type": "module" }');
    try {
      execFileSync(process.execPath, [COMPILER, '-p', FOLDER], { encoding: 'utf8' });
    } catch (error) {
      throw new Error((error as { readonly stdout: string }).stdout);
    }
  });
  afterAll(() => {
    rmSync(FOLDER, { recursive: true, force: true });
  });

  test.each(Object.entries(RUNS))(
    'trains %s to the last bit as `descent train` does from its JSON',
    (name, experiment) => {
      const printed = execFileSync(process.execPath, [join(FOLDER, 'out', `${name}.js`)], { encoding: 'utf8' });
      const history = JSON.parse(printed.trim().split('\n').at(-1) ?? '') as readonly Epoch[];

      writeFileSync(join(FOLDER, `${name}.json`), jsonOf(experiment));
      const out = join(FOLDER, `run-${name}`);
      execFileSync(process.execPath, [COMMAND, 'train', `${name}.json`, '--out', out, '--quiet'], { cwd: FOLDER });
      const lines = readFileSync(join(out, 'metrics.jsonl'), 'utf8').trim().split('\n');
      const trained = lines.map((line) => JSON.parse(line) as Epoch);

      const losses = (epochs: readonly Epoch[]) =>
        epochs.map(({ train, validation, test }) => [train.loss, validation?.loss ?? null, test?.loss ?? null]);
      expect(losses(history)).toEqual(losses(trained));
      expect(history[0]?.train.loss).toBeGreaterThan(0);
      expect((history[0]?.validation ?? null) === null).toBe(experiment.validation === undefined);
    },
  );
});
