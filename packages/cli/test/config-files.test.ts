import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { descent, folder, readJson } from './helpers.ts';

const BASE = {
  model: ['flatten', ['linear', 4, 3]],
  data: { name: 'iris' },
  optimizer: ['sgd', { lr: 0.01, momentum: 0.5 }],
  backend: 'reference',
  epochs: 1,
};

afterEach(() => void vi.unstubAllEnvs());

/** A variable within a text. */
const inText = (name: string): string => `\${env:${name}}`;

/** What `descent config` prints of a config. */
async function printed(cwd: string, ...argv: readonly string[]): Promise<Record<string, unknown>> {
  const { code, out, err } = await descent(cwd, 'config', ...argv);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out);
}

async function refused(cwd: string, ...argv: readonly string[]): Promise<string> {
  const { code, err } = await descent(cwd, 'config', ...argv);
  expect(code).toBe(2);
  return err;
}

describe('YAML', () => {
  const TEXT = `# a comment
model:
  - flatten
  - [linear, 4, 3]
data: iris
optimizer: [adam, { lr: 1e-2 }]
epochs: 2
backend: reference
`;

  test('is a config like JSON, and a run of it goes on', async () => {
    const root = folder({ 'a.yaml': TEXT, 'b.yml': `\ufeff${TEXT}` });
    const { code, err } = await descent(root, 'train', 'a.yaml', '--out', 'run');
    expect([code, err]).toEqual([0, '']);
    expect(readFileSync(join(root, 'run', 'config.yaml'), 'utf8')).toBe(TEXT);
    expect(await descent(root, 'resume', 'run', '--epochs', '3', '-q')).toMatchObject({ code: 0, err: '' });
    expect(await descent(root, 'export', 'run', '-o', 'a.onnx')).toMatchObject({ code: 0, err: '' });
    expect((await printed(root, 'b.yml', '--format', 'json'))['optimizer']).toEqual(['adam', { lr: 0.01 }]);
  });

  test.each([
    ['a: [1', /a\.yaml: the config is not YAML.*line 1/s],
    ['model: a\nmodel: b', /Map keys must be unique.*line 2.*leave one of them out/s],
    ['model: !!js/function "x"', /the config is not YAML.*tag/s],
    ['a: 1\n---\nb: 2', /file of its own/],
    [
      `a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c]`,
      /few aliases/,
    ],
    ['', /expected an object, as defineConfig takes it/],
    ['modle: [flatten]\ndata: iris\noptimizer: adam', /modle: unknown key; did you mean 'model'/],
  ])('%j is refused in words', async (text, message) => {
    expect(await refused(folder({ 'a.yaml': text }), 'a.yaml')).toMatch(message);
  });
});

