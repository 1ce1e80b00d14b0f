import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { configSchema } from '../src/config/json-schema.ts';
import { describeCalls, validateConfig } from '../src/public/config.ts';
import { descent, folder } from './helpers.ts';

const ROOT = new URL('../../../', import.meta.url);
const schema = configSchema();
const ajv = new Ajv({ strict: false, allErrors: true });
const check = ajv.compile(schema);

/** Every config in JSON of the pages and of the examples. */
function examples(): readonly (readonly [name: string, config: object])[] {
  const pages = ['docs', 'packages/cli'].flatMap((at) =>
    readdirSync(new URL(`${at}/`, ROOT))
      .filter((name) => name.endsWith('.md'))
      .flatMap((name) => {
        const text = readFileSync(new URL(`${at}/${name}`, ROOT), 'utf8');
        const blocks = [...text.matchAll(/```json\n(.*?)```/gs)].map(([, block = '']) => block);
        return blocks
          .filter((block) => block.includes('"model"') && block.includes('"optimizer"'))
          .map((block, i) => [`${name} ${i}`, JSON.parse(block)] as const);
      }),
  );
  return pages;
}

const PLAIN = { model: ['flatten', ['linear', 4, 3]], data: 'iris', optimizer: ['sgd', { lr: 0.1 }] };

describe('the schema of configs', () => {
  test('is printed, and written where the package is packed', async () => {
    const { out } = await descent(folder(), 'config', '--schema');
    expect(JSON.parse(out)).toEqual(schema);
    const { files, scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    expect(files).toContain('config.schema.json');
    expect(scripts.prepack).toMatch(/config --schema > config\.schema\.json$/);
  });

  test.each(examples())('takes the config of %s', (_, config) => {
    expect(check(config), ajv.errorsText(check.errors)).toBe(true);
  });

  test.each([
    [{ $schema: './config.schema.json' }],
    [{ data: { name: 'emnist', split: 'letters' } }],
    [{ data: { name: 'moons', noise: 0.1 } }],
    [{ data: { npz: 'a.npz', x: ['a', 'b'], y: 'c', test: { x: 'd', y: 'e' } } }],
    [{ data: { images: 'a', invert: 'auto', test: { share: 0.2, seed: 3 } } }],
    [{ data: { csv: 'a.csv', target: 'y', types: { a: 'string' }, header: ['a', 'y'] } }],
    [{ optimizer: ['sgd', { lr: ['cosine', { lr: 0.1, steps: 100 }], momentum: 0.9 }] }],
    [{ optimizer: ['clipped', 1, ['adamW', { groups: [{ match: 'a', lrFactor: 0.1 }] }]] }],
    [
      {
        model: [
          ['conv2d', 1, 6, [3, 5], { padding: 'same', stride: 2 }],
          ['residual', ['linear', 8, 8]],
          ['sequential', 'relu', ['dropout', 0.5]],
        ],
      },
    ],
    [{ loss: ['crossEntropy', { weight: [1, 2, 3] }], metrics: ['accuracy', ['topKAccuracy', 2]] }],
    [{ init: [{ match: 'weight$', init: ['truncatedNormal', { std: 0.02 }] }] }],
    [{ backend: { training: 'onnx:cpu', inference: 'tfjs:wasm' }, earlyStopping: true, export: { shape: ['time'] } }],
    [{ augment: ['randomHorizontalFlip', ['randomCrop', 28, { padding: 2 }]], checkpoints: { everySteps: 10 } }],
    [{ model: { importOnnx: 'net.onnx', replace: { fc: ['linear', 512, 10] } } }],
    [{ model: [['rescale', 0.5], { importOnnx: 'net.onnx', trainable: '^fc' }] }],
    [{ model: { importOnnx: 'net.onnx', trainable: ['fc.weight'] } }],
    [{ optimizer: ['sgd', { lr: { $env: 'LR', as: 'number' } }], epochs: { $range: [1, 9] } }],
  ])('takes %j, as the command does', (more) => {
    expect(check({ ...PLAIN, ...more }), ajv.errorsText(check.errors)).toBe(true);
    if (!JSON.stringify(more).includes('"$env"')) expect(() => validateConfig({ ...PLAIN, ...more })).not.toThrow();
  });

  test('takes a part where the rest is in what it extends', () => {
    expect(check({ extends: '../base.yaml', data: { test: 0.2 }, validation: null })).toBe(true);
    expect(check({ extends: [], epochs: 1 })).toBe(false);
    expect(check({ extends: 'a.json', epoch: 1 })).toBe(false);
  });

  test.each([
    [{ modle: [] }],
    [{ model: [] }],
    [{ model: undefined }],
    [{ model: ['flaten'] }],
    [{ model: { importOnnx: 'net.onnx', trainable: [] } }],
    [{ model: { importOnx: 'net.onnx' } }],
    [{ model: [{ importOnnx: 'net.onnx', replace: { fc: ['linaer', 3, 2] } }] }],
    [{ model: [['linear', 4]] }],
    [{ model: [['linear', 4, 3, { bias: 1 }]] }],
    [{ model: [['linear', 4, 3, { biass: true }]] }],
    [{ model: [['linear', '4', 3]] }],
    [{ model: [['dropout', 2]] }],
    [{ data: 'irsi' }],
    [{ data: {} }],
    [{ data: { name: 'iris', noise: 0.1 } }],
    [{ data: { csv: 'a.csv' } }],
    [{ data: { csv: 'a.csv', target: 'y', test: 2 } }],
    [{ data: { texts: 'a.csv', text: 'text', target: 'y' } }],
    [{ data: { images: 'a', masks: 'b' } }],
    [{ data: { images: 'a', masks: 'b', width: 8, height: 8, test: { images: 'a' } } }],
    [{ data: { series: 'a.csv', target: 'y', length: 0 } }],
    [{ optimizer: ['sgd', { learningRate: 0.1 }] }],
    [{ optimizer: ['sgd', { lr: -1 }] }],
    [{ optimizer: ['sgd', { lr: ['cosin', { lr: 0.1, steps: 100 }] }] }],
    [{ epochs: 0 }],
    [{ epochs: 1.5 }],
    [{ backend: 3 }],
    [{ validation: 1 }],
    [{ earlyStopping: { patience: 0 } }],
    [{ metrics: 'accuracy' }],
    [{ loss: ['crossEntropy', { labelSmoothing: 2 }] }],
    [{ augment: ['randomFlip'] }],
    [{ epochs: { $env: 'A', defalt: 1 } }],
  ])('refuses %j', (more) => {
    expect(check(JSON.parse(JSON.stringify({ ...PLAIN, ...more })))).toBe(false);
  });

  test('knows every function that JSON calls', () => {
    for (const kind of ['layer', 'loss', 'metric', 'optimizer', 'initializer', 'schedule'] as const) {
      const { anyOf } = (schema['$defs'] as Record<string, { anyOf: { enum?: string[] }[] }>)[kind] as {
        anyOf: { enum?: string[] }[];
      };
      expect(anyOf[0]?.enum).toEqual(describeCalls(kind).map(({ name }) => name));
    }
  });
});
