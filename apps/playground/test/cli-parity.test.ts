import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadOnnx, onnx } from '@descent/backend-onnx';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownTexts } from '../src/data/own-texts.ts';
import { ownFiles } from '../src/data/prepare-own-files.ts';
import type { EpochScores, OwnData, SessionApi } from '../src/session/protocol.ts';
import { createSession } from '../src/session/session.ts';
import { configOf, type Experiment } from '../src/state/experiment.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MAIN = join(ROOT, 'packages/cli/dist/main.js');

const EXPERIMENT: Experiment = {
  model: [['rescale', 1 / 255], 'flatten', ['linear', 784, 16], 'relu', ['dropout', 0.2], ['linear', 16, 10]],
  data: { name: 'mnist-sample' },
  optimizer: ['adam', { lr: 0.002 }],
  batchSize: 300,
  epochs: 3,
  seed: 7,
  validation: 0.1,
  backend: 'onnx:wasm',
};

interface Page {
  readonly session: SessionApi;
  readonly epochs: EpochScores[];
}

const sessions: SessionApi[] = [];

/** The session of the page, on the engine that the command has in Node. */
async function open(experiment: Experiment = EXPERIMENT, own: OwnData | null = null): Promise<Page> {
  const epochs: EpochScores[] = [];
  const session = createSession(
    (event) => {
      if (event.type === 'epoch') epochs.push(event.scores);
    },
    {
      open: async (engine) => ({
        backend: onnx({ device: 'cpu', spinning: false }),
        info: { engine, threads: null, isIsolated: false },
      }),
    },
  );
  sessions.push(session);
  await session.open(experiment, own);
  return { session, epochs };
}