describe('extends', () => {
  test('lays a config over others, key by key, and a run has all of it', async () => {
    const root = folder({
      'base.yaml':
        'model: [flatten, [linear, 4, 3]]\noptimizer: [sgd, { lr: 0.5 }]\nvalidation: 0.2\nbackend: reference\n',
      'data.json': JSON.stringify({ data: { name: 'moons', noise: 0.3, samples: 50 }, epochs: 7 }),
    });
    mkdirSync(join(root, 'more'));
    const config = { extends: ['../base.yaml', '../data.json'], data: { noise: 0.1 }, validation: null, epochs: 1 };
    writeFileSync(join(root, 'more', 'a.json'), JSON.stringify({ ...config, model: [['linear', 2, 2]] }));
    expect(await printed(root, 'more/a.json')).toEqual({
      model: [['linear', 2, 2]],
      optimizer: ['sgd', { lr: 0.5 }],
      data: { name: 'moons', noise: 0.1, samples: 50 },
      backend: 'reference',
      epochs: 1,
      batchSize: 64,
      seed: 0,
    });
    const { code, err } = await descent(root, 'train', 'more/a.json', '--out', 'run');
    expect([code, err]).toEqual([0, '']);
    expect(readJson(root, 'run', 'config.json')).toMatchObject({ data: { noise: 0.1 }, epochs: 1 });
    // What it builds upon may change: the run does not.
    writeFileSync(join(root, 'base.yaml'), 'nothing: more');
    expect(await descent(root, 'resume', 'run', '--epochs', '2', '-q')).toMatchObject({ code: 0, err: '' });
  });

  test('with data of another kind replaces those of the base', async () => {
    const root = folder({
      'base.json': JSON.stringify({ ...BASE, data: { csv: 'a.csv', target: 'y' } }),
      'a.json': '{ "extends": "base.json", "data": { "name": "iris" } }',
    });
    expect((await printed(root, 'a.json'))['data']).toEqual({ name: 'iris' });
  });

  test.each([
    [
      '"b.json"',
      { 'b.json': '{ "extends": "a.json" }' },
      /a config extends itself.*a\.json extends b\.json extends a\.json/s,
    ],
    ['"a.json"', {}, /a config extends itself/],
    ['"../../../../etc/x.json"', {}, /files of its own folder/],
    ['"/etc/x.json"', {}, /a config extends files beside it/],
    ['"https://example.org/x.json"', {}, /a config extends files beside it/],
    ['"b.config.ts"', {}, /a config in TypeScript imports another one/],
    ['"nobody.json"', {}, /there is no such config to extend\n/],
    ['"bsae.json"', { 'base.json': '{}' }, /there is no such config to extend; did you mean 'base\.json'\?/],
    ['3', {}, /extends names a config/],
    ['[]', {}, /extends names a config/],
    ['"b.json"', { 'b.json': '{ "a": ' }, /extends|b\.json: the config is not JSON/],
  ])('%s is refused', async (path, files, message) => {
    expect(await refused(folder({ ...files, 'a.json': `{ "extends": ${path} }` }), 'a.json')).toMatch(message);
  });

  test('does not follow a link out of the folder', async () => {
    const other = folder({ 'b.json': JSON.stringify(BASE) });
    const root = folder({ 'a.json': '{ "extends": "b.json" }' });
    symlinkSync(join(other, 'b.json'), join(root, 'b.json'));
    expect(await refused(root, 'a.json')).toMatch(/files of its own folder/);
  });
});

describe('variables of the environment', () => {
  const WITH = {
    ...BASE,
    optimizer: ['sgd', { lr: { $env: 'DESCENT_TEST_LR', as: 'number' } }],
    data: { csv: `${inText('DESCENT_TEST_DATA')}/a.csv`, target: 'y' },
  };

  test('stand in texts and in place of values', async () => {
    vi.stubEnv('DESCENT_TEST_LR', '0.25');
    vi.stubEnv('DESCENT_TEST_DATA', 'in/here');
    const root = folder({ 'a.json': JSON.stringify({ ...WITH, epochs: { $env: 'DESCENT_TEST_NONE', default: 4 } }) });
    expect(await printed(root, 'a.json')).toMatchObject({
      optimizer: ['sgd', { lr: 0.25 }],
      data: { csv: 'in/here/a.csv' },
      epochs: 4,
    });
  });

  test.each([
    [{ $env: 'DESCENT_TEST_NONE' }, /epochs: the environment variable DESCENT_TEST_NONE is not set/],
    [{ $env: 'DESCENT_TEST_LRR' }, /did you mean 'DESCENT_TEST_LR'/],
    [{ $env: 'DESCENT_TEST_TEXT', as: 'number' }, /is no number.*received: "abc"/s],
    [{ $env: 'DESCENT_TEST_TEXT', as: 'json' }, /is no JSON/],
    [{ $env: 'DESCENT_TEST_TEXT', as: 'int' }, /'text', 'number' or 'json'/],
    [{ $env: 'DESCENT_TEST_TEXT', defalt: 1 }, /did you mean 'default'/],
    [{ $env: 3 }, /\$env names a variable/],
    [{ $env: 'a b' }, /this is no name of an environment variable/],
    [{ $env: '__proto__' }, /is not set/],
    [inText('DESCENT_TEST_NONE'), /is not set/],
    [{ $env: 'DESCENT_TEST_TEXT' }, /epochs: received "abc", expected a whole number/],
  ])('%j is refused', async (epochs, message) => {
    vi.stubEnv('DESCENT_TEST_LR', '1');
    vi.stubEnv('DESCENT_TEST_TEXT', 'abc');
    expect(await refused(folder({ 'a.json': JSON.stringify({ ...BASE, epochs }) }), 'a.json')).toMatch(message);
  });
});

