import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { learningRate } from '@descent/core';
import { describe, expect, test } from 'vitest';
import { buildOptimizer } from '../src/config/calls.ts';
import { loadConfig } from '../src/config/load.ts';
import { descent, folder, tinyConfig } from './helpers.ts';

const IMPORTS = `
import { defineConfig } from '@descent/cli';
import { adam, flatten, linear, mse, relu, sequential, sgd } from '@descent/core';
`;
const MODEL = 'model: sequential(flatten(), linear(784, 10))';

/** What `descent summary` says to a config of that name and text. */
async function summary(name: string, text: string): ReturnType<typeof descent> {
  return descent(folder({ [name]: text }), 'summary', name);
}

describe('a config in TypeScript', () => {
  test('is shown layer by layer, with defaults filled in', async () => {
    const { code, out, err } = await summary('a.config.ts', tinyConfig());
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain('linear(16 → 2)');
    expect(out).toMatch(/total +32 +2 +34/);
    expect(out).toContain('loss       crossEntropy');
    expect(out).toContain('metrics    accuracy');
    expect(out).toContain('training   3 epochs, batch size 10, seed 0, backend reference');
  });

  test('may import files beside it, use top-level await and types', async () => {
    const root = folder({
      'parts.ts': "import { linear, type Layer } from '@descent/core';\nexport const head: Layer = linear(784, 10);\n",
      'main.ts': `${IMPORTS}import { head } from './parts.ts';
        const lr: number = await Promise.resolve(0.25);
        export default defineConfig({ model: sequential(flatten(), head), data: 'mnist-sample', optimizer: sgd({ lr }) });`,
    });
    const config = await loadConfig('main.ts', root);
    expect(config.optimizer.lr).toBe(0.25);
    expect(config.model.parameters.map((p) => p.name)).toEqual(['1.weight', '1.bias']);
    expect([config.batchSize, config.epochs, config.seed, config.backend, config.out]).toEqual([
      64,
      10,
      0,
      'auto',
      null,
    ]);
  });

  test('has no accuracy by default when the loss is another', async () => {
    const root = folder({
      'a.ts': `${IMPORTS}export default { ${MODEL}, data: 'mnist-sample', loss: mse(), optimizer: adam() }`,
    });
    expect((await loadConfig('a.ts', root)).metrics).toEqual([]);
  });
});

describe('a config in JavaScript', () => {
  test.each(['a.mjs', 'a.js'])('%s', async (name) => {
    const root = folder({ [name]: `${IMPORTS}export default { ${MODEL}, data: 'mnist-sample', optimizer: adam() }` });
    expect((await loadConfig(name, root)).optimizer.label).toBe('adam');
  });
});

