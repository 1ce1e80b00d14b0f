import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onnx } from '@descent/backend-onnx';
import { describeDatasets, pngBytes } from '@descent/datasets';
import { decodeCheckpoint } from '@descent/runs/checkpoints';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownTable } from '../src/data/own-table.ts';
import { readFile } from '../src/files/read-file.ts';
import { configText, type RunParts, runFolder } from '../src/files/run-folder.ts';
import { type Files, unzipped, zipOf } from '../src/files/zip.ts';
import type { Opened, SessionApi } from '../src/session/protocol.ts';
import { recipeOf } from '../src/session/recipe.ts';
import { createSession } from '../src/session/session.ts';
import type { Experiment } from '../src/state/experiment.ts';

const MAIN = fileURLToPath(new URL('../../../packages/cli/dist/main.js', import.meta.url));

const EXPERIMENT: Experiment = {
  model: [['rescale', 1 / 255], 'flatten', ['linear', 784, 10]],
  data: { name: 'mnist-sample' },
  optimizer: ['sgd', { lr: 0.1, momentum: 0.9 }],
  batchSize: 100,
  epochs: 2,
  seed: 7,
  validation: 0.1,
  backend: 'onnx:wasm',
};

let cwd = '';
let session: SessionApi;
let opened: Opened;
let zip: Uint8Array;

/** A command line in the folder where the archive was unpacked. */
function descent(...argv: readonly string[]): string {
  return execFileSync(process.execPath, [MAIN, ...argv], { cwd, encoding: 'utf8' });
}

function write(files: Files): void {
  for (const [path, bytes] of files) {
    mkdirSync(join(cwd, dirname(path)), { recursive: true });
    writeFileSync(join(cwd, path), bytes);
  }
}

async function partsOf(
  session: SessionApi,
  opened: Opened,
  experiment: Experiment,
  pictures: RunParts['pictures'],
): Promise<RunParts> {
  const set = async (role: 'train' | 'validation' | 'test', count: number) => ({
    role,
    ...(await session.samples(role, 0, count)),
  });
  const counts = { train: opened.trainSamples, validation: opened.validationSamples, test: opened.testSamples };
  const roles = (['train', 'validation', 'test'] as const).filter((role) => counts[role] > 0);
  return {
    experiment,
    recipe: recipeOf(experiment, opened.learned),
    sets: await Promise.all(roles.map((role) => set(role, counts[role]))),
    origin: { name: 'a set', licence: 'unknown', source: 'a test' },
    classes: opened.classes,
    pictures,
    preparation: {},
    stepsAnEpoch: opened.stepsAnEpoch,
    checkpoint: await session.checkpoint(),
    weights: await session.exportSafetensors(),
    onnx: (await session.exportOnnx()).bytes,
    cores: 4,
    ended: new Date(),
  };
}

function startSession(): SessionApi {
  return createSession(() => {}, {
    open: async (engine) => ({
      backend: onnx({ device: 'cpu', threads: 1 }),
      info: { engine, threads: null, isIsolated: false },
    }),
  });
}

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'descent-page-run-'));
  session = startSession();
  opened = await session.open(EXPERIMENT, null);
  await session.train(1);
  const { pictures = null } = describeDatasets().find(({ id }) => id === 'mnist-sample')!;
  zip = await zipOf(await runFolder('page-run', await partsOf(session, opened, EXPERIMENT, pictures)));
  write(await unzipped(zip, 'page-run.zip', () => true));
});

afterAll(async () => {
  await session.dispose();
  rmSync(cwd, { recursive: true, force: true });
});

