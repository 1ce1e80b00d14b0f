// What runs, sweeps and servers write and read again.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTrainingState } from '@descent/backend-onnx';
import {
  adoptWeights,
  createTrainer,
  DescentError,
  decodeLora,
  encodeLora,
  encodeSafetensors,
  initParameters,
  linear,
  lora,
  mse,
  sgd,
  tensor,
} from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import {
  fitTable,
  fitWindows,
  parseTablePreparation,
  parseTextPreparation,
  parseWindowPreparation,
  prepareRows,
  tableOf,
} from '@descent/datasets';
import { createEventFile, rewindEvents, rewindJsonLines } from '@descent/runs';
import { command } from './command.mjs';
import { JSON_SIGNS } from './words.mjs';

const text = (/** @type {string} */ s) => new TextEncoder().encode(s);
const json = (/** @type {unknown} */ value) => text(JSON.stringify(value, null, 1));
const WORDS = [...JSON_SIGNS, 'null', '-1', '1e400', 'true', '""', '"__proto__":', '\\u0000', '{}', '[]'];

const RECORD = {
  descent: '0.1.0',
  status: 'finished',
  started: '2026-01-01T00:00:00.000Z',
  seconds: 1.5,
  config: { file: 'config.json', original: 'a.json', cwd: '.', sha256: 'db7f352f' },
  settings: {
    ...{ data: 'a.npz', backend: 'onnx:cpu', requestedBackend: 'auto', loss: 'crossEntropy', optimizer: 'sgd, lr 0.1' },
    ...{ metrics: ['accuracy'], better: { accuracy: 'higher' }, batchSize: 8, epochs: 1, seed: 0 },
  },
  data: [{ role: 'train', name: 'a.npz', items: 48, licence: 'unknown', source: 'a.npz', sha256: 'ec63' }],
  environment: { node: '20.20.2', os: 'Linux', cpu: { model: 'one', cores: 2 } },
};
const METRICS = [1, 2, 3]
  .map((epoch) => ({
    step: 6 * epoch,
    epoch,
    train: { loss: 0.7, accuracy: 0.5 },
    validation: null,
    test: { loss: 0.6 },
    seconds: 0.3,
  }))
  .map((line) => `${JSON.stringify(line)}\n`)
  .join('');
const SWEEP = {
  ...{ descent: '0.1.0', id: 'dc86be17', started: '2026-01-01T00:00:00.000Z', file: 'a.json', cwd: '.' },
  definition: {
    config: 'db7f352f',
    space: { 'optimizer.lr': { kind: 'choice', values: [0.1, 0.2] } },
    ...{
      fixed: { validation: 0.2 },
      sampler: 'grid',
      seed: 0,
      epochs: 1,
      metric: 'validation.loss',
      mode: 'min',
      halving: null,
      backend: 'onnx:cpu',
    },
  },
};
const TRIALS = [
  { event: 'trial', trial: 1, values: { 'optimizer.lr': 0.1 } },
  { event: 'trial', trial: 2, values: { 'optimizer.lr': 0.2 } },
  ...[1, 2].map((trial) => ({
    ...{
      event: 'outcome',
      trial,
      epochs: 1,
      status: 'done',
      value: 0.6,
      epoch: 1,
      metrics: { 'validation.loss': 0.6 },
      seconds: 0.7,
      reason: null,
    },
  })),
]
  .map((line) => `${JSON.stringify(line)}\n`)
  .join('');

const table = tableOf(Array.from({ length: 12 }, (_, i) => ({ a: i, city: i % 2 ? 'Rome' : 'Oslo', y: i / 2 })));
const PREPARATION = fitTable(table, { target: 'y', task: 'regression' });
const WINDOWS = fitWindows(tableOf(Array.from({ length: 12 }, (_, i) => ({ a: i, y: i / 2 }))), {
  target: 'y',
  length: 3,
  horizon: 2,
});
const TEXT = {
  format: 'descent.text.1',
  tokens: { kind: 'characters', characters: ['a', 'b'], padding: true, unknown: 'token' },
  ...{ length: 8, truncate: 'end', padding: 'token', column: 'text' },
};

/** The folder of a run with these files. */
async function runFolder(
  /** @type {string} */ folder,
  /** @type {Uint8Array} */ record,
  /** @type {Uint8Array} */ metrics,
) {
  const run = join(folder, 'run');
  await mkdir(run, { recursive: true });
  await writeFile(join(run, 'run.json'), record);
  await writeFile(join(run, 'metrics.jsonl'), metrics);
  return run;
}

async function readRun(/** @type {string} */ folder, /** @type {string} */ run) {
  return [await command(folder, 'runs', 'list', folder), await command(folder, 'runs', 'show', run)].join('\n');
}