describe('a config in JSON', () => {
  const config = {
    model: [
      ['rescale', 1 / 255],
      ['conv2d', 1, 4, 3, { stride: 2, bias: false }],
      'relu',
      'flatten',
      ['linear', 676, 10],
    ],
    data: { name: 'mnist-sample' },
    loss: 'crossEntropy',
    metrics: ['accuracy'],
    optimizer: ['sgd', { lr: ['cosine', { lr: 0.1, steps: 100 }], momentum: 0.9 }],
    seed: 3,
  };

  test('names functions and their arguments', async () => {
    const { model, optimizer, seed } = await loadConfig('a.json', folder({ 'a.json': JSON.stringify(config) }));
    expect([...(model.children?.values() ?? [])].map((l) => l.label)).toEqual([
      'rescale(1/255)',
      expect.stringContaining('conv2d(1 → 4, 3×3'),
      'relu',
      'flatten',
      'linear(676 → 10)',
    ]);
    expect(model.parameters.map((p) => p.name)).toEqual(['1.weight', '4.weight', '4.bias']);
    expect(seed).toBe(3);
    expect(typeof optimizer.lr === 'function' && optimizer.lr(1)).toBe(0.1);
  });

  test('makes schedules of schedules', () => {
    const lr = [
      'warmup',
      2,
      [
        'multiply',
        0.5,
        [
          'sequence',
          [
            [2, 0.1],
            [8, ['cosine', { lr: 0.2, steps: 8 }]],
          ],
        ],
      ],
    ] as const;
    const optimizer = buildOptimizer(['sgd', { lr: lr as unknown as number }]);
    expect([1, 2, 3, 4, 5].map((step) => learningRate(optimizer, step))).toEqual([0.025, 0.05, 0.05, 0.05, 0.1]);
  });

  test('gives an optimizer groups, schedules of their own and another optimizer around it', async () => {
    const groups = [
      { match: '\\.bias$', weightDecay: 0 },
      { match: '^1\\.', lr: ['stepDecay', { lr: 0.5, every: 10 }] },
    ];
    const optimizer = ['accumulate', 2, ['clipped', { norm: 1 }, ['adamW', { lr: 0.01, decay: 'weights', groups }]]];
    const loaded = await loadConfig('a.json', folder({ 'a.json': JSON.stringify({ ...config, optimizer }) }));
    expect(loaded.optimizer.label).toBe('accumulate(2, clipped(1, adamW))');
    expect(learningRate(loaded.optimizer, 1, '1.weight')).toBe(0.5);
    expect(learningRate(loaded.optimizer, 1, '4.weight')).toBe(0.01);
  });

  test('gives a loss its options', async () => {
    const loss = ['bceWithLogits', { posWeight: [3] }];
    const loaded = await loadConfig('a.json', folder({ 'a.json': JSON.stringify({ ...config, loss, metrics: [] }) }));
    expect(loaded.loss?.label).toBe('bceWithLogits');
  });

  test('says how much of the data may stay on the device, in the word of fit', async () => {
    const limit = async (more: object) =>
      (await loadConfig('a.json', folder({ 'a.json': JSON.stringify({ ...config, ...more }) }))).maxResidentBytes;
    expect([await limit({}), await limit({ maxResidentBytes: 0 })]).toEqual([undefined, 0]);
    const { code, err } = await summary('a.json', JSON.stringify({ ...config, maxResidentBytes: '1 GB' }));
    expect([code, err]).toEqual([
      2,
      expect.stringContaining('maxResidentBytes: received "1 GB", expected a whole number of at least 0'),
    ]);
  });

  test.each([
    ['an unknown layer', { model: ['relo'] }, "model.0: there is no layer 'relo'; did you mean 'relu'?"],
    [
      'an unknown option',
      { model: [['linear', 4, 2, { bais: false }]] },
      "linear has no option 'bais'; did you mean 'bias'?",
    ],
    ['too many arguments', { model: [['relu', 3]] }, 'relu was given too many arguments'],
    ['an unknown optimizer', { optimizer: 'sdg' }, "there is no optimizer 'sdg'; did you mean 'sgd'?"],
    [
      'an unknown schedule',
      { optimizer: ['sgd', { lr: ['cosin', {}] }] },
      "there is no schedule 'cosin'; did you mean 'cosine'?",
    ],
    [
      'a layer of a function',
      { model: [['layer', 'a', {}]] },
      'layer cannot be called by its name: it takes a function',
    ],
    ['a layer of no layer', { model: ['residual'] }, 'residual was given too few arguments'],
    ['a loss of no losses', { loss: 'weightedSum' }, 'weightedSum needs at least one loss'],
    ['a loss of no loss', { loss: ['lossOn', { output: 'a' }] }, 'lossOn was given too few arguments'],
    ['an optimizer without the one in it', { optimizer: 'averaged' }, 'averaged was given too few arguments'],
    ['an inherited name', { loss: 'constructor' }, "there is no loss 'constructor'"],
  ])('%s is a usage error', async (_, change, message) => {
    const { code, err } = await summary('a.json', JSON.stringify({ ...config, ...change }));
    expect(err).toContain('error: a.json');
    expect(err).toContain(message);
    expect(code).toBe(2);
  });

  test('a wrong argument is an error of the layer', async () => {
    const { code, err } = await summary('a.json', JSON.stringify({ ...config, model: [['linear', 0, 2]] }));
    expect(err).toContain('error: a.json › model.0 › inFeatures: linear was given an invalid inFeatures');
    expect(code).toBe(2);
  });

  test('damaged JSON is a usage error', async () => {
    const { code, err } = await summary('a.json', '{ "model": ');
    expect(err).toContain('error: a.json: the config is not JSON');
    expect(code).toBe(2);
  });
});

