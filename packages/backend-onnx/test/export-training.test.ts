import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  exportOnnx,
  exportTraining,
  loadOnnx,
  onnx,
  readTrainingState,
  type TrainingExport,
} from '@descent/backend-onnx';
import {
  accumulate,
  accuracy,
  adam,
  batchNorm2d,
  conv2d,
  cosine,
  createTrainer,
  crossEntropy,
  decodeSafetensors,
  dropout,
  embedding,
  encodeSafetensors,
  f1,
  flatten,
  layer,
  linear,
  lookahead,
  type Metric,
  maxPool2d,
  mse,
  type NDArray,
  type Node,
  ndarray,
  type Optimizer,
  relu,
  sequential,
  sgd,
} from '@descent/core';
import { add, constant, mean as meanOf, mul } from '@descent/core/ops';
import { drawsAt, stepGraphs } from '@descent/core/programs';
import { fold, key, normal, randint } from '@descent/core/random';
import { afterAll, describe, expect, test } from 'vitest';
import { nodesOf } from './file-nodes.ts';

const folder = mkdtempSync(join(tmpdir(), 'descent-training-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Arrays = Readonly<Record<string, NDArray>>;

const network = sequential(
  conv2d(1, 4, 3, { padding: 1 }),
  batchNorm2d(4),
  relu(),
  dropout(0.3),
  maxPool2d(2),
  flatten(),
  linear(64, 10),
  relu(),
  dropout(0.5),
  linear(10, 3),
);

function batch(i: number, size = 8): { readonly x: NDArray; readonly y: NDArray } {
  const x = new Float32Array(size * 64);
  const y = new Int32Array(size);
  normal(fold(key(i), 'x'), x);
  randint(fold(key(i), 'y'), y, 0, 3);
  return { x: ndarray('float32', [size, 1, 8, 8], x), y: ndarray('int32', [size], y) };
}

const scalar = (value: number, dtype: 'float32' | 'int32' = 'int32'): NDArray =>
  dtype === 'int32' ? ndarray('int32', [], Int32Array.of(value)) : ndarray('float32', [], Float32Array.of(value));

/** Shows more bits of an output than its loss. */
const mean: Metric = { name: 'mean', better: 'lower', apply: (output) => meanOf(output) };

/** A loop as another language writes it: the manifest says what to feed. */
async function train(
  { files, manifest }: TrainingExport,
  steps: number,
  of: (i: number) => { readonly x: NDArray; readonly y: NDArray },
): Promise<{ readonly state: Arrays; readonly losses: readonly number[]; readonly last: Arrays }> {
  const session = await loadOnnx(files[manifest.trainStep.file] as Uint8Array, { threads: 1 });
  let state: Arrays = decodeSafetensors(files[manifest.state] as Uint8Array).tensors;
  const losses: number[] = [];
  let last: Arrays = {};
  for (let step = 1; step <= steps; step++) {
    const { x, y } = of(step);
    const feeds: Record<string, NDArray> = {};
    for (const { name, role, value } of manifest.trainStep.inputs) {
      if (role === 'samples') feeds[name] = x;
      else if (role === 'targets') feeds[name] = y;
      else if (role === 'step') feeds[name] = scalar(step);
      else if (role === 'seed') feeds[name] = scalar(value as number);
      else if (role === 'learning rate') feeds[name] = scalar(value as number, 'float32');
      else feeds[name] = state[name] as NDArray;
    }
    last = await session.run(feeds);
    losses.push(last['loss']?.data[0] as number);
    const next = manifest.trainStep.outputs.flatMap((o) =>
      o.next === undefined ? [] : [[o.next, last[o.name] as NDArray] as const],
    );
    if (last['ok']?.data[0] === 1) state = { ...state, ...Object.fromEntries(next) };
  }
  session.dispose();
  return { state, losses, last };
}

const optimizers: Readonly<Record<string, () => Optimizer>> = {
  sgd: () => sgd({ lr: 0.05, momentum: 0.9 }),
  adam: () => adam({ lr: 0.01 }),
  'a schedule': () => adam({ lr: cosine({ lr: 0.02, steps: 6 }) }),
  'groups, periods and sums': () =>
    accumulate(
      3,
      lookahead(
        2,
        0.5,
        sgd({
          lr: 0.05,
          groups: [
            { match: /^0/, lr: 0.001 },
            { match: /^6/, lrFactor: 0.3 },
          ],
        }),
      ),
    ),
};

describe('ten steps by the files alone are those of a trainer, bit for bit', () => {
  test.for(Object.entries(optimizers))('%s', async ([, make]) => {
    const optimizer = make();
    const exported = await exportTraining(network, {
      loss: crossEntropy(),
      optimizer,
      metrics: [accuracy()],
      sample: { shape: [1, 8, 8] },
      target: { shape: [], dtype: 'int32' },
      seed: 7,
      batchSize: 8,
      steps: 1000,
    });
    const { state, losses } = await train(exported, 10, batch);
    const backend = onnx({ threads: 1, graphOptimizationLevel: 'extended' });
    const trainer = await createTrainer({
      model: network,
      loss: crossEntropy(),
      optimizer,
      metrics: [accuracy()],
      backend,
      seed: 7,
    });
    const wanted: number[] = [];
    for (let step = 1; step <= 10; step++) {
      const { x, y } = batch(step);
      wanted.push((await trainer.step(x, y)).loss);
    }
    expect(losses).toEqual(wanted);
    const { parameters, slots } = await trainer.state();
    const read = readTrainingState(encodeSafetensors(state, { step: '10' }));
    expect(read.step).toBe(10);
    expect(read.parameters).toEqual(parameters);
    expect(read.slots).toEqual(slots);
    trainer.dispose();
    await backend.dispose();
  });
});

test('files have plain convolutions where a trainer may have them in blocks: the steps agree to rounding', async () => {
  const model = sequential(conv2d(1, 16, 3, { padding: 1 }), relu(), conv2d(16, 16, 3), flatten(), linear(576, 3));
  const [loss, optimizer] = [crossEntropy(), sgd({ lr: 0.02, momentum: 0.9 })];
  const [sample, target] = [{ shape: [1, 8, 8] }, { shape: [], dtype: 'int32' }] as const;
  const exported = await exportTraining(model, { loss, optimizer, sample, target, seed: 7, batchSize: 8, steps: 10 });
  for (const bytes of Object.values(exported.files)) expect(Buffer.from(bytes).includes('nchwc')).toBe(false);
  const { losses } = await train(exported, 3, batch);
  const backend = onnx({ threads: 1 });
  const trainer = await createTrainer({ model, loss, optimizer, backend, seed: 7 });
  for (const [i, own] of losses.entries()) {
    const { x, y } = batch(i + 1);
    expect(Math.abs((await trainer.step(x, y)).loss - own) / own).toBeLessThan(1e-5);
  }
  trainer.dispose();
  await backend.dispose();
});

test('seeds of any size give the masks and the uniform numbers of a trainer, at any step', async () => {
  // Shapes of odd sizes, and paths of odd and even lengths, which keys are made of.
  const shaken = layer('shaken', {}, (x: Node, _, { training, random }) => {
    if (!training) return x;
    const share = random({ kind: 'uniform', low: -0.1, high: 0.3 }, x.type.shape);
    return add(mul(x, share), random({ kind: 'uniform', low: -1, high: 0 }, [5]));
  });
  const network = sequential({ a: shaken, bcd: dropout(0.37), last: shaken });
  const options = { loss: mse(), optimizer: sgd({ lr: 0 }), metrics: [mean] };
  const exported = await exportTraining(network, {
    ...options,
    sample: { shape: [5] },
    target: { shape: [5] },
    batchSize: 3,
  });
  const graphs = stepGraphs({ model: network, ...options });
  const type = { dtype: 'float32', shape: [3, 5] } as const;
  const { draws, graph } = graphs.train({ x: type, y: type });
  expect(draws).toHaveLength(5);
  const backend = onnx({ threads: 1 });
  const executable = await backend.compile({ graph, reads: [], writes: [] });
  const session = await loadOnnx(exported.files['train_step.onnx'] as Uint8Array, { threads: 1 });
  const x = ndarray(
    'float32',
    [3, 5],
    Float32Array.from({ length: 15 }, (_, i) => i + 1),
  );
  const y = ndarray('float32', [3, 5], new Float32Array(15));
  for (const [seed, step] of [
    [0, 1],
    [1, 2],
    [-1, 3],
    [-(2 ** 31), 1000],
    [2 ** 31 - 1, 2 ** 31 - 1],
  ] as const) {
    const wanted = await executable.run({ x, y, ...drawsAt(options, seed, draws, step) });
    const got = await session.run({ x, y, step: scalar(step), seed: scalar(seed) });
    expect(got['metrics/mean']).toEqual(wanted['metrics/mean']);
    expect(got['loss']).toEqual(wanted['loss']);
  }
  session.dispose();
  executable.dispose();
  await backend.dispose();
});

const classes = {
  loss: crossEntropy(),
  optimizer: sgd({ lr: 0.1 }),
  sample: { shape: [4] },
  target: { shape: [], dtype: 'int32' },
  batchSize: 3,
} as const;

const fed = (name: string, labels: readonly number[], state: Arrays, step = 1): Arrays => ({
  ...state,
  x: ndarray('float32', [labels.length, 4], new Float32Array(labels.length * 4).fill(0.5)),
  y: ndarray('int32', [labels.length], Int32Array.from(labels)),
  ...(name === 'train_step.onnx' && {
    step: scalar(step),
    learning_rate: scalar(0.1, 'float32'),
  }),
});

test('a target that is no class makes ok false and the loss NaN, as does an index without a row', async () => {
  const { files } = await exportTraining(linear(4, 3), classes);
  const state = decodeSafetensors(files['state.safetensors'] as Uint8Array).tensors;
  for (const name of ['train_step.onnx', 'evaluate.onnx']) {
    const session = await loadOnnx(files[name] as Uint8Array);
    const good = await session.run(fed(name, [0, 1, 2], state));
    expect([good['ok']?.data[0], Number.isFinite(good['loss']?.data[0])]).toEqual([1, true]);
    for (const label of [3, -1, 2 ** 30]) {
      const bad = await session.run(fed(name, [0, label, 2], state));
      expect([bad['ok']?.data[0], bad['loss']?.data[0]]).toEqual([0, Number.NaN]);
    }
    session.dispose();
  }
  const words = sequential(embedding(5, 4), flatten(), linear(8, 2));
  const indexed = await exportTraining(words, { ...classes, sample: { shape: [2], dtype: 'int32' } });
  const session = await loadOnnx(indexed.files['evaluate.onnx'] as Uint8Array);
  const own = decodeSafetensors(indexed.files['state.safetensors'] as Uint8Array).tensors;
  const ask = async (word: number): Promise<unknown> =>
    (
      await session.run({
        ...own,
        x: ndarray('int32', [1, 2], Int32Array.of(1, word)),
        y: ndarray('int32', [1], Int32Array.of(1)),
      })
    )['ok']?.data[0];
  expect(await ask(4)).toBe(1);
  // The lookup itself refuses what the check would find.
  for (const word of [5, -1]) await expect(ask(word)).rejects.toThrow(/out of data bounds/);
  session.dispose();
});

test('a step that is not finite makes ok false; a step that is none, or behind the end of a table, is refused', async () => {
  const { files } = await exportTraining(linear(4, 3), {
    ...classes,
    optimizer: sgd({ lr: (step) => 1 / step }),
    steps: 20,
  });
  const state = decodeSafetensors(files['state.safetensors'] as Uint8Array).tensors;
  const session = await loadOnnx(files['train_step.onnx'] as Uint8Array);
  const { learning_rate: _, ...feeds } = fed('train_step.onnx', [0, 1, 2], state, 20);
  expect((await session.run(feeds))['ok']?.data[0]).toBe(1);
  const x = ndarray('float32', [3, 4], new Float32Array(12).fill(Number.NaN));
  expect((await session.run({ ...feeds, x }))['ok']?.data[0]).toBe(0);
  for (const step of [0, -1, 21]) await expect(session.run({ ...feeds, step: scalar(step) })).rejects.toThrow(/Gather/);
  session.dispose();
});

test('nodes are called after layers, and after what else a step does', async () => {
  const block = layer('block', { norm: batchNorm2d(4), act: relu() }, (x: Node, { norm, act }) => act(norm(x)));
  const model = sequential({ conv: conv2d(1, 4, 3), block, drop: dropout(0.5), flat: flatten(), head: linear(16, 3) });
  const { files } = await exportTraining(model, {
    ...{ loss: crossEntropy(), optimizer: adam({ lr: 0.01 }), batchSize: 4 },
    ...{ sample: { shape: [1, 4, 4] }, target: { shape: [], dtype: 'int32' }, verify: false },
  });
  const namesOf = async (file: string): Promise<readonly string[]> =>
    (await nodesOf(files[file] as Uint8Array)).map(({ name }) => name);
  const layers = ['conv', 'block.norm', 'block.act', 'flat', 'head'];
  expect(await namesOf('predict.onnx')).toEqual(layers);
  const partsOf = (names: readonly string[]): readonly string[] => [
    ...new Set(names.map((n) => n.replace(/\/[^/]*$/, ''))),
  ];
  expect(partsOf(await namesOf('evaluate.onnx'))).toEqual(['loss', ...layers, 'check']);
  const step = await namesOf('train_step.onnx');
  expect(new Set(step).size).toBe(step.length);
  expect(partsOf(step).toSorted()).toEqual(
    [
      ...['random', 'step', 'loss', ...layers, 'drop', 'gradients', 'check'],
      ...['conv', 'block.norm', 'head'].flatMap((name) => [`update/${name}.weight`, `update/${name}.bias`]),
    ].toSorted(),
  );
});

test('parameters are in no file but that of the state; large tables are where externalData says', async () => {
  const size = 300;
  const positions = ndarray(
    'float32',
    [size],
    Float32Array.from({ length: size }, (_, i) => i),
  );
  const shifted = layer('shifted', {}, (x: Node) => add(x, constant(positions)));
  const model = sequential(shifted, linear(size, size), relu(), linear(size, 2));
  const options = { ...classes, sample: { shape: [size] }, freeze: /^1/, steps: 1000 };
  const whole = await exportTraining(model, { ...options, verify: false });
  const sizes = Object.entries(whole.files).map(([name, { length }]) => [name, length < 40_000]);
  expect(sizes.filter(([, isSmall]) => !isSmall)).toEqual([['state.safetensors', false]]);
  const to = join(folder, 'beside');
  const { files } = await exportTraining(model, { ...options, externalData: 0, folder: to });
  const beside = ['train_step', 'evaluate', 'predict'].map((name) => `${name}.onnx.data`);
  expect(Object.keys(files).filter((name) => name.endsWith('.data'))).toEqual(beside);
  expect(readdirSync(to).toSorted()).toEqual(Object.keys(files).toSorted());
  const state = decodeSafetensors(files['state.safetensors'] as Uint8Array).tensors;
  const feeds = { ...state, x: ndarray('float32', [1, size], new Float32Array(size).fill(0.5)) };
  const [a, b] = [await loadOnnx(join(to, 'predict.onnx')), await loadOnnx(whole.files['predict.onnx'] as Uint8Array)];
  expect(await a.run(feeds)).toEqual(await b.run(feeds));
  a.dispose();
  b.dispose();
});

test('random numbers can be fed, with what they are in the manifest; Gaussian ones only so', async () => {
  const noise = layer('noise', {}, (x: Node, _, { training, random }) =>
    training ? add(x, random({ kind: 'normal', mean: 0, std: 0.1 }, x.type.shape)) : x,
  );
  const noisy = sequential(noise, linear(4, 3));
  await expect(exportTraining(noisy, classes)).rejects.toThrow(/Gaussian random numbers.*random: 'fed'/s);
  await expect(exportTraining(sequential(dropout(0.5), linear(4, 3)), { ...classes, opset: 17 })).rejects.toThrow(
    /opset 18 or later/,
  );
  const { manifest } = await exportTraining(noisy, { ...classes, random: 'fed', opset: 17 });
  const draws = manifest.trainStep.inputs.filter(({ role }) => role === 'random numbers');
  expect(draws.map(({ shape, distribution }) => [shape, distribution])).toEqual([
    [[3, 4], { kind: 'normal', mean: 0, std: 0.1 }],
  ]);
});

test('what training left becomes an exported network, and the folder has all files', async () => {
  const to = join(folder, 'made', 'here');
  const exported = await exportTraining(linear(4, 3), { ...classes, folder: to, labels: ['a', 'b', 'c'] });
  expect(readdirSync(to).sort()).toEqual(Object.keys(exported.files).sort());
  expect(JSON.parse(readFileSync(join(to, 'manifest.json'), 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(exported.manifest)),
  );
  const { state } = await train(exported, 5, (i) => ({
    x: ndarray(
      'float32',
      [3, 4],
      Float32Array.from({ length: 12 }, (_, k) => (k * i) % 5),
    ),
    y: ndarray('int32', [3], Int32Array.of(0, 1, 2)),
  }));
  const { parameters, step } = readTrainingState(encodeSafetensors(state));
  expect(step).toBe(0);
  const { bytes } = await exportOnnx(linear(4, 3), { parameters, sample: { shape: [4] } });
  const [file, predict] = [await loadOnnx(bytes), await loadOnnx(readFileSync(join(to, 'predict.onnx')))];
  expect(predict.labels).toEqual(['a', 'b', 'c']);
  const x = ndarray('float32', [2, 4], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  expect((await predict.run({ ...state, x }))['logits']).toEqual(await file.predict(x));
  file.dispose();
  predict.dispose();
});

test('options that do not fit are refused before anything is written', async () => {
  const to = join(folder, 'nothing');
  const wrong = (options: object): Promise<unknown> =>
    exportTraining(linear(4, 3), { ...classes, folder: to, ...options } as never);
  for (const batchSize of [0, -1, 1.5, '8', Number.NaN])
    await expect(wrong({ batchSize })).rejects.toThrow(/an integer of at least 1/);
  for (const steps of [0, 1e9]) await expect(wrong({ steps })).rejects.toThrow(/invalid steps/);
  await expect(wrong({ seed: 0.5 })).rejects.toThrow(/invalid seed/);
  await expect(wrong({ random: 'none' })).rejects.toThrow(/'seed' or 'fed'/);
  await expect(wrong({ opset: 5 })).rejects.toThrow(/opset is not supported/);
  await expect(wrong({ folder: '' })).rejects.toThrow(/an empty text/);
  await expect(wrong({ externalData: -1 })).rejects.toThrow(/invalid externalData/);
  await expect(wrong({ labels: ['a'] })).rejects.toThrow(/1 labels/);
  await expect(wrong({ target: undefined })).rejects.toThrow(/target/);
  await expect(wrong({ freeze: null })).rejects.toThrow(/freeze/);
  await expect(wrong({ sample: { shape: ['n'] } })).rejects.toThrow(/samples of one size/);
  await expect(wrong({ sample: { shape: [5] } })).rejects.toThrow(/linear/);
  await expect(wrong({ metrics: [f1()] })).rejects.toThrow(/cannot have this metric/);
  await expect(wrong({ lossFunction: mse() })).rejects.toThrow(/lossFunction/);
  await expect(wrong({ parameters: {} })).rejects.toThrow(/weight/);
  expect(readdirSync(folder)).not.toContain('nothing');
  expect(() => readTrainingState(encodeSafetensors({ weight: ndarray('float32', [1], Float32Array.of(1)) }))).toThrow(
    /parameters\/ or optimizer\//,
  );
  expect(() =>
    readTrainingState(
      encodeSafetensors({ 'parameters/w': ndarray('float32', [1], Float32Array.of(1)) }, { step: 'x' }),
    ),
  ).toThrow(/no number of steps/);
});

const python = process.env['DESCENT_PYTHON'] ?? 'python3';

test('the loop in Python of the documentation trains as a trainer does', async ({ skip }) => {
  let version = '';
  try {
    const asked = 'import onnx, onnxruntime, safetensors.numpy; print(onnxruntime.__version__)';
    version = execFileSync(python, ['-c', asked], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    const reason = `'${python} -c "import onnx, onnxruntime, safetensors"' fails: set DESCENT_PYTHON to a Python that has them`;
    console.log(`the loop in Python: not run: ${reason}`);
    skip(true, reason);
  }
  const to = join(folder, 'python');
  const recipe = { loss: crossEntropy(), optimizer: adam({ lr: 0.01 }), metrics: [accuracy()], seed: 7 };
  const { files } = await exportTraining(network, {
    ...recipe,
    sample: { shape: [1, 8, 8] },
    target: { shape: [], dtype: 'int32' },
    batchSize: 8,
    folder: to,
  });
  const all = batch(1, 80);
  writeFileSync(join(to, 'data.safetensors'), encodeSafetensors({ x: all.x, y: all.y }));
  const page = readFileSync(new URL('../../../docs/onnx-training-artefact.md', import.meta.url), 'utf8');
  const [, script = ''] = /```python\n(.*?)```/s.exec(page) ?? [];
  expect(script.trim().split('\n').length).toBeLessThanOrEqual(42);
  writeFileSync(join(to, 'train.py'), script);
  const check = `import onnx\nfor name in ${JSON.stringify(Object.keys(files).filter((name) => name.endsWith('.onnx')))}:\n  onnx.checker.check_model(onnx.load(name), full_check=True)\n  assert all(n.domain == '' for n in onnx.load(name).graph.node)`;
  execFileSync(python, ['-c', check], { cwd: to });
  const said = execFileSync(python, [join(to, 'train.py'), to, '1'], { encoding: 'utf8' });
  const losses = said
    .split('\n')
    .flatMap((line) => /^\d+ (.*)$/.exec(line)?.[1] ?? [])
    .map(Number);
  expect(losses).toHaveLength(10);
  expect(said).toMatch(/'metrics\/accuracy': \d/);

  const backend = onnx({ threads: 1 });
  const trainer = await createTrainer({ model: network, ...recipe, backend });
  const rows = ({ dtype, shape, data }: NDArray, from: number): NDArray => {
    const size = data.length / 80;
    return { dtype, shape: [8, ...shape.slice(1)], data: data.slice(from * size, (from + 8) * size) } as NDArray;
  };
  const wanted: number[] = [];
  for (let start = 0; start < 80; start += 8)
    wanted.push((await trainer.step(rows(all.x, start), rows(all.y, start))).loss);
  const state = await trainer.state();
  const read = readTrainingState(readFileSync(join(to, 'trained.safetensors')));
  expect(read.step).toBe(10);
  const { version: own } = JSON.parse(
    readFileSync(new URL('../node_modules/onnxruntime-node/package.json', import.meta.url), 'utf8'),
  ) as { readonly version: string };
  const isSame = JSON.stringify(losses) === JSON.stringify(wanted);
  if (version === own) expect(isSame).toBe(true);
  else
    console.log(
      `the loop in Python: onnxruntime ${version}, here ${own}; the losses are ${isSame ? 'the same bits' : 'compared to rounding'}`,
    );
  for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(wanted[i] as number, 5);
  for (const [name, { data }] of Object.entries(state.parameters))
    for (const [i, v] of Array.from(read.parameters[name]?.data as Float32Array).entries())
      expect(Math.abs(v - (data[i] as number))).toBeLessThan(1e-3);
  trainer.dispose();
  await backend.dispose();
});
