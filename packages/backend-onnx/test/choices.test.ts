// Ways of computing that are chosen by measurement.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Backend, gradients, type Parameters, ValueError } from '@descent/core';
import { digestOf, graph, type Node, type Program } from '@descent/core/backend';
import { add, conv2d, embedding, input, maxPool2d, mean, mul, relu, reshape, sub, sum } from '@descent/core/ops';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Choices, MeasuredChoices } from '../src/choices/choice-options.ts';
import { agrees, madeUp } from '../src/choices/made-up.ts';
import { measure } from '../src/choices/measure.ts';
import { askingStrategies } from '../src/choices/op-questions.ts';
import { type Question, questionOf, trialOf } from '../src/choices/question.ts';
import { type Device, openDevice } from '../src/device/device.ts';
import { deviceOptions } from '../src/device/options.ts';
import { type OnnxOptions, onnx } from '../src/public/index.ts';
import { costRules } from '../src/strategies.ts';

let folder: string;
let device: Device;
const opened: Backend[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'descent-choices-'));
  device = await openDevice(deviceOptions({ device: 'cpu', threads: 1 }));
});
afterAll(async () => {
  for (const backend of opened) await backend.dispose();
  await rm(folder, { recursive: true, force: true });
});

const SIZES = { w: [16, 8, 3, 3], v: [16, 16, 3, 3] } as const;

/** A training step of convolutions that is large enough to be asked about, and gives gradients to all of them. */
function step(batch = 8): Program {
  const names = Object.keys(SIZES) as (keyof typeof SIZES)[];
  const inputs = names.map((name) => input(name, SIZES[name]));
  const [x, rate] = [input('x', [batch, 8, 20, 20]), input('lr', [])];
  const hidden = relu(conv2d(x, inputs[0] as Node, { padding: 1 }));
  const pooled = maxPool2d(relu(conv2d(hidden, inputs[1] as Node, { padding: 1 })), 2);
  const loss = mean(mul(pooled, pooled));
  const grads = gradients(loss, inputs);
  const next = names.map((name, i) => [name, sub(inputs[i] as Node, mul(grads[i] as Node, rate))] as const);
  return { graph: graph(new Map<string, Node>([['loss', loss], ...next])), reads: names, writes: names };
}

const START: Parameters = Object.fromEntries(
  Object.entries(SIZES).map(([name, shape], i) => {
    const { data } = madeUp({ dtype: 'float32', shape }, i + 5, 2);
    return [
      name,
      { dtype: 'float32' as const, shape, data: Float32Array.from(data as Float32Array, (v) => (v - 0.6) / 5) },
    ];
  }),
);
const FEEDS = {
  x: madeUp({ dtype: 'float32', shape: [8, 8, 20, 20] }, 3, 2),
  lr: { dtype: 'float32', shape: [], data: Float32Array.of(0.05) },
} as const;

/** A backend whose choices are all gathered. */
function backendWith(options: MeasuredChoices, threads = 1): { backend: Backend; kept: Choices[]; warned: string[] } {
  const [kept, warned]: [Choices[], string[]] = [[], []];
  const all = { ...options, keep: (c: Choices) => void kept.push(c), warn: (text: string) => void warned.push(text) };
  const backend = onnx({ device: 'cpu', threads, choices: all });
  opened.push(backend);
  return { backend, kept, warned };
}

async function notesOf(backend: Backend, program: Program): Promise<readonly string[]> {
  const executable = await backend.compile(program);
  const lines = executable.describe().split('\n');
  executable.dispose();
  return lines.filter((line) => line.startsWith('# choice ')).map((line) => line.slice('# choice '.length));
}

/** The weights after so many steps. */
async function trained(backend: Backend, from: Parameters, steps: number): Promise<Parameters> {
  const executable = await backend.compile(step());
  const state = await backend.state(from);
  for (let i = 0; i < steps; i++) await executable.run(FEEDS, state);
  const weights = await state.read();
  executable.dispose();
  return structuredClone(weights) as Parameters;
}

