// Ways of computing that are chosen by measurement, kept with a run.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '@descent/core/backend';
import { describe, expect, test } from 'vitest';
import { descent, descentWith, folder, readJson, silentIo } from './helpers.ts';

const weights = (...path: readonly string[]): Buffer => readFileSync(join(...path, 'model.safetensors'));
const choicesOf = (...path: readonly string[]): Record<string, string> | undefined =>
  (readJson(...path, 'run.json') as { settings: { choices?: Record<string, string> } }).settings.choices;
const FILE = join(silentIo().cache, 'onnx-choices.json');

/** Convolutions that are large enough to be asked about, and a last batch that is short. */
function convolutions(more = ''): string {
  return `
const n = 20;
const x = Uint8Array.from({ length: n * 256 }, (_, i) => (i * 37) % 251);
const y = Int32Array.from({ length: n }, (_, i) => i % 2);
import { conv2d, flatten, linear, maxPool2d, relu, rescale, sequential, sgd } from '@descent/core';
export default {
  model: sequential(rescale(1 / 255), conv2d(1, 16, 3, { padding: 1 }), relu(), conv2d(16, 16, 3, { padding: 1 }), maxPool2d(2), flatten(), linear(1024, 2)),
  data: { train: { name: 'made up', classes: ['a', 'b'], x: { dtype: 'uint8', shape: [n, 1, 16, 16], data: x }, y: { dtype: 'int32', shape: [n], data: y } } },
  optimizer: sgd({ lr: 0.05, momentum: 0.9 }),
  batchSize: 8, epochs: 1, backend: 'onnx:cpu', checkpoints: { everyEpochs: 1 }, tensorboard: false,
  ${more}
};`;
}

/** Writes the file of the machine anew, with other ways. */
async function changeFile(change: (key: string) => string): Promise<void> {
  const { machines } = readJson(FILE) as { machines: Record<string, Record<string, { way: string }>> };
  for (const answers of Object.values(machines))
    for (const [key, answer] of Object.entries(answers)) answer.way = change(key);
  writeFileSync(FILE, JSON.stringify({ digest: await digestOf(JSON.stringify(machines)), machines }));
}

const OTHER: Readonly<Record<string, string>> = {
  conv2dFilterGrad: 'swapped',
  conv2dInputGrad: 'transposed',
  maxPool2dGrad: 'taps',
  conv2d: 'plain',
  sum: 'reduced',
};

describe('a run with measured choices', () => {
  test('has them in its record before the end, and goes on with the same bits when the cache says otherwise, or is gone', async () => {
    const root = folder({ 'a.ts': convolutions(), 'b.ts': convolutions("choices: 'measured',") });
    const { code, err } = await descent(root, 'train', 'a.ts', '--choices', 'measured', '--out', 'half');
    expect([code, err]).toEqual([0, '']);
    const began = choicesOf(root, 'half') as Record<string, string>;
    expect(Object.keys(began).map((key) => key.split(' ')[0])).toEqual(
      expect.arrayContaining(['conv2dFilterGrad', 'conv2dInputGrad']),
    );
    // Both batch sizes, the short one, too.
    expect(Object.keys(began).some((key) => key.includes(' 4×16×16×16 '))).toBe(true);
    // The same choices, since the file has them by now.
    await descent(root, 'train', 'a.ts', '--choices', 'measured', '--epochs', '3', '--out', 'whole');
    expect(choicesOf(root, 'whole')).toEqual(began);

    await changeFile((key) => OTHER[key.split(' ')[0] as string] ?? 'plain');
    await descent(root, 'train', 'b.ts', '--epochs', '2', '--out', 'other');
    expect(choicesOf(root, 'other')).not.toEqual(began);
    // Replayed by what its record says: the rules would have other bits.
    const replayed = await descent(root, 'debug', 'other', '--step', '6');
    expect([replayed.code, replayed.out, replayed.err]).toEqual([
      0,
      expect.stringMatching(/the same bits as the run/),
      '',
    ]);

    const resumed = await descent(root, 'resume', 'half', '--epochs', '2');
    expect([resumed.code, resumed.err]).toEqual([0, '']);
    // With the ways of the file the bits would be others.
    expect(weights(root, 'half').equals(weights(root, 'other'))).toBe(false);
    writeFileSync(FILE, 'gone bad');
    expect((await descent(root, 'resume', 'half', '--epochs', '3')).err).toBe(
      `warning: ${FILE} is damaged: it was passed over\n`,
    );
    expect(choicesOf(root, 'half')).toEqual(began);
    expect(weights(root, 'half').equals(weights(root, 'whole'))).toBe(true);
    // Six trainings: on a machine that is busy they take longer than the usual limit.
  }, 120_000);

  test('without a word in config or command line there are none, and rules have the same bits each time', async () => {
    const root = folder({ 'a.ts': convolutions() });
    await descent(root, 'train', 'a.ts', '--out', 'run');
    await descent(root, 'train', 'a.ts', '--out', 'again', '--choices', 'rules');
    expect([choicesOf(root, 'run'), choicesOf(root, 'again')]).toEqual([undefined, undefined]);
    expect(weights(root, 'run').equals(weights(root, 'again'))).toBe(true);
    // A run by rules goes on by rules, whatever its config says by now.
    const config = join(root, 'run', 'config.ts');
    writeFileSync(config, readFileSync(config, 'utf8').replace('batchSize: 8', "choices: 'measured', batchSize: 8"));
    expect((await descent(root, 'resume', 'run', '--epochs', '2')).code).toBe(0);
    expect(choicesOf(root, 'run')).toBe(undefined);
  });

  test('a record with ways that are none is read, and these are not taken', async () => {
    const root = folder({ 'a.ts': convolutions() });
    await descent(root, 'train', 'a.ts', '--choices', 'measured', '--out', 'run');
    const path = join(root, 'run', 'run.json');
    const record = readJson(path) as { settings: { choices: Record<string, unknown> } };
    const [key = ''] = Object.keys(record.settings.choices);
    record.settings.choices = { ...record.settings.choices, [key]: 'toString', 'made up 1×2': 'plain' };
    writeFileSync(path, JSON.stringify(record));
    const { code, err } = await descent(root, 'resume', 'run', '--epochs', '2');
    expect([code, err]).toEqual([
      0,
      `warning: choice ${key}: ${err.split(': ')[2]}: the toString that was given is not possible here\n`,
    ]);
    record.settings.choices = { [key]: 7 };
    writeFileSync(path, JSON.stringify(record));
    expect((await descent(root, 'resume', 'run', '--epochs', '3')).err).toMatch(
      /this does not describe a run[\s\S]*settings\.choices/,
    );
  });
});

test.each<[string, readonly string[], string]>([
  [
    'another backend',
    ['--choices', 'measured', '--backend', 'reference'],
    'ways are chosen by measurement on onnx:cpu alone',
  ],
  ['another word', ['--choices', 'fastest'], "argument 'fastest' is invalid"],
])('%s is refused', async (_, argv, message) => {
  const root = folder({ 'a.ts': convolutions() });
  const { code, err } = await descent(root, 'train', 'a.ts', ...argv);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
});

test('a config with another word is refused', async () => {
  const root = folder({ 'a.ts': convolutions("choices: 'measure',") });
  const { code, err } = await descentWith({}, root, 'train', 'a.ts');
  expect([code, err]).toEqual([2, expect.stringMatching(/choices[\s\S]*'rules' or 'measured'/)]);
});