// The command is what was built. This builds what changed since.
describe('the page and the command', { timeout: 120_000 }, () => {
  const cwd = mkdtempSync(join(tmpdir(), 'descent-parity-'));
  const descent = (...argv: readonly string[]): void => {
    execFileSync(process.execPath, [MAIN, ...argv], { cwd, stdio: 'pipe' });
  };
  const file = (...path: readonly string[]): Uint8Array => new Uint8Array(readFileSync(join(cwd, ...path)));
  const checkpointIn = (run: string): string => {
    const [name] = readdirSync(join(cwd, run, 'checkpoints'))
      .sort()
      .reverse();
    return join(run, 'checkpoints', name as string);
  };

  beforeAll(() => {
    execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b', 'packages/cli'], {
      cwd: ROOT,
    });
    writeFileSync(join(cwd, 'page.json'), JSON.stringify({ ...EXPERIMENT, backend: 'onnx:cpu', tensorboard: false }));
    descent('train', 'page.json', '--out', 'whole', '-q');
  }, 120_000);
  afterAll(async () => {
    for (const session of sessions) await session.dispose();
    rmSync(cwd, { recursive: true, force: true });
  });

  test('train to the same bits: every number of every epoch, and the weights', async () => {
    const { session, epochs } = await open();
    await session.train(3);
    const lines = readFileSync(join(cwd, 'whole', 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const numbers = ({ epoch, train, validation, test }: EpochScores) => ({ epoch, train, validation, test });
    expect(epochs.map(numbers)).toEqual(lines.map((line) => numbers(JSON.parse(line) as EpochScores)));
    expect(await session.exportSafetensors()).toEqual(file('whole', 'model.safetensors'));
  });

  test('make the same tokens of texts, and train on them to the same bits', async () => {
    const rows = Array.from(
      { length: 60 },
      (_, i) => `"${i % 2 ? 'bad' : 'good'} film, no. ${i}",${i % 2 ? 'neg' : 'pos'}`,
    );
    const csv = `text,label\n${rows.join('\n')}\n`;
    const data = {
      texts: 'reviews.csv',
      text: 'text',
      target: 'label',
      maxLength: 16,
      truncate: 'end',
      test: 0.2,
    } as const;
    const own = await ownTexts(new Blob([csv]), data);
    const tokens = own.text?.tokens.kind === 'characters' ? own.text.tokens.characters.length + 2 : 0;
    const experiment: Experiment = {
      ...EXPERIMENT,
      model: [
        ['embeddingBag', tokens, 8, { paddingIdx: 0 }],
        ['linear', 8, 2],
      ],
      ...{ data, batchSize: 8, epochs: 2 },
    };
    writeFileSync(join(cwd, 'reviews.csv'), csv);
    writeFileSync(join(cwd, 'texts.json'), JSON.stringify({ ...experiment, backend: 'onnx:cpu', tensorboard: false }));
    descent('train', 'texts.json', '--out', 'texts', '-q');
    const { session } = await open(experiment, own);
    await session.train(2);
    expect(await session.exportSafetensors()).toEqual(file('texts', 'model.safetensors'));
    // The file says how texts become tokens, so that whoever opens it asks it in words.
    const record = JSON.parse(readFileSync(join(cwd, 'texts', 'run.json'), 'utf8')) as { readonly text: unknown };
    expect(record.text).toEqual(own.text);
    const { metadata } = await loadOnnx((await session.exportOnnx()).bytes);
    expect(metadata?.['text']).toEqual(own.text);
  });

  test('prepare a table with categories alike, for a network that takes two arrays, and train on it to the same bits', async () => {
    const rows = Array.from(
      { length: 60 },
      (_, i) => `${'abc'[i % 3]},${(i * 7) % 40},${(i % 3) * 10 + ((i * 7) % 40)}`,
    );
    const csv = `kind,size,price\n${rows.join('\n')}\n`;
    const data = { table: 'houses.csv', target: 'price', task: 'regression', test: 0.2 } as const;
    const experiment: Experiment = {
      ...EXPERIMENT,
      model: [
        ['branches', { numbers: 'identity', categories: ['categoryEmbeddings', [{ size: 4, dim: 2, paddingIdx: 0 }]] }],
        'concat',
        ['linear', 3, 1],
      ],
      ...{ data: { files: data }, batchSize: 8, epochs: 2 },
    };
    writeFileSync(join(cwd, 'houses.csv'), csv);
    writeFileSync(
      join(cwd, 'houses.json'),
      JSON.stringify({ ...configOf(experiment), backend: 'onnx:cpu', tensorboard: false }),
    );
    descent('train', 'houses.json', '--out', 'houses', '-q');
    const own = await ownFiles([{ path: 'houses.csv', file: new Blob([csv]) }], data, experiment);
    const { session, epochs } = await open(experiment, own);
    await session.train(2);
    expect(await session.exportSafetensors()).toEqual(file('houses', 'model.safetensors'));
    const lines = readFileSync(join(cwd, 'houses', 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const last = JSON.parse(lines.at(-1) as string) as EpochScores;
    expect(epochs.at(-1)?.validation).toMatchObject(last.validation as object);
    expect((await session.evaluate('test', 3)).scores.loss).toBe((last.test as { readonly loss: number }).loss);
    // What the page cannot show of several arrays, it says.
    await expect(session.samples('train', 0, 1)).rejects.toThrow(/networks of one array[\s\S]*descent predict/);
    const record = JSON.parse(readFileSync(join(cwd, 'houses', 'run.json'), 'utf8')) as { readonly table: unknown };
    const { metadata } = await loadOnnx((await session.exportOnnx()).bytes);
    expect(metadata?.['table']).toEqual(record.table);
  });

  test('go on with each other’s checkpoints', async () => {
    descent('train', 'page.json', '--epochs', '1', '--out', 'begun', '-q');
    const fromCommand = await open();
    await fromCommand.session.restore(file(checkpointIn('begun')), 'checkpoint');
    await fromCommand.session.train(3);
    expect(await fromCommand.session.exportSafetensors()).toEqual(file('whole', 'model.safetensors'));

    const { session } = await open();
    await session.train(1);
    // In the middle of an epoch.
    for (let i = 0; i < 3; i++) await session.step([]);
    rmSync(join(cwd, checkpointIn('begun')));
    writeFileSync(join(cwd, 'begun/checkpoints/step-000000027.safetensors'), await session.checkpoint());
    descent('resume', 'begun', '--epochs', '3', '-q');
    expect(file('begun', 'model.safetensors')).toEqual(file('whole', 'model.safetensors'));
  });
});