async function readSweep(
  /** @type {string} */ folder,
  /** @type {Uint8Array} */ sweep,
  /** @type {Uint8Array} */ trials,
) {
  const of = join(folder, 'sweep');
  await mkdir(of, { recursive: true });
  await writeFile(join(of, 'sweep.json'), sweep);
  await writeFile(join(of, 'trials.jsonl'), trials);
  return command(folder, 'sweep', 'status', of);
}

async function trainingState() {
  const optimizer = sgd({ lr: 0.1, momentum: 0.9 });
  const trainer = await createTrainer({ model: linear(2, 1), loss: mse(), optimizer, backend: referenceBackend() });
  await trainer.step(tensor([[1, 2]]), tensor([[1]]));
  const { parameters, slots, step } = await trainer.state();
  const named = (/** @type {string} */ prefix, /** @type {object} */ all) =>
    Object.fromEntries(Object.entries(all).map(([name, array]) => [`${prefix}${name}`, array]));
  return encodeSafetensors({ ...named('parameters/', parameters), ...named('optimizer/', slots) }, { step: `${step}` });
}

const BASE = linear(2, 2);
const BASE_PARAMETERS = initParameters(BASE, 1);

async function adapters() {
  const model = lora(BASE, { kind: 'linear' }, { rank: 1 });
  return encodeLora(model, /** @type {any} */ (adoptWeights(model, BASE_PARAMETERS)));
}

async function events() {
  const folder = await mkdtemp(join(tmpdir(), 'descent-events-'));
  const file = createEventFile(folder, () => 0);
  for (let step = 1; step < 6; step++) file.write(step, { loss: 1 / step });
  const bytes = await readFile(file.path);
  await rm(folder, { recursive: true });
  return [{ bytes: new Uint8Array(bytes) }];
}

/** @type {readonly import('./readers.mjs').Reader[]} */
export const runReaders = [
  {
    name: 'run record',
    seeds: async () => [{ bytes: json(RECORD) }],
    words: WORDS,
    read: async (bytes, folder) => readRun(folder, await runFolder(folder, bytes, text(METRICS))),
  },
  {
    name: 'run metrics',
    seeds: async () => [{ bytes: text(METRICS) }],
    words: [...WORDS, '\n', '"epoch":', '"test":'],
    async read(bytes, folder) {
      const run = await runFolder(folder, json(RECORD), bytes);
      const shown = await readRun(folder, run);
      await rewindJsonLines(join(run, 'metrics.jsonl'), 2);
      return shown;
    },
  },
  {
    name: 'sweep',
    seeds: async () => [{ bytes: json(SWEEP) }],
    words: WORDS,
    read: async (bytes, folder) => readSweep(folder, bytes, text(TRIALS)),
  },
  {
    name: 'sweep trials',
    seeds: async () => [{ bytes: text(TRIALS) }],
    words: [...WORDS, '\n', '"outcome"', '"trial":'],
    read: async (bytes, folder) => readSweep(folder, json(SWEEP), bytes),
  },
  {
    name: 'events',
    seeds: events,
    words: [Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0), Uint8Array.of(255, 255, 255, 255)],
    async read(bytes, folder) {
      const of = join(folder, 'events');
      await mkdir(of, { recursive: true });
      const path = join(of, 'events.out.tfevents.1.fuzz');
      await writeFile(path, bytes);
      await rewindEvents(of, 3);
      return (await readFile(path).catch(() => bytes)).length;
    },
  },
  {
    name: 'preparation',
    seeds: async () => [PREPARATION, WINDOWS, TEXT].map((value) => ({ bytes: json(value) })),
    words: WORDS,
    async read(bytes) {
      const value = parsed(bytes);
      const format = String(value?.format);
      if (format.includes('text')) return parseTextPreparation(value);
      if (format.includes('window')) return parseWindowPreparation(value);
      const preparation = parseTablePreparation(value);
      return prepareRows(preparation, [{ a: 1, city: 'Rome' }]);
    },
  },
  {
    name: 'training state',
    seeds: async () => [{ bytes: await trainingState() }],
    words: ['"dtype":', '"F32"', '"shape":', '"data_offsets":', 'slot/', 'parameter/', 'step'],
    read: async (bytes) => readTrainingState(bytes),
  },
  {
    name: 'lora',
    seeds: async () => [{ bytes: await adapters() }],
    words: ['"dtype":', '"F32"', 'lora_A', 'lora_B', '.weight', 'base_model.model.', '"alpha":'],
    read: async (bytes) => decodeLora(BASE, BASE_PARAMETERS, bytes),
  },
];

/** What is no JSON at all never gets as far as a preparation. */
function parsed(/** @type {Uint8Array} */ bytes) {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new DescentError('the preparation is not JSON');
  }
}