const bits = (weights: Parameters): readonly string[] =>
  Object.values(weights).map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex'));

describe('each way of each question', () => {
  const target = { dialect: 'cpu', threads: 1, isSequential: true } as const;
  const conv = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], groups: 1 } as const;
  const pool = { kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] } as const;
  const asked: Question[] = [];
  const asking = askingStrategies(costRules, {}, (question) => {
    asked.push(question);
    return question.ways[0] as string;
  });
  asking.conv2dFilterGrad([4, 8, 17, 19], [12, 8, 3, 3], { ...conv, strides: [2, 1], kernelSize: [3, 3] }, target);
  asking.conv2dInputGrad([12, 8, 3, 3], { ...conv, inputSize: [17, 19] }, [4, 12, 17, 19], target);
  asking.maxPool2dGrad([4, 8, 40, 42], pool, target);
  asking.maxPool2dGrad([4, 8, 40, 42], { ...pool, kernel: [3, 3], pads: [1, 1, 1, 1] }, target);
  asking.avgPool2dGrad([4, 8, 20, 21], { ...pool, inputSize: [40, 42] } as never, target);
  asking.scatterAdd(600, [50, 64], target);
  asking.sum({ rows: 600, columns: 64 }, target);

  test('is measured, since its numbers are those of the rules', async () => {
    const results = await measure(asked, device, 60_000, true);
    expect(asked.map(({ key }) => key.split(' ')[0])).toEqual([
      ...[
        'conv2dFilterGrad',
        'conv2dInputGrad',
        'maxPool2dGrad',
        'maxPool2dGrad',
        'avgPool2dGrad',
        'scatterAdd',
        'sum',
      ],
    ]);
    for (const { key, ways } of asked) {
      const { way, milliseconds } = results.get(key) as { way: string; milliseconds: Record<string, number> };
      expect([key, Object.keys(milliseconds).toSorted()]).toEqual([key, ways.toSorted()]);
      expect(ways).toContain(way);
      expect(Object.values(milliseconds).every((ms) => ms > 0)).toBe(true);
    }
  });

  test('those that some attributes or threads do not allow are not offered', () => {
    const waysOf = (at: number): readonly string[] => (asked[at] as Question).ways;
    expect(waysOf(2)).toEqual(expect.arrayContaining(['unpooled', 'firstMax', 'indices', 'taps']));
    expect(waysOf(3).toSorted()).toEqual(['indices', 'taps']);
    expect(waysOf(5)).toContain('rows');
    asking.scatterAdd(600, [50, 64], { dialect: 'cpu', threads: 2, isSequential: false });
    expect(asked.at(-1)?.ways).not.toContain('rows');
    const before = asked.length;
    // Groups, strides that cannot be turned round, unknown sizes, and what is over before a clock moves.
    asking.conv2dFilterGrad([4, 8, 17, 19], [12, 4, 3, 3], { ...conv, groups: 2, kernelSize: [3, 3] }, target);
    asking.conv2dInputGrad([12, 8, 3, 3], { ...conv, strides: [2, 2], inputSize: [17, 19] }, [4, 12, 9, 10], target);
    asking.conv2dFilterGrad([-1, 8, 17, 19], [12, 8, 3, 3], { ...conv, kernelSize: [3, 3] }, target);
    asking.sum({ rows: 8, columns: 8 }, target);
    expect(asked.length).toBe(before);
  });

  test('a way with other numbers is never taken, however fast; nor is one that fails', async () => {
    const x = input('x', [256, 256]);
    const slow = [1, 2, 3, 4].reduce<Node>((y) => mul(relu(y), add(y, 1)), x);
    const question = (other: Node): Question =>
      questionOf({
        about: ['made up'],
        rule: 'right',
        ways: ['right', 'other'],
        nodes: [x],
        trial: (way) => trialOf({ y: way === 'right' ? slow : other }, {}),
      }) as Question;
    const answerTo = async (other: Node) => (await measure([question(other)], device, 10_000, true)).get('made up');
    expect(await answerTo(add(x, 0.01))).toMatchObject({ way: 'right' });
    expect(Object.keys((await answerTo(add(x, 0.01)))?.milliseconds ?? {})).not.toContain('other');
    expect(
      await answerTo(reshape(conv2d(reshape(x, [1, 1, 256, 256]), input('missing', [1, 1, 1, 1])), [256, 256])),
    ).toEqual({ way: 'right', milliseconds: {} });
    // Without time the rules answer, and nothing is run.
    const never = { ...device, open: () => Promise.reject(new Error('opened')) };
    expect((await measure([question(x)], never, 0, true)).get('made up')).toEqual({ way: 'right', milliseconds: {} });
  });
});

