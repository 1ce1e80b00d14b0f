import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as core from '@descent/core';
import { createTrainer, DescentError, type Layer, type NDArray } from '@descent/core';
import { key } from '@descent/core/random';
import { referenceBackend } from '@descent/core/reference';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import {
  buildInitializer,
  buildLayer,
  buildLoss,
  buildMetrics,
  buildOptimizer,
  buildRecipe,
  type Call,
  type CallDescription,
  type CallKind,
  describeCalls,
  parseConfig,
  validateConfig,
} from '../src/public/config.ts';

const ENTRY = fileURLToPath(new URL('../src/public/config.ts', import.meta.url));

/** What a page that holds `contents` fetches at once: modules with code in it, and its gzipped size. */
async function pageOf(contents: string): Promise<{ readonly inputs: readonly string[]; readonly bytes: number }> {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('..', import.meta.url)), loader: 'ts' },
    bundle: true,
    write: false,
    minify: true,
    metafile: true,
    format: 'esm',
    splitting: true,
    outdir: '/out',
    platform: 'browser',
    conditions: ['@descent/source'],
    logLevel: 'error',
  });
  const [name, { inputs }] = Object.entries(metafile.outputs).find(
    ([, { entryPoint }]) => entryPoint === '<stdin>',
  ) as [string, (typeof metafile.outputs)[string]];
  const file = outputFiles.find(({ path }) => path.endsWith(name.split('/').at(-1) as string));
  return {
    inputs: Object.keys(inputs).filter((input) => (inputs[input]?.bytesInOutput ?? 0) > 0),
    bytes: gzipSync(file?.contents ?? new Uint8Array()).length,
  };
}

describe('in a browser', () => {
  test('nothing of Node is reachable', async () => {
    // A module of Node is not found, which fails the build.
    const { inputs } = await pageOf(`export * from ${JSON.stringify(ENTRY)};`);
    expect(inputs.length).toBeGreaterThan(20);
    expect(inputs.filter((file) => /\/node\/|commander|jiti|onnxruntime|picocolors/.test(file))).toEqual([]);
  });

  test('what makes calls and describes them is small, and holds no validation', async () => {
    const { inputs, bytes } = await pageOf(`export { buildRecipe, describeCalls } from ${JSON.stringify(ENTRY)};`);
    expect(inputs.filter((file) => file.includes('zod') || file.includes('packages/datasets/'))).toEqual([]);
    expect(bytes).toBeLessThan(76_500);
  });

  test('validation has no languages of zod that nobody reads', async () => {
    const { inputs, bytes } = await pageOf(`export { validateConfig } from ${JSON.stringify(ENTRY)};`);
    expect(inputs.filter((file) => file.includes('zod/v4/locales/')).length).toBeLessThan(2);
    expect(bytes).toBeLessThan(44_000);
  });
});

describe('parseConfig', () => {
  const text =
    '{ "model": ["flatten", ["linear", 784, 10]], "data": "mnist-sample", "optimizer": ["sgd", { "lr": 0.1 }] }';

  test('reads JSON and says what is wrong in it', () => {
    expect(parseConfig(text).data).toEqual({ name: 'mnist-sample' });
    expect(() => parseConfig(text.replace('}]', '}]]'), 'link')).toThrow(/^link: the config is not JSON/m);
    expect(() => parseConfig(text.replace('model', 'modle'), 'link')).toThrow(
      /modle: unknown key; did you mean 'model'/,
    );
    expect(() => validateConfig(null)).toThrow(/received null, expected an object/);
  });

  test('keys of prototypes are unknown keys', () => {
    const hostile = text.replace('{', '{ "__proto__": { "epochs": 3 }, "constructor": 1, ');
    expect(() => parseConfig(hostile)).toThrow(/constructor: unknown key/);
    expect(({} as { epochs?: number }).epochs).toBeUndefined();
    expect(() => buildLayer('constructor')).toThrow(/there is no layer 'constructor'/);
  });
});