describe('a config that says nothing valid is a usage error', () => {
  test.each([
    [
      'an unknown key',
      `{ ${MODEL}, data: 'mnist-sample', optimiser: adam(), optimizer: adam() }`,
      "optimiser: unknown key; did you mean 'optimizer'?",
    ],
    [
      'an unknown key that is near to none',
      `{ ${MODEL}, data: 'mnist-sample', optimizer: adam(), zebra: 1 }`,
      'zebra: unknown key; the keys are model, loss, optimizer',
    ],
    [
      'a missing key',
      `{ ${MODEL}, data: 'mnist-sample' }`,
      'optimizer: missing, expected an optimizer, such as sgd({ lr: 0.1 })',
    ],
    [
      'text for a number',
      `{ ${MODEL}, data: 'mnist-sample', optimizer: adam(), epochs: '10' }`,
      'epochs: received "10", expected a whole number of at least 1',
    ],
    [
      'a fraction',
      `{ ${MODEL}, data: 'mnist-sample', optimizer: adam(), batchSize: 1.5 }`,
      'batchSize: received 1.5, expected a whole number of at least 1',
    ],
    [
      'a function that was not called',
      `{ ${MODEL}, data: 'mnist-sample', optimizer: adam }`,
      'optimizer: received the function adam, which was not called, expected an optimizer',
    ],
    [
      'a model that is none',
      "{ model: 'lenet', data: 'mnist-sample', optimizer: adam() }",
      'model: received "lenet", expected a layer',
    ],
    [
      'an unknown dataset',
      `{ ${MODEL}, data: 'mnist-sampel', optimizer: adam() }`,
      'data: received "mnist-sampel", expected one of mnist-sample, mnist, fashion-mnist, kmnist, emnist, qmnist, cifar10, cifar100, digits, iris, california-housing, moons, circles, spirals, blobs, xor; did you mean \'mnist-sample\'?',
    ],
    [
      'an unknown dataset with a root',
      `{ ${MODEL}, data: { name: 'fashion', root: 'x' }, optimizer: adam() }`,
      'data.name: received "fashion", expected one of mnist-sample, mnist, fashion-mnist, kmnist, emnist, qmnist, cifar10, cifar100, digits, iris, california-housing, moons, circles, spirals, blobs, xor; did you mean \'fashion-mnist\'?',
    ],
    [
      'an unknown key of data',
      `{ ${MODEL}, data: { name: 'mnist', rot: 'x' }, optimizer: adam() }`,
      "data.rot: unknown key; did you mean 'root'?",
    ],
    [
      'data that is none',
      `{ ${MODEL}, data: { train: [1, 2] }, optimizer: adam() }`,
      'data.train: received a list of 2, expected { x, y }',
    ],
    ['a number', '42', 'default export: received 42, expected an object'],
  ])('%s', async (_, config, message) => {
    const { code, err, out } = await summary('a.config.ts', `${IMPORTS}export default ${config}`);
    expect(err).toContain('error: a.config.ts: the config is not valid\n');
    expect(err).toContain(message);
    expect(err).not.toContain('    at ');
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  test('every problem is told at once', async () => {
    const { err } = await summary('a.ts', `${IMPORTS}export default { ${MODEL}, data: 'x', optimizer: 1, epochs: 0 }`);
    expect(err.trim().split('\n')).toHaveLength(4);
  });

  test('a default export is missing', async () => {
    const { code, err } = await summary('a.ts', 'export const config = 1;');
    expect(err).toContain('a.ts: the config has no default export\n  received: exports config');
    expect(code).toBe(2);
  });

  test('the text is no program', async () => {
    const { code, err } = await summary('a.ts', 'export default {\n  epochs: \n');
    expect(err).toContain('a.ts: the config cannot be parsed');
    expect(err).toMatch(/at line \d+, column \d+/);
    expect(code).toBe(2);
  });

  test('the file is of another kind', async () => {
    const { code, err } = await summary('a.toml', 'epochs = 10');
    expect(err).toContain(
      'a.toml: this is not a config file\n  received: the ending .toml\n  expected: .ts, .mts, .cts, .js, .mjs, .cjs, .json, .yaml, .yml',
    );
    expect(code).toBe(2);
  });
});

describe('a config that fails', () => {
  test('is missing', async () => {
    const { code, err } = await descent(folder(), 'summary', 'none.config.ts');
    expect(err).toContain('none.config.ts: there is no such config file');
    expect(code).toBe(1);
  });

  test('is a folder', async () => {
    const root = folder();
    mkdirSync(join(root, 'a.ts'));
    const { code, err } = await descent(root, 'summary', 'a.ts');
    expect(err).toContain('a.ts: the config cannot be read\n  received: a folder');
    expect(code).toBe(1);
  });

  test('throws: the line is named, the stack is not shown', async () => {
    const { code, err } = await summary('a.ts', "const a = 1;\nthrow new TypeError('no luck');\nexport default a;");
    expect(err).toBe(
      'error: a.ts, line 2: the config threw an error while it was loaded\n  received: TypeError: no luck\n',
    );
    expect(code).toBe(1);
  });

  test('throws: --debug shows the stack of the cause', async () => {
    const root = folder({ 'a.ts': "throw new TypeError('no luck');" });
    const { err } = await descent(root, 'summary', 'a.ts', '--debug');
    expect(err).toContain('caused by TypeError: no luck');
    expect(err).toContain(join(root, 'a.ts:1'));
  });

  test('uses a layer wrongly: the line and the option are named', async () => {
    const { code, err } = await summary('a.ts', `${IMPORTS}\nexport default { model: linear(-1, 3) };`);
    expect(err).toMatch(/^error: a\.ts, line 5 › inFeatures: linear was given an invalid inFeatures/);
    expect(code).toBe(1);
  });

  test('imports a file that is not there', async () => {
    const { code, err } = await summary('a.ts', "import { x } from './gone.ts';\nexport default x;");
    expect(err).toContain(
      "a.ts: the config imports something that is not there\n  received: Cannot find module './gone.ts'",
    );
    expect(code).toBe(1);
  });

  test('has layers that do not fit: the layer is named', async () => {
    const { code, err } = await summary(
      'a.ts',
      `${IMPORTS}export default { model: sequential(flatten(), linear(100, 10)), data: 'mnist-sample', optimizer: adam() }`,
    );
    expect(err).toContain('linear(100 → 10)');
    expect(code).toBe(1);
  });

  test('names a folder without the files', async () => {
    const config = {
      model: [['rescale', 1], 'flatten', ['linear', 784, 10]],
      data: { name: 'fashion-mnist', root: 'nowhere' },
      optimizer: 'adam',
      backend: 'reference',
    };
    const root = folder({ 'a.json': JSON.stringify(config) });
    const { code, err } = await descent(root, 'train', 'a.json');
    expect(err).toContain('FashionMNIST: the images file is missing');
    expect(err).toContain(join(root, 'nowhere'));
    expect(code).toBe(1);
  });
});

describe('what files configs may be', () => {
  const json = JSON.stringify({
    model: [['rescale', 1], 'flatten', ['linear', 784, 10]],
    data: 'mnist-sample',
    optimizer: 'adam',
  });
  const common = `const { linear, flatten, rescale, sequential, adam } = require('@descent/core');
const config = { model: sequential(rescale(1), flatten(), linear(784, 10)), data: 'mnist-sample', optimizer: adam() };\n`;

  test.each<[string, string | Uint8Array]>([
    ['mark.json', `\ufeff${json}`],
    ['utf16.json', Uint8Array.of(0xff, 0xfe, ...Buffer.from(json, 'utf16le'))],
    ['swapped.json', Uint8Array.of(0xfe, 0xff, ...Buffer.from(json, 'utf16le').swap16())],
    ['crlf.json', json.replaceAll(',', ',\r\n')],
    ['a.cjs', `${common}module.exports = config;`],
    ['b.cjs', `const { defineConfig } = require('@descent/cli');\n${common}exports.default = defineConfig(config);`],
    ['c.cts', `${common}export = config;`],
    ['d.js', `${common}module.exports = config;`],
    ['mark.mts', `\ufeff${IMPORTS}export default defineConfig({ ${MODEL}, data: 'iris', optimizer: adam() });`],
    ['promise.mjs', `${IMPORTS}export default Promise.resolve({ ${MODEL}, data: 'iris', optimizer: adam() });`],
  ])('%s', async (name, text) => {
    const root = folder({ [name]: text });
    expect((await loadConfig(name, root)).optimizer.label).toBe('adam');
  });

  test('a run of one with a mark can be resumed', async () => {
    const root = folder({ 'a.json': `\ufeff${json}` });
    const options = ['--backend', 'onnx:cpu', '-q'] as const;
    expect(await descent(root, 'train', 'a.json', '--epochs', '1', '--out', 'run', ...options)).toMatchObject({
      code: 0,
    });
    const resumed = await descent(root, 'resume', 'run', '--epochs', '2', ...options);
    expect(resumed).toMatchObject({ code: 0, err: '' });
  });

  test.each([
    ['a.toml', 'TOML is not read'],
    ['a.json5', 'write it as .yaml'],
    ['a.jsonc', 'take the comments out'],
    ['a.JSON', 'name it .json, in small letters'],
    ['a.tsx', 'name it .ts'],
    ['a.py', 'PyTorch'],
    ['a.onnx', 'descent predict'],
    ['a.csv', '"data": { "csv": "…", "target": "…", "test": 0.2 }'],
    ['a.npz', '"data": { "npz": "…", "x": "…", "y": "…", "test": 0.2 }'],
    ['a.txt', 'received: the ending .txt'],
    ['config', 'a name without an ending'],
  ])('%s is refused with what to do', async (name, message) => {
    const { err, code } = await descent(folder({ [name]: json }), 'train', name);
    expect(err).toContain('this is not a config file');
    expect(err).toContain(message);
    expect(err).toContain('.cjs');
    expect(code).toBe(2);
  });

  test.each([
    ['a comment', `{ // net\n}`, 'JSON has no comments'],
    ['a last comma', `{ "epochs": 1, }`, 'no comma behind the last entry'],
    ['single quotes', `{ 'epochs': 1 }`, 'double quotes only'],
    ['a bare name', `{ epochs: 1 }`, 'in double quotes'],
    ['a share of 255', `{ "model": [["rescale", 1 / 255]] }`, '0.00392156862745098'],
    ['a word of Python', `{ "tensorboard": True }`, 'true, false and null only'],
    ['nothing', '', 'write a config into it'],
  ])('JSON with %s is told with the place', async (_, text, message) => {
    const { err, code } = await descent(folder({ 'a.json': text }), 'train', 'a.json');
    expect(err).toContain('the config is not JSON');
    expect(err).toContain(message);
    if (text !== '') expect(err).toMatch(/line \d+,? column \d+/);
    expect(code).toBe(2);
  });

  test.each([
    ['a.cjs', 'const x = 1;', 'module.exports = defineConfig'],
    ['a.ts', 'export const model = 1;', 'received: exports model'],
  ])('%s without a config', async (name, text, message) => {
    const { err } = await descent(folder({ [name]: text }), 'train', name);
    expect(err).toContain('the config has no default export');
    expect(err).toContain(message);
  });
});

/** What is wrong, the code of the command, and what is said about it; nothing that is said comes from a library. */
const MISTAKES: readonly (readonly [change: object, expected: string])[] = [
  [
    { data: 42 },
    "data: received 42, expected the name of a data set, such as 'mnist-sample', or an object with one of name",
  ],
  [{ data: null }, 'data: received null, expected the name of a data set'],
  [
    { data: ['irsi'] },
    "data: received a list of 1, expected the name of a data set, such as 'mnist-sample', or an object",
  ],
  [{ data: ['iris'] }, "did you mean 'iris'?"],
  [{ data: {} }, 'data: received {}, expected the name of a data set'],
  [{ data: { nme: 'iris' } }, "did you mean 'name'?"],
  [{ data: { name: 'irsi' } }, 'data.name: received "irsi", expected one of mnist-sample'],
  [
    { data: { csv: 'x.csv', npz: 'y', target: 'k' } },
    'data.npz: unknown key; data are one of these: name, csv, table, series, texts, imdb, corpus, images, npz, train',
  ],
  [
    { data: { csv: 'x.csv', target: 'k', types: { a: 'int' } } },
    "data.types.a: received \"int\", expected 'int32', 'float64', 'boolean', 'string'; did you mean 'int32'?",
  ],
  [{ data: { csv: 'x.csv', target: 'k', features: [1] } }, 'data.features.0: received 1, expected text'],
  [{ data: { csv: 'x.csv', target: 'k', task: 'clasification' } }, "did you mean 'classification'?"],
  [
    { data: { csv: 'x.csv', target: 'k', test: { share: '0.5' } } },
    'data.test.share: received "0.5", expected a share above 0',
  ],
  [{ data: { images: 'x', width: 0 } }, 'data.width: received 0, expected pixels, a whole number from 1 to 16384'],
  [
    { data: { images: 'x', fit: 'contian' } },
    "data.fit: received \"contian\", expected 'contain', 'fill' or 'mnist'; did you mean 'contain'?",
  ],
  [
    { data: { npz: 'x.npz', x: 'a', y: 'b', shape: [1, '2'] } },
    'data.shape.1: received "2", expected a whole number of at least 1',
  ],
  [
    { data: { npz: 'x.npz', x: 'a', y: 'b', shape: [0] } },
    'data.shape.0: received 0, expected a whole number of at least 1',
  ],
  [{ model: [] }, 'model: received a list of 0, expected a list of at least one layer'],
  [{ model: [5] }, 'model.0: received 5, expected a layer, such as ["linear", 784, 10]'],
  [{ model: [{ linear: [784, 10] }] }, 'model.0: received {"linear":[784,10]}, expected a layer'],
  [
    { model: [['linear']] },
    'model.0 › inFeatures: linear was given too few arguments\n  received: none\n  expected: a whole number of at least 1: ["linear", inFeatures, outFeatures, { bias }]',
  ],
  [
    { model: [['linear', '784', 10]] },
    'model.0 › inFeatures: linear was given an invalid inFeatures\n  received: "784"',
  ],
  [{ model: [['linear', 784, 10, 5]] }, 'model.0: linear takes its options as an object\n  received: 5'],
  [{ model: [['linear', 784, 10, null]] }, 'linear takes its options as an object\n  received: null'],
  [
    { model: [['linear', 784, 10, { bias: 'no' }]] },
    'model.0 › bias: linear was given an invalid bias\n  received: "no"\n  expected: true or false',
  ],
  [{ model: [['conv2d', 1, 6, 5, { padding: 'sam' }]] }, 'model.0 › padding: conv2d was given an invalid padding'],
  [
    { model: [['conv2d', 1, 6, 5, { stride: null }]] },
    'model.0 › stride: conv2d was given an invalid stride\n  received: null',
  ],
  [{ model: [['rescale']] }, 'rescale was given too few arguments'],
  [{ model: [['relu', 1]] }, 'relu was given too many arguments\n  received: 1: [1]\n  expected: at most 0'],
  [{ model: [['softmax', { axis: 'x' }]] }, 'model.0 › axis: softmax was given an invalid axis'],
  [{ optimizer: ['sgd', 0.1] }, 'optimizer: sgd takes its options as an object\n  received: 0.1'],
  [{ optimizer: ['sgd', null] }, 'sgd takes its options as an object'],
  [
    { optimizer: ['sgd', { lr: '0.1' }] },
    'optimizer › lr: sgd was given an invalid lr\n  received: "0.1"\n  expected: a number of at least 0',
  ],
  [{ optimizer: ['sgd', { lr: null }] }, 'optimizer › lr: sgd was given an invalid lr\n  received: null'],
  [
    { optimizer: ['sgd', { lr: ['cosin', {}] }] },
    "optimizer › lr: there is no schedule 'cosin'; did you mean 'cosine'?",
  ],
  [
    { optimizer: ['sgd', { lr: ['cosine', { lr: 0.1, steps: '9' }] }] },
    'optimizer › lr › steps: cosine was given an invalid steps',
  ],
  [
    { optimizer: ['adam', { betas: 0.9 }] },
    'optimizer › betas: adam was given an invalid betas\n  received: 0.9\n  expected: two numbers',
  ],
  [
    { optimizer: ['sgd', { lr: 0.1, groups: [{ match: '(', lr: 1 }] }] },
    'optimizer › sgd.groups[0].match: the pattern is no regular expression',
  ],
  [{ optimizer: ['adam', { groups: [{ match: 'a', lr: ['cosin'] }] }] }, "did you mean 'cosine'?"],
  [{ optimizer: ['sgd', { lr: ['warmup', 5, ['cosin']] }] }, "schedule: there is no schedule 'cosin'"],
  [{ optimizer: ['sgd', { lr: ['sequence', [[5, 'cosin']]] }] }, "parts › 0: there is no schedule 'cosin'"],
  [{ optimizer: ['sgd', { lr: ['sequence', [5, 0.1]] }] }, 'a list of steps and schedules'],
  [{ optimizer: ['sgd', { lr: ['oneCycle', { maxLr: 1, steps: 9, anneal: 'line' }] }] }, 'one of "cos", "linear"'],
  [{ optimizer: ['adam', { decay: 'none' }] }, 'one of "all", "weights"'],
  [{ optimizer: ['clipped', '1', ['adam']] }, 'clipped was given an invalid norm'],
  [{ optimizer: ['clipped', 1, 'adm'] }, "optimizer › optimizer: there is no optimizer 'adm'; did you mean 'adam'?"],
  [{ optimizer: ['clipped', 1, ['adm']] }, "there is no optimizer 'adm'; did you mean 'adam'?"],
  [
    { optimizer: 'sgd' },
    'optimizer › sgd.lr: sgd needs the option \'lr\'\n  received: "sgd" alone\n  expected: a finite number of at least 0\n  fix: write ["sgd", { "lr": … }]',
  ],
  [{ optimizer: ['sgd', { momentum: 0.9 }] }, 'fix: write ["sgd", { "momentum": 0.9, "lr": … }]'],
  [{ optimizer: ['clipped', 1, 'sgd'] }, "optimizer › optimizer › sgd.lr: sgd needs the option 'lr'"],
  [
    { optimizer: ['sgd', { lr: 'cosine' }] },
    'optimizer › lr › cosine.lr: cosine needs the option \'lr\'\n  received: "cosine" alone',
  ],
  [{ optimizer: ['sgd', { lr: ['cosine', { lr: 0.1 }] }] }, 'fix: write ["cosine", { "lr": 0.1, "steps": … }]'],
  [{ optimizer: ['sgd', { lr: 0.1, nesterov: true }] }, 'optimizer › sgd.nesterov: Nesterov needs momentum'],
  [
    { loss: ['crossEntropy', { weight: [-1] }] },
    'loss › crossEntropy.weight: crossEntropy was given invalid class weights',
  ],
  [{ model: [['conv2d', 1, 6, 5, { groups: 4 }]] }, 'model.0 › groups: conv2d: the groups must divide the channels'],
  [{ metrics: ['accuracy', ['accuracy', { ignoreIndex: 0 }]] }, "metrics: two metrics are called 'accuracy'"],
  [{ augment: ['mixup'] }, 'augment.0 › mixup.classes: mixup needs the option \'classes\'\n  received: "mixup" alone'],
  [{ transform: [['centerCrop', 999]] }, 'transform › transforms[0] centerCrop(999): the crop is larger'],
  [{ earlyStopping: { metric: 'test.acuracy' } }, 'earlyStopping.metric › test.acuracy: there is no such metric'],
  [{ loss: ['crossEntropy', { ignoreIdx: 1 }] }, "crossEntropy has no option 'ignoreIdx'; did you mean 'ignoreIndex'?"],
  [{ metrics: [null] }, 'metrics.0: received null, expected a metric, such as accuracy()'],
  [{ augment: [null] }, 'augment.0: received null, expected a transform'],
  [{ augment: ['mixup'] }, 'augment.0'],
  [{ transform: ['mixup'] }, 'transform.0'],
  [{ transform: ['randomHorizontalFlip'] }, 'transform.0: only fixed changes can be made to every sample'],
  [{ augment: [['toFloat']] }, 'augment'],
  [{ seed: 1e20 }, 'seed: received 100000000000000000000, expected a whole number below 2^53'],
  [{ backend: { training: 5 } }, "backend.training: received 5, expected the name of a backend, such as 'onnx:cpu'"],
  [{ backend: {} }, 'backend.training: missing, expected the name of a backend'],
  [{ earlyStopping: { patience: '3' } }, 'earlyStopping.patience: received "3", expected a whole number of at least 1'],
  [
    { earlyStopping: { metric: 'val_loss' } },
    'earlyStopping.metric: received "val_loss", expected a number of an epoch, such as \'validation.loss\'',
  ],
  [{ lr: 0.1 }, 'lr: unknown key; it is an option of the optimizer'],
  [{ scheduler: 'cosine' }, 'scheduler: unknown key; a schedule is the lr of the optimizer'],
  [{ dataset: 'iris' }, "dataset: unknown key; did you mean 'data'?"],
  [{ batch_size: 3 }, "batch_size: unknown key; did you mean 'batchSize'?"],
];

describe('a mistake in JSON gets what was given, what is allowed, and the nearest name', () => {
  test.each(MISTAKES)('%j', async (change, expected) => {
    const config = { model: [['rescale', 1], 'flatten', ['linear', 784, 10]], data: 'mnist-sample', optimizer: 'adam' };
    const { err, code } = await descent(
      folder({ 'a.json': JSON.stringify({ ...config, ...change }) }),
      'summary',
      'a.json',
    );
    expect(err).toContain(expected);
    expect(err).not.toMatch(/Invalid input|Too small|Invalid option|unexpected error|something else/);
    expect(code).toBe(2);
  });

  test('every key of a config and of data with null, and with something else', async () => {
    const keys = [
      'model',
      'data',
      'optimizer',
      'loss',
      'metrics',
      'batchSize',
      'epochs',
      'seed',
      'backend',
      'validation',
    ];
    const more = [
      'checkpoints',
      'earlyStopping',
      'augment',
      'transform',
      'workers',
      'maxResidentBytes',
      'export',
      'tensorboard',
      'out',
    ];
    const root = folder();
    for (const key of [...keys, ...more]) {
      for (const value of [null, -0.5, { nonsense: 1 }]) {
        const config = { model: ['flatten'], data: 'iris', optimizer: 'adam', [key]: value };
        writeFileSync(join(root, 'a.json'), JSON.stringify(config));
        const { err, code } = await descent(root, 'summary', 'a.json');
        expect(err).toMatch(new RegExp(`^error: a.json: the config is not valid\n {2}${key}`));
        expect(err).not.toMatch(/Invalid input|Too small|Invalid option|something else/);
        expect(code).toBe(2);
      }
    }
  });

  test('a list of layers works in TypeScript, too', async () => {
    const root = folder({
      'a.ts': `${IMPORTS}export default { model: [flatten(), ['linear', 784, 20], relu(), linear(20, 10)], data: 'mnist-sample', optimizer: adam() };`,
    });
    expect((await loadConfig('a.ts', root)).model.parameters).toHaveLength(4);
  });

  test.each([
    [
      'tfjs',
      "'tfjs:node' (TensorFlow on the processor, through tfjs-node); 'tfjs:node-gpu' (TensorFlow on an NVIDIA GPU, through tfjs-node); 'tfjs:wasm'",
    ],
    ['onnx', "'onnx:cpu'"],
    ['wasm', "'onnx:wasm' (ONNX Runtime in WebAssembly); 'tfjs:wasm'"],
    ['gpu', "'tfjs:webgpu'"],
    ['cpu', "'onnx:cpu' (ONNX Runtime on the processor); 'tfjs:cpu'"],
  ])('the backend %s is answered with those that may be meant', async (name, expected) => {
    const { err, code } = await descent(folder({ 'a.ts': tinyConfig() }), 'train', 'a.ts', '--backend', name);
    expect(err).toContain(`there is no backend '${name}'\n  expected: `);
    expect(err).toContain(expected);
    expect(err).toContain('descent backends says which work here');
    expect(code).toBe(2);
  });
});

test.each([
  ['data: mnistSample()', 'data: received a promise: write await in front of it'],
  ['data: mnistSample', 'data: received the function mnistSample, which was not called'],
  ['data: { train: mnistSample() }', 'data.train: received a promise: write await in front of it'],
  ['data: await mnistSample()', 'data: received one set of samples; say what it is for, such as data: { train: …'],
  [
    'data: loader(await mnistSample(), { batchSize: 5 })',
    'data: received a loader or a data set that is read bit by bit',
  ],
  ['data: { train: { x: [[1, 2]], y: [0] } }', 'x is no array { dtype, shape, data }; tensor('],
  ['data: { train: { x: zeros([2, 784]), y: zeros([3]) } }', 'x has 2 rows, y has 3'],
  [
    'data: { train: { x: { ...zeros([2, 784]), shape: [3, 784] }, y: zeros([3]) } }',
    'x has the shape [3, 784] and 1568 numbers',
  ],
  ['data: { train: { x: zeros([2, 784]), y: zeros([2]), classes: [1] } }', 'classes is no list of names'],
  ['data: new Map()', 'data: received a Map, expected the name of a data set'],
  ['epochs: 10n', 'epochs: received 10n, expected a whole number'],
  ['loss: mse', 'loss: received the function mse, which was not called'],
  ['metrics: [relu]', 'metrics.0: received the function relu, which was not called'],
  ['model: [flatten, linear(784, 10)]', 'model.0: received the function flatten, which was not called'],
])('in plain JavaScript: %s', async (change, expected) => {
  const root = folder({
    'a.mjs': `import { adam, flatten, linear, mse, relu, sequential, zeros } from '@descent/core';
import { loader, mnistSample } from '@descent/datasets';
export default { ${MODEL}, data: 'mnist-sample', optimizer: adam(), ...{ ${change} } };`,
  });
  const { err, code } = await descent(root, 'summary', 'a.mjs');
  expect(err).toContain(expected);
  expect(err.trim().split('\n')).toHaveLength(2);
  expect(code).toBe(2);
});
