import { describe, expect, test } from 'vitest';
import { DEFAULT_EXPERIMENT, type Experiment } from '../src/state/experiment.ts';
import { decodePlace, encodePlace } from '../src/state/url.ts';

const EXPERIMENTS: readonly Experiment[] = [
  DEFAULT_EXPERIMENT,
  {
    model: [['linear', 2, 8], 'tanh', ['residual', ['linear', 8, 8]], ['linear', 8, 2]],
    data: { name: 'spirals', samples: 300, noise: 0.1, seed: 7 },
    loss: ['crossEntropy', { labelSmoothing: 0.1 }],
    optimizer: ['clipped', 1, ['adam', { lr: ['cosine', { lr: 0.01, steps: 100 }] }]],
    batchSize: 16,
    epochs: 30,
    seed: 12345678901,
    validation: 0.25,
    backend: 'tfjs:webgl',
  },
  {
    ...DEFAULT_EXPERIMENT,
    data: { csv: '鸢尾花 🌸.csv', target: '品种', task: 'classification', test: 0.2 },
  },
  { ...DEFAULT_EXPERIMENT, data: { images: 'cats & dogs', width: 32, height: 32, channels: 3 } },
];

/** An address that says `json`, whatever it is. */
function address(json: unknown): string {
  const text = typeof json === 'string' ? json : JSON.stringify(json);
  return `#/train?${Buffer.from(text).toString('base64url')}`;
}

describe('an address', () => {
  test('that says a network and little else leaves the rest as at the beginning', async () => {
    const part = { model: ['flatten', ['linear', 784, 10]], epochs: 3 };
    const { experiment, problem } = await decodePlace(address(part));
    expect(experiment).toEqual({ ...DEFAULT_EXPERIMENT, ...part });
    expect(problem).toBeNull();
  });

  test.each(EXPERIMENTS)('reads as what was written: $data', async (experiment) => {
    for (const view of ['build', 'use'] as const) {
      const text = encodePlace({ view, experiment });
      expect(text).toMatch(/^\/[a-z]+\?[\w-]+$/);
      expect(await decodePlace(`#${text}`)).toEqual({ view, experiment, problem: null });
    }
  });

  test.each(['', '#', '#/', '#/build', '/build'])("that says nothing is the beginning: '%s'", async (text) => {
    expect(await decodePlace(text)).toEqual({ view: 'build', experiment: DEFAULT_EXPERIMENT, problem: null });
  });

  test('of an unknown view keeps its experiment', async () => {
    const text = encodePlace({ view: 'build', experiment: EXPERIMENTS[1] as Experiment }).replace('build', 'nowhere');
    expect(await decodePlace(text)).toEqual({ view: 'build', experiment: EXPERIMENTS[1], problem: null });
  });

  test('with an engine of the command keeps all else, and says so', async () => {
    const { experiment, problem } = await decodePlace(address({ ...EXPERIMENTS[1], backend: 'tfjs:node-gpu' }));
    expect(experiment).toEqual({ ...EXPERIMENTS[1], backend: 'onnx:wasm' });
    expect(problem?.received).toBe('tfjs:node-gpu');
  });

  const base = DEFAULT_EXPERIMENT;
  const deep = '['.repeat(5000) + ']'.repeat(5000);
  const HOSTILE: readonly (readonly [string, unknown, RegExp])[] = [
    ['no base64', '#', /./],
    ['no JSON', '{"model":', /JSON/],
    ['null', null, /null/],
    ['a list', [1], /list/],
    ['no model', { ...base, model: undefined }, /model: missing/],
    ['an empty model', { ...base, model: [] }, /at least one layer/],
    ['numbers for layers', { ...base, model: [1, 2] }, /model\.0/],
    ['a text for a number', { ...base, batchSize: '64' }, /batchSize/],
    ['a batch of nothing', { ...base, batchSize: 0 }, /batchSize/],
    ['NaN', JSON.stringify(base).replace('"seed":0', '"seed":NaN'), /JSON/],
    ['an infinite number', JSON.stringify(base).replace('"seed":0', '"seed":1e999'), /seed/],
    ['a share of all', { ...base, validation: 1 }, /validation/],
    ['unknown keys', { ...base, code: 'alert(1)' }, /code: unknown key/],
    ['a prototype', JSON.stringify(base).replace('{', '{"__proto__":{"polluted":1},"constructor":1,'), /constructor/],
    ['data from elsewhere', { ...base, data: { name: 'mnist' } }, /no such data/],
    ['data of a prototype', { ...base, data: 'constructor' }, /no such data/],
    ['mirrors', { ...base, data: { name: 'mnist-sample', mirrors: 'https://evil.example' } }, /no 'mirrors'/],
    ['a toy set of too much', { ...base, data: { name: 'moons', samples: 1e12 } }, /cannot have such data/],
    ['a huge network', { ...base, model: Array.from({ length: 5000 }, () => 'relu') }, /more layers/],
    ['great depth', JSON.stringify(base).replace('"flatten"', deep), /nested too deeply/],
    ['great length', { ...base, model: ['x'.repeat(200_000)] }, /characters/],
  ];
  test.each(HOSTILE)('that says %s falls back and says why', async (name, json, expected) => {
    const { view, experiment, problem } = await decodePlace(name === 'no base64' ? '#/train?%%%' : address(json));
    expect(view).toBe('train');
    expect(experiment).toBe(DEFAULT_EXPERIMENT);
    expect(`${problem?.message} ${problem?.path ?? ''}`).toMatch(expected);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