describe('buildRecipe', () => {
  const config = { model: ['flatten', ['linear', 4, 3]], optimizer: ['sgd', { lr: 0.1 }] } as const;

  test('fills in what the command fills in', () => {
    const classes = buildRecipe(config, { name: 'x', task: 'classification' });
    expect([classes.loss.label, classes.metrics.map(({ name }) => name)]).toEqual(['crossEntropy', ['accuracy']]);
    const numbers = buildRecipe(config, { name: 'x', task: 'regression' });
    expect([numbers.loss.label, numbers.metrics]).toEqual(['mse', []]);
    expect([classes.batchSize, classes.epochs, classes.seed]).toEqual([64, 10, 0]);
  });

  test('refuses classes where there are numbers, and says where a call is wrong', () => {
    const task = { name: 'houses', task: 'regression' } as const;
    expect(() => buildRecipe({ ...config, loss: 'crossEntropy' }, task)).toThrow(/houses holds numbers to predict/);
    expect(() => buildRecipe({ ...config, model: [['linear', 0, 3]] }, task)).toThrow(/^model\.0 › inFeatures/m);
  });
});

const BUILD: Readonly<Record<Exclude<CallKind, 'schedule'>, (call: Call) => unknown>> = {
  initializer: (call) => buildInitializer(call),
  layer: (call) => buildLayer(call),
  loss: buildLoss,
  metric: (call) => buildMetrics([call])[0],
  optimizer: buildOptimizer,
};

/** Arguments that fit most functions, by the kind of the argument. */
const SOME: Readonly<Record<string, unknown>> = {
  count: 2,
  size: 2,
  number: 0.5,
  numbers: 1,
  rate: 0.1,
  layer: 'relu',
  layers: { a: 'relu', b: 'tanh' },
  loss: 'mse',
  metric: 'accuracy',
  optimizer: 'adam',
  parts: { output: 'a', target: 'b' },
  share: 0.5,
  positive: 0.5,
  any: 1,
};

/** Where the kind alone says too little. */
const SOME_OF: Readonly<Record<string, unknown>> = {
  normalizedShape: 2,
  numGroups: 1,
  dim: 1,
  sizes: [-1, 1],
  shape: [-1],
  dims: [0, 1],
  padding: 1,
  columns: [
    { size: 2, dim: 1 },
    { size: 3, dim: 2, paddingIdx: 0 },
    { size: 2, dim: 3 },
  ],
  'weightNorm.layer': ['linear', 2, 2],
  'spectralNorm.layer': ['linear', 2, 2],
  'quantizeAware.model': ['linear', 2, 2],
  'quantizeAware.what': { kind: 'linear' },
  'tie.model': ['sequential', ['linear', 2, 2], ['linear', 2, 2]],
  'tie.tied': { '1.weight': '0.weight' },
  'transformerDecoder.layer': ['transformerDecoderLayer', 2, 2, { dimFeedforward: 4 }],
  'transformerEncoder.layer': ['transformerEncoderLayer', 2, 2, { dimFeedforward: 4 }],
};

/** The arguments of a call: those that must be given, those besides whose default is known, or all. */
type Which = 'needed' | 'known' | 'all';

/** A call with such arguments, and `options` beside. */
function callOf({ name, args, options }: CallDescription, extra: object = {}, which: Which = 'needed'): Call {
  const front = args
    .filter((one) => !one.isOptional || which === 'all' || (which === 'known' && one.default !== undefined))
    .map((one) => one.default ?? SOME_OF[`${name}.${one.name}`] ?? SOME_OF[one.name] ?? SOME[one.kind]);
  const needed = options.filter(({ isOptional }) => !isOptional).map((one) => [one.name, SOME[one.kind]] as const);
  const given = { ...Object.fromEntries(needed), ...extra };
  return Object.keys(given).length === 0 ? [name, ...front] : [name, ...front, given];
}