test('agreement is by the largest number, and NaN agrees with nothing', () => {
  expect(agrees([1000, 0.01], [1000.01, 0])).toBe(true);
  expect(agrees([1000, 1], [1000, 0])).toBe(false);
  expect(agrees([Number.NaN], [Number.NaN])).toBe(false);
  expect(agrees([1], [1, 2])).toBe(false);
  expect(agrees([0, 0], [0, 0])).toBe(true);
});

describe('a backend', () => {
  test('says what it chose and how long each way took; another process takes what was measured', async () => {
    const file = join(folder, 'cache', 'a.json');
    const first = backendWith({ file, seconds: 30 });
    const notes = await notesOf(first.backend, step());
    expect(notes.length).toBeGreaterThan(3);
    for (const note of notes) expect(note).toMatch(/: \w+, measured now \((\w+ [\d.e+-]+ ms(, )?){1,5}\)$/);
    const choices = first.kept.at(-1) as Choices;
    expect(notes.map((note) => note.split(', measured')[0]).toSorted()).toEqual(
      Object.entries(choices)
        .map(([key, way]) => `${key}: ${way}`)
        .toSorted(),
    );
    const second = backendWith({ file });
    const again = await notesOf(second.backend, step());
    expect(again.every((note) => note.includes(', measured before ('))).toBe(true);
    expect(second.kept).toEqual([choices]);
    // What is asked twice is answered once.
    await notesOf(second.backend, step());
    expect([second.kept.length, second.warned, first.warned]).toEqual([1, [], []]);
  });

  test('without rules broken: the default has the bits of rules, and no choices', async () => {
    const plain = onnx({ device: 'cpu', threads: 1 });
    const rules = onnx({ device: 'cpu', threads: 1, choices: 'rules' });
    const none = backendWith({ file: null, seconds: 0 });
    opened.push(plain, rules);
    expect(await notesOf(plain, step())).toEqual([]);
    const expected = bits(await trained(plain, START, 2));
    expect(bits(await trained(rules, START, 2))).toEqual(expected);
    // Nothing is measured in no time.
    expect(bits(await trained(none.backend, START, 2))).toEqual(expected);
    expect((await notesOf(none.backend, step())).every((note) => note.endsWith('by the rules, not measured'))).toBe(
      true,
    );
  });

  test('what is asked and not trained is not measured', async () => {
    const { backend, kept } = backendWith({ file: null, seconds: 30 });
    const { graph: whole, reads } = step();
    const asked = { graph: graph(new Map([['loss', whole.outputs.get('loss') as Node]])), reads, writes: [] };
    const notes = await notesOf(backend, asked);
    expect(notes.length).toBeGreaterThan(0);
    expect(notes.every((note) => note.endsWith('by the rules, not measured'))).toBe(true);
    // It holds for a training step that comes later: what was said of this run stays.
    expect(kept.length).toBe(1);
    expect(await notesOf(backend, step())).toEqual(expect.arrayContaining([...notes]));
    // A predictor's weights are constants, for which ONNX Runtime chooses by itself.
    const predictor = await backend.compile({ ...asked, reads: [], constants: START });
    expect(predictor.describe()).not.toContain('# choice');
  });

  test('a run that goes on has the same bits, whatever the file of the machine says by now', async () => {
    const keys = Object.keys(backendWith({ file: null, seconds: 0 }).kept[0] ?? (await probe()));
    const wayed = (ways: Readonly<Record<string, string>>): Choices =>
      Object.fromEntries(
        keys.flatMap((key) =>
          Object.entries(ways).flatMap(([op, way]) => (key.startsWith(`${op} `) ? [[key, way]] : [])),
        ),
      );
    const began = wayed({
      conv2dFilterGrad: 'swapped',
      conv2dInputGrad: 'transposed',
      maxPool2dGrad: 'taps',
      conv2d: 'plain',
    });
    const whole = await trained(backendWith({ known: began, file: null, seconds: 0 }).backend, START, 4);

    const before = backendWith({ known: began, file: null, seconds: 0 });
    const half = await trained(before.backend, START, 2);
    const recorded = JSON.parse(JSON.stringify(before.kept.at(-1) ?? began)) as Choices;
    const file = join(folder, 'other.json');
    const other = wayed({ conv2dFilterGrad: 'columns', conv2dInputGrad: 'flipped', maxPool2dGrad: 'unpooled' });
    await writeFile(file, await fileOf(await machineIn(file), other));

    const after = backendWith({ known: { ...began, ...recorded }, file });
    expect(bits(await trained(after.backend, half, 2))).toEqual(bits(whole));
    // Without the record the file would have its way, and other bits: the test can fail.
    const without = backendWith({ file, seconds: 0 });
    expect((await notesOf(without.backend, step())).join('\n')).toMatch(/conv2dFilterGrad.*: columns, measured before/);
    const bare = await trained(without.backend, half, 2);
    expect(bits(bare)).not.toEqual(bits(whole));
    // And yet the same numbers, but for rounding.
    for (const [name, { data }] of Object.entries(whole))
      expect(agrees(data as Float32Array, bare[name]?.data as Float32Array)).toBe(true);
  });

  test.each<[string, (machine: string) => Promise<string>]>([
    ['damaged', async () => '{"digest": "0", "machines": '],
    ['changed', async (machine) => (await fileOf(machine, {})).replace('"digest":"', '"digest":"0')],
    ['of other values', async (machine) => signed({ [machine]: { 'conv2d 1': { way: 7 } } })],
    ['no object', async () => 'null'],
    ['without machines', async () => '{}'],
  ])('a file that is %s is passed over with a word, and replaced', async (_, make) => {
    const file = join(folder, 'bad.json');
    await rm(file, { force: true });
    const machine = await machineIn(file);
    await writeFile(file, await make(machine));
    const { backend, warned } = backendWith({ file, seconds: 0.02 });
    expect((await notesOf(backend, step())).length).toBeGreaterThan(3);
    expect(warned).toEqual([`${file} is damaged: it was passed over`]);
    expect(Object.keys(JSON.parse(await readFile(file, 'utf8')).machines)).toEqual([machine]);
  });

  test('ways that are not possible are not taken, whoever names them', async () => {
    const file = join(folder, 'hostile.json');
    const keys = Object.keys(await probe());
    const nonsense = Object.fromEntries(keys.map((key) => [key, 'constructor']));
    await writeFile(file, await fileOf(await machineIn(file), nonsense));
    const { backend, kept } = backendWith({ file, seconds: 0 });
    expect((await notesOf(backend, step())).every((note) => note.endsWith('by the rules, not measured'))).toBe(true);
    expect(Object.values(kept.at(-1) as Choices)).not.toContain('constructor');
    // From a record, they stay there: on the machine that the run began on they may be possible.
    const given = backendWith({ known: { ...nonsense, ['__proto__']: 'x' }, file: null, seconds: 0 });
    const plain = onnx({ device: 'cpu', threads: 1 });
    opened.push(plain);
    expect(bits(await trained(given.backend, START, 2))).toEqual(bits(await trained(plain, START, 2)));
    expect(given.warned.length).toBe(keys.length);
    expect(given.warned[0]).toMatch(
      /^choice .*: \w+, by the rules: the constructor that was given is not possible here$/,
    );
  });

  test('rows that several threads would add to one place are refused there', async () => {
    const table = input('table', [200, 64]);
    const rows = embedding(input('at', [900], 'int32'), table);
    const dy = gradients(sum(mul(rows, rows)), [table])[0] as Node;
    const program = { graph: graph({ table: sub(table, dy) }), reads: ['table'], writes: ['table'] };
    const key = 'scatterAdd 900 rows into 200×64';
    expect(await notesOf(backendWith({ known: { [key]: 'rows' }, file: null, seconds: 0 }).backend, program)).toContain(
      `${key}: rows, given`,
    );
    const two = backendWith({ known: { [key]: 'rows' }, file: null, seconds: 0 }, 2);
    expect((await notesOf(two.backend, program)).join()).toContain('flat, by the rules: the rows that was given');
  });

  test('where the file cannot be written, it trains all the same', async () => {
    const { backend } = backendWith({ file: join(folder, 'cache', 'a.json', 'below', 'x.json'), seconds: 0.01 });
    expect((await notesOf(backend, step())).length).toBeGreaterThan(3);
  });
});