describe('the zip of a run of the page, unpacked', () => {
  test('descent predict says what the page says, from the run and from its ONNX file', async () => {
    const { x } = await session.samples('test', 3, 1);
    writeFileSync(join(cwd, 'digit.png'), await pngBytes({ ...x, shape: [1, 28, 28] } as never));
    const { output } = await session.predict(x);
    for (const model of ['page-run', 'page-run/model.onnx']) {
      const [answer] = JSON.parse(descent('predict', model, 'digit.png', '--json', '--top', '10'));
      expect(answer.predictions).toHaveLength(10);
      for (const { label, probability } of answer.predictions)
        expect(Math.abs(probability - (output.data[Number(label)] as number))).toBeLessThan(1e-5);
    }
  });

  test('descent export proves a file of it, and descent summary shows its config', () => {
    expect(descent('export', 'page-run', '--output', 'again.onnx')).toMatch(
      /computes (exactly )?what the network computes.* on 64 real samples/,
    );
    const summary = descent('summary', 'page-run/config.json');
    expect(summary).toContain('7,850');
    expect(summary).toContain('2 epochs, batch size 100, seed 7, backend onnx:cpu');
  });

  test('descent resume goes on to the numbers that the page comes to', async () => {
    const before = readFileSync(join(cwd, 'page-run/metrics.jsonl'), 'utf8').trim().split('\n');
    expect(before).toHaveLength(1);
    expect(descent('resume', 'page-run')).toContain('in epoch 2 of 2');
    const after = readFileSync(join(cwd, 'page-run/metrics.jsonl'), 'utf8').trim().split('\n');
    expect(after[0]).toBe(before[0]);
    await session.train(2);
    const { position } = await decodeCheckpoint(await session.checkpoint(), 'the page');
    const [, second] = position.history;
    const theirs = JSON.parse(after[1]!);
    expect(theirs.step).toBe(2 * opened.stepsAnEpoch);
    for (const role of ['train', 'validation', 'test'] as const)
      expect(Math.abs(theirs[role].loss - second![role]!.loss!)).toBeLessThan(1e-4);
    expect(JSON.parse(readFileSync(join(cwd, 'page-run/run.json'), 'utf8')).status).toBe('finished');
  });
});

describe('data of other kinds', () => {
  const rows = Array.from({ length: 60 }, (_, i) => `${i % 7},${(i * i) % 11},${i % 3 === 0 ? 'yes' : 'no'}`);
  const table = `a,b,answer\n${rows.join('\n')}\n`;

  test.each<[string, Experiment['data']]>([
    ['points', { name: 'moons', samples: 120, noise: 0.1 }],
    ['a table', { csv: 'own.csv', target: 'answer', test: 0.2 }],
  ])('descent resume takes %s for those that the run began with', async (name, data) => {
    const experiment: Experiment = { ...EXPERIMENT, data, model: [['linear', 2, 2]], batchSize: 16, epochs: 1 };
    const own = 'csv' in data ? await ownTable(new Blob([table]), data) : null;
    const other = startSession();
    const found = await other.open(experiment, own);
    await other.train(1);
    const folder = name.replace(' ', '-');
    write(await runFolder(folder, await partsOf(other, found, experiment, null)));
    writeFileSync(join(cwd, 'own.csv'), table);
    await other.dispose();
    expect(descent('resume', folder, '--epochs', '2')).toContain('in epoch 2 of 2');
    expect(
      readFileSync(join(cwd, folder, 'metrics.jsonl'), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(2);
  });
});

describe('a zip of a run of the command', () => {
  test('opens in the page with its config and its numbers', async () => {
    writeFileSync(join(cwd, 'own.config.json'), configText({ ...EXPERIMENT, epochs: 1, seed: 3 }));
    descent('train', 'own.config.json', '--out', 'own', '--quiet');
    const names = ['run.json', 'config.json', 'metrics.jsonl', 'model.onnx', 'model.safetensors', 'report.html'];
    const checkpoint = `checkpoints/step-${String(opened.stepsAnEpoch).padStart(9, '0')}.safetensors`;
    const files = new Map([...names, checkpoint].map((name) => [`own/${name}`, readFileSync(join(cwd, 'own', name))]));
    const found = await readFile(await zipOf(files), 'own.zip');
    if (found.kind !== 'experiment') throw new Error(found.kind);
    expect(found.experiment).toEqual({ ...EXPERIMENT, epochs: 1, seed: 3, backend: 'onnx:wasm' });
    expect(found.unused).toEqual([]);
    expect(found.numbers?.kind).toBe('checkpoint');
    await session.open(found.experiment, null);
    await session.restore(found.numbers!.bytes, 'checkpoint');
    const { scores } = await session.evaluate('test', 0);
    const [line] = readFileSync(join(cwd, 'own/metrics.jsonl'), 'utf8').split('\n');
    expect(Math.abs(scores.loss - JSON.parse(line!).test.loss)).toBeLessThan(1e-5);
  });

  test('with a config that is a program opens as its model, or is refused', async () => {
    const record = JSON.stringify({ config: { file: 'config.ts' }, settings: { seed: 0, epochs: 1 } });
    const text = new TextEncoder();
    const files = new Map([
      ['a/run.json', text.encode(record)],
      ['a/config.ts', text.encode('throw new Error("executed")')],
    ]);
    await expect(readFile(await zipOf(files), 'a.zip')).rejects.toThrow('a program, which the page does not execute');
    const withModel = new Map([...files, ['a/model.onnx', Uint8Array.of(8, 8)]]);
    expect(await readFile(await zipOf(withModel), 'a.zip')).toMatchObject({ kind: 'model', name: 'a/model.onnx' });
  });
});