describe('describeCalls', () => {
  const KINDS = ['initializer', 'layer', 'loss', 'metric', 'optimizer', 'schedule'] as const;

  test('names what core exports, and leaves out what takes functions', () => {
    const layers = describeCalls('layer').map(({ name }) => name);
    expect(layers).toContain('conv2d');
    expect(layers).not.toContain('layer');
    for (const kind of KINDS) {
      for (const { name } of describeCalls(kind)) expect(Object.keys(core)).toContain(name);
    }
  });

  test.each(KINDS.filter((kind) => kind !== 'layer'))('the README names every %s', (kind) => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const names = describeCalls(kind).map(({ name }) => `\`${name}\``);
    expect(readme).toContain(`| ${kind} | ${names.sort().join(', ')} |`);
  });

  test.each(KINDS.filter((kind) => kind !== 'schedule'))('what it says may be given to a %s may be given', (kind) => {
    for (const description of describeCalls(kind)) {
      if (description.rest !== null) continue;
      expect(() => BUILD[kind](callOf(description)), description.name).not.toThrow();
      expect(() => BUILD[kind](callOf(description, {}, 'all')), description.name).not.toThrow();
      // One argument too few is one that was said to be needed.
      const needed = description.args.filter(({ isOptional }) => !isOptional).length;
      const missing = description.options.some(({ isOptional }) => !isOptional);
      if (needed === 0 && !missing) continue;
      expect(() => BUILD[kind]([description.name]), description.name).toThrow(DescentError);
    }
  });

  test('a default that is named is the one that the function takes: layers give the same numbers', async () => {
    for (const description of describeCalls('layer')) {
      const defaults = defaultsOf(description);
      if (Object.keys(defaults).length === 0 && description.args.every(({ isOptional }) => !isOptional)) continue;
      const plain = await lossesOf(callOf(description), ['sgd', { lr: 0.1 }]);
      const said = await lossesOf(callOf(description, defaults, 'known'), ['sgd', { lr: 0.1 }]);
      expect(said, description.name).toEqual(plain);
    }
  });

  test('… and so do optimizers', async () => {
    for (const description of describeCalls('optimizer')) {
      if (description.args.length > 0) continue;
      const plain = await lossesOf(['linear', 2, 2], callOf(description));
      const said = await lossesOf(['linear', 2, 2], callOf(description, defaultsOf(description)));
      expect(said, description.name).toEqual(plain);
    }
  });

  test('… and so do initializers', () => {
    for (const description of describeCalls('initializer')) {
      const shape = description.name === 'diracInit' ? [4, 2, 3] : [4, 4];
      const drawn = (call: Call) => buildInitializer(call)(key(1), shape);
      const said = drawn(callOf(description, defaultsOf(description)));
      expect(said, description.name).toEqual(drawn(callOf(description)));
    }
  });
});

function defaultsOf({ options }: CallDescription): object {
  return Object.fromEntries(
    options.filter((one) => one.default !== undefined).map((one) => [one.name, one.default] as const),
  );
}

const floats = (shape: readonly number[], seed: number): NDArray => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(seed + i * 1.7)),
});

const SEQUENCES = /^(multihead|transformer|sinusoidal|learnedPositions|rnn|lstm|gru)/;

/** A network of a layer behind a first one with parameters, and a batch that it takes. */
function networkOf(call: Call): { readonly model: Layer; readonly x: NDArray } {
  const name = typeof call === 'string' ? call : call[0];
  const layer = buildLayer(call) as Layer;
  const twice = (names: readonly string[]): Layer =>
    core.parallel(Object.fromEntries(names.map((part) => [part, core.linear(3, 2)]))) as never;
  const after = (front: Layer): Layer => core.sequential(front, layer) as Layer;
  if (/embedding/i.test(name))
    return {
      model: layer,
      x: core.ndarray(
        'int32',
        [4, 3],
        Int32Array.from({ length: 12 }, (_, i) => i % 2),
      ),
    };
  if (name === 'concat') return { model: after(twice(['a', 'b'])), x: floats([4, 3], 1) };
  if (name.startsWith('transformerDecoder')) return { model: after(twice(['tgt', 'memory'])), x: floats([4, 2, 3], 1) };
  if (SEQUENCES.test(name)) return { model: after(core.linear(3, 2)), x: floats([4, 2, 3], 1) };
  const axes = Number(/(\d)d$/.exec(name)?.[1] ?? (['pad', 'upsample'].includes(name) ? 2 : 0));
  if (axes === 0) return { model: after(core.linear(3, 2)), x: floats([4, 3], 1) };
  const convolution = [core.conv1d, core.conv2d, core.conv3d][axes - 1]?.(1, 2, 1) as Layer;
  return { model: after(convolution), x: floats([4, 1, ...Array.from({ length: axes }, () => 5)], 1) };
}

/** Losses of three steps, and then the outputs. */
async function lossesOf(call: Call, optimizer: Call): Promise<readonly number[]> {
  const { model, x } = networkOf(call);
  const { outputShape } = core
    .summarize(model, { shape: x.shape.slice(1), dtype: x.dtype as 'int32' })
    .rows.at(-1) as core.SummaryRow;
  const trainer = await createTrainer({
    model,
    loss: core.mse(),
    optimizer: buildOptimizer(optimizer),
    metrics: [],
    seed: 3,
    backend: referenceBackend(),
  });
  const y = floats([4, ...outputShape.slice(1)], 2);
  const losses: number[] = [];
  for (let step = 0; step < 3; step++) losses.push((await trainer.step(x, y)).loss);
  // Running statistics show only here.
  return [...losses, ...(await trainer.predict(x)).data];
}