describe('options', () => {
  test.each<[unknown, RegExp]>([
    ['fastest', /invalid choices[\s\S]*received: fastest[\s\S]*rules, measured/],
    [true, /invalid choices/],
    [null, /invalid choices/],
  ])('%o is refused at once', (choices, message) => {
    expect(() => onnx({ choices } as OnnxOptions)).toThrow(message);
  });

  test.each<[unknown, RegExp]>([
    [{ budget: 1 }, /no option 'budget'|budget/],
    [{ known: ['a'] }, /choices\.known/],
    [{ known: { a: 1 } }, /choices\.known/],
    [{ seconds: -1 }, /choices\.seconds/],
    [{ seconds: Number.NaN }, /choices\.seconds/],
    [{ seconds: '1' }, /choices\.seconds/],
    [{ file: '' }, /choices\.file/],
    [{ file: 3 }, /choices\.file/],
    [{ keep: 'x' }, /choices\.keep/],
    [{ warn: {} }, /choices\.warn/],
  ])('%o is refused when the first program is compiled', async (choices, message) => {
    const backend = onnx({ choices } as OnnxOptions);
    opened.push(backend);
    await expect(backend.compile(step())).rejects.toThrow(message);
    await expect(backend.compile(step())).rejects.toThrow(ValueError);
  });

  test('they are for the processor of Node, and functions cannot travel to a worker', async () => {
    expect(() => onnx({ device: 'wasm', choices: 'measured' } as OnnxOptions)).toThrow(/no option choices[\s\S]*'cpu'/);
    const remote = onnx({ device: 'cpu', worker: true, choices: { keep: () => {} } });
    opened.push(remote);
    await expect(remote.compile(step())).rejects.toThrow(/choices\.keep[\s\S]*a function, with worker/);
  });
});

/** What is asked of the step, with the answers of the rules. */
async function probe(): Promise<Choices> {
  const { backend, kept } = backendWith({ file: null, seconds: 0 });
  await notesOf(backend, step());
  return kept.at(-1) as Choices;
}

/** The key of this machine, as a file that is written has it. */
async function machineIn(file: string): Promise<string> {
  await notesOf(backendWith({ file, seconds: 0.001 }).backend, step());
  return Object.keys(JSON.parse(await readFile(file, 'utf8')).machines)[0] as string;
}

async function signed(machines: object): Promise<string> {
  return JSON.stringify({ digest: await digestOf(JSON.stringify(machines)), machines });
}

function fileOf(machine: string, choices: Choices): Promise<string> {
  return signed({
    [machine]: Object.fromEntries(
      Object.entries(choices).map(([key, way]) => [key, { way, milliseconds: { [way]: 1 }, seconds: 1 }]),
    ),
  });
}