describe('--set', () => {
  test('puts values in their places, in JSON, YAML and TypeScript, and the run has them', async () => {
    const root = folder({
      'a.json': JSON.stringify(BASE),
      'a.config.ts': `
        import { defineConfig } from '@descent/cli';
        import { linear, sequential, sgd } from '@descent/core';
        export default defineConfig({ model: sequential(linear(4, 3)), data: 'iris', optimizer: sgd({ lr: 1 }), backend: 'reference', epochs: 1 });`,
    });
    const sets = ['--set', 'optimizer.lr=0.125', '--set', 'epochs=2'];
    expect(
      await printed(root, 'a.json', ...sets, '--set', 'loss=["crossEntropy",{"labelSmoothing":0.1}]'),
    ).toMatchObject({
      optimizer: ['sgd', { lr: 0.125, momentum: 0.5 }],
      loss: ['crossEntropy', { labelSmoothing: 0.1 }],
      epochs: 2,
    });
    for (const name of ['a.json', 'a.config.ts']) {
      const { code, err } = await descent(root, 'train', name, ...sets, '--out', name.slice(2));
      expect([code, err]).toEqual([0, '']);
      expect(
        readFileSync(join(root, name.slice(2), 'metrics.jsonl'), 'utf8')
          .trim()
          .split('\n'),
      ).toHaveLength(2);
      expect(await descent(root, 'resume', name.slice(2), '--epochs', '3', '-q')).toMatchObject({ code: 0, err: '' });
    }
    const summary = await descent(root, 'summary', 'a.config.ts', ...sets);
    expect(summary.out).toMatch(/lr 0\.125/);
  });

  test.each([
    ['optimizer.lrr=1', /sgd has no 'lrr'; did you mean 'lr'/],
    ['model.9.inFeatures=1', /there is no '9' in model/],
    ['epoch=3', /epoch: unknown key; did you mean 'epochs'/],
    ['epochs=ten', /epochs: received "ten", expected a whole number/],
    ['epochs', /--set does not say what to put where/],
    ['=3', /--set does not say what to put where/],
    ['a..b=3', /--set does not say what to put where/],
    ['loss=["mse"', /--set has a value that is no JSON/],
    ['__proto__.epochs=3', /there is no '__proto__'/],
  ])('%s is refused', async (set, message) => {
    expect(await refused(folder({ 'a.json': JSON.stringify(BASE) }), 'a.json', '--set', set)).toMatch(message);
  });
});

describe('descent config', () => {
  test('prints what descent train takes again, as JSON and as YAML', async () => {
    const root = folder({ 'a.json': JSON.stringify(BASE) });
    const { out: yaml } = await descent(root, 'config', 'a.json', '--format', 'yaml');
    expect(yaml).toContain('optimizer: [ sgd, { lr: 0.01, momentum: 0.5 } ]');
    writeFileSync(join(root, 'b.yaml'), yaml);
    expect(await printed(root, 'b.yaml', '--format', 'json')).toEqual(await printed(root, 'a.json'));
    expect(await descent(root, 'train', 'b.yaml', '-q')).toMatchObject({ code: 0, err: '' });
  });

  test('says what a module makes that JSON cannot hold', async () => {
    const root = folder({
      'a.config.ts': `import { linear, sgd } from '@descent/core'; export default { model: linear(4, 3), data: 'iris', optimizer: sgd({ lr: 1 }) };`,
      'b.config.ts': `export default ${JSON.stringify(BASE)};`,
    });
    expect(await refused(root, 'a.config.ts')).toMatch(/JSON cannot hold what a module makes.*path: model|model/s);
    expect((await printed(root, 'b.config.ts'))['seed']).toBe(0);
    expect(await refused(root)).toMatch(/which config is not said/);
    expect(await refused(root, 'b.config.ts', '--schema')).toMatch(/--schema is of all configs/);
  });
});
