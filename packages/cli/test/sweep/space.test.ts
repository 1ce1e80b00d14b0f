import { describe, expect, test } from 'vitest';
import { evaluateConfig, exploreConfig } from '../../src/config/evaluate.ts';
import { withValueAt } from '../../src/config/places.ts';
import { parseOver } from '../../src/sweep/space/over.ts';
import {
  gridValues,
  type Parameter,
  parameterOf,
  rangeParameter,
  shareOf,
  valueAt,
} from '../../src/sweep/space/parameter.ts';
import { trialSource, withImportsMoved } from '../../src/sweep/trial/source.ts';

describe('ranges and choices', () => {
  test.each<[string, string, Parameter]>([
    ['lr=0.01,0.1,0.2', 'lr', { kind: 'choice', values: [0.01, 0.1, 0.2] }],
    ['optimizer.lr=log:1e-3..1', 'optimizer.lr', { kind: 'range', low: 0.001, high: 1, log: true, int: false }],
    ['n=int:16..256/5', 'n', { kind: 'range', low: 16, high: 256, log: false, int: true, points: 5 }],
    ['a=-1..1', 'a', { kind: 'range', low: -1, high: 1, log: false, int: false }],
    ['optimizer="sgd",["adam",{"lr":1}]', 'optimizer', { kind: 'choice', values: ['sgd', ['adam', { lr: 1 }]] }],
    ['flag=true,false', 'flag', { kind: 'choice', values: [true, false] }],
    ['activation=relu, tanh', 'activation', { kind: 'choice', values: ['relu', 'tanh'] }],
    ['data.csv=../a.csv,b.csv', 'data.csv', { kind: 'choice', values: ['../a.csv', 'b.csv'] }],
  ])('--over %s', (text, path, parameter) => {
    expect(parseOver(text)).toEqual([path, parameter]);
  });

  test.each([
    ['lr', /does not say what to try/],
    ['lr=', /does not say what to try/],
    ['=1,2', /does not say what to try/],
    ['lr=1..', /cannot be read/],
    ['lr=log:1,2', /cannot be read/],
    ['lr=1..0.1', /the smaller one first/],
    ['lr=log:0..1', /above 0/],
    ['lr=int:0.5..2', /whole numbers/],
    ['lr=0.1,0.1', /twice/],
    ['lr=1..2/1', /at least 2/],
    ['lr=1,,2', /empty/],
  ])('--over %s is refused', (text, message) => {
    expect(() => parseOver(text)).toThrow(message);
  });

  test('what stands for them in a config', () => {
    expect(parameterOf({ $range: [1, 2], log: true }, 'x')).toMatchObject({ low: 1, high: 2, log: true });
    expect(parameterOf({ $choice: ['a'] }, 'x')).toEqual({ kind: 'choice', values: ['a'] });
    for (const none of [1, 'a', null, [1], { lr: 1 }, undefined]) expect(parameterOf(none, 'x')).toBeUndefined();
    expect(() => parameterOf({ $range: [1] }, 'x')).toThrow(/x: a range has two ends/);
    expect(() => parameterOf({ $range: [1, 2], steps: 3 }, 'x')).toThrow(/no option 'steps'/);
    expect(() => parameterOf({ $range: [1, 2], log: 'yes' }, 'x')).toThrow(/true or false/);
    expect(() => parameterOf({ $range: ['1', 2] }, 'x')).toThrow(/two numbers/);
    expect(() => parameterOf({ $choice: [] }, 'x')).toThrow(/nothing to choose/);
    expect(() => parameterOf({ $choice: [1], log: true }, 'x')).toThrow(/no option 'log'/);
    expect(() => parameterOf({ $choice: [() => 1] }, 'x')).toThrow(/JSON can hold/);
  });

  test('shares of the way are values, and back; whole numbers have equal shares, their ends too', () => {
    const log = rangeParameter('x', 0.001, 1, { log: true });
    expect(valueAt(log, 0)).toBe(0.001);
    expect(valueAt(log, 1 / 3)).toBeCloseTo(0.01, 12);
    expect(shareOf(log, 0.1)).toBeCloseTo(2 / 3, 12);
    const int = rangeParameter('n', 1, 4, { int: true });
    const drawn = Array.from({ length: 400 }, (_, i) => valueAt(int, i / 400));
    for (const n of [1, 2, 3, 4]) expect(drawn.filter((value) => value === n)).toHaveLength(100);
    const both = rangeParameter('n', 1, 8, { int: true, log: true });
    expect(new Set(Array.from({ length: 100 }, (_, i) => valueAt(both, i / 100)))).toEqual(
      new Set([1, 2, 3, 4, 5, 6, 7, 8]),
    );
  });

  test('a grid takes the ends as they are written, and refuses a range that does not say how many', () => {
    expect(gridValues('x', rangeParameter('x', 0.001, 1, { log: true, points: 4 }))).toEqual([0.001, 0.01, 0.1, 1]);
    expect(gridValues('n', rangeParameter('n', 1, 3, { int: true, points: 5 }))).toEqual([1, 2, 3]);
    expect(() => gridValues('x', rangeParameter('x', 0, 1))).toThrow(/give points/);
  });
});

describe('places in a config', () => {
  const config = {
    model: ['flatten', ['linear', 784, 10], ['residual', ['linear', 10, 10]]],
    optimizer: ['clipped', 1, ['sgd', { lr: 0.1 }]],
    data: { csv: 'a.csv', test: 0.2 },
  };

  test.each([
    ['model.1.outFeatures', 20, { model: ['flatten', ['linear', 784, 20], ['residual', ['linear', 10, 10]]] }],
    ['model.0', 'relu', { model: ['relu', ['linear', 784, 10], ['residual', ['linear', 10, 10]]] }],
    ['optimizer.limit', 5, { optimizer: ['clipped', 5, ['sgd', { lr: 0.1 }]] }],
    ['optimizer.optimizer.lr', 0.2, { optimizer: ['clipped', 1, ['sgd', { lr: 0.2 }]] }],
    ['optimizer.optimizer.momentum', 0.9, { optimizer: ['clipped', 1, ['sgd', { lr: 0.1, momentum: 0.9 }]] }],
    ['data.test', 0.1, { data: { csv: 'a.csv', test: 0.1 } }],
    ['batchSize', 32, { batchSize: 32 }],
  ])('%s', (path, value, changed) => {
    expect(withValueAt(config, path, value)).toEqual({ ...config, ...changed });
  });

  test.each([
    ['optimizer.lr', /clipped has no 'lr'.*\n.*\n.*expected: limit, optimizer/],
    ['optimizer.optimizer.learningRate', /sgd has no 'learningRate'/],
    ['model.7.outFeatures', /a position from 0 to 2/],
    ['optimzer.lr', /no 'optimzer' in the config; did you mean 'optimizer'/],
    ['batchSize.x', /no 'batchSize'/],
  ])('%s is no place', (path, message) => {
    expect(() => withValueAt(config, path, 1)).toThrow(message);
  });
});

describe('a config with ranges', () => {
  test('JSON: they stand in it, and a trial is JSON with values in their places', async () => {
    const source = JSON.stringify({
      model: [['linear', 2, { $choice: [4, 8] }]],
      optimizer: ['sgd', { lr: { $range: [0.01, 0.2], log: true } }],
      data: 'moons',
    });
    const explored = await exploreConfig(source, '/x/a.json', '.');
    expect(Object.keys(explored.space)).toEqual(['model.0.outFeatures', 'optimizer.lr']);
    const trial = trialSource(
      { source, file: '/x/a.json', explored },
      { 'model.0.outFeatures': 8, 'optimizer.lr': 0.1 },
    );
    expect(JSON.parse(trial)).toEqual({
      model: [['linear', 2, 8]],
      optimizer: ['sgd', { lr: 0.1 }],
      data: 'moons',
    });
    await expect(evaluateConfig(source, '/x/a.json', '.')).rejects.toThrow(
      /a.json: the config has ranges to try, and no values\n.*model.0.outFeatures, optimizer.lr\n.*descent sweep/,
    );
  });

  const TS = `
import { choice, defineConfig, range } from '@descent/cli';
import { linear, relu, sequential, sgd } from '@descent/core';
const hidden: number = choice('hidden', [4, 8]);
export default defineConfig({
  model: sequential(linear(2, hidden), relu(), linear(hidden, 2)),
  data: 'moons',
  optimizer: sgd({ lr: range('lr', 0.01, 0.2, { log: true }), momentum: 0.5 }),
});`;

  test('TypeScript: they are calls, and a trial begins with its values, of places in the config, too', async () => {
    const explored = await exploreConfig(TS, '/x/a.ts', '.');
    expect(explored.space).toEqual({
      hidden: { kind: 'choice', values: [4, 8] },
      lr: { kind: 'range', low: 0.01, high: 0.2, log: true, int: false },
    });
    const values = { hidden: 8, lr: 0.15, batchSize: 16, 'optimizer.momentum': 0.9 };
    const trial = trialSource({ source: TS, file: '/x/a.ts', explored }, values);
    const config = (await evaluateConfig(trial, '/x/a.ts', '.')) as Record<string, unknown>;
    expect(config).toMatchObject({ batchSize: 16, optimizer: ['sgd', { lr: 0.15, momentum: 0.9 }] });
    await expect(evaluateConfig(TS, '/x/a.ts', '.')).rejects.toThrow(/the config has ranges to try/);
  });

  test('an optimizer that was built can have another option; what else was built cannot be changed from outside', async () => {
    const source = TS.replace("choice('hidden', [4, 8])", '4').replace(/range\(.*?\}\)/, '0.1');
    const explored = await exploreConfig(source, '/x/a.ts', '.');
    const of = (values: Record<string, number>) =>
      evaluateConfig(trialSource({ source, file: '/x/a.ts', explored }, values), '/x/a.ts', '.');
    expect(await of({ 'optimizer.lr': 0.165 })).toMatchObject({ optimizer: ['sgd', { lr: 0.165, momentum: 0.5 }] });
    await expect(of({ 'model.0.outFeatures': 3 })).rejects.toThrow(/range\('name', …\) and choice\('name', …\)/);
    await expect(of({ 'optimizer.momentun': 3 })).rejects.toThrow(/did you mean 'momentum'/);
  });

  test('CommonJS, two of one name, no name', async () => {
    const source = `
const { defineConfig, range } = require('@descent/cli');
const { linear, sgd } = require('@descent/core');
module.exports = defineConfig({ model: linear(2, 2), data: 'moons', optimizer: sgd({ lr: range('lr', 0.01, 0.2) }) });`;
    const explored = await exploreConfig(source, '/x/a.cjs', '.');
    const trial = trialSource({ source, file: '/x/a.cjs', explored }, { lr: 0.2 });
    expect(await evaluateConfig(trial, '/x/a.cjs', '.')).toMatchObject({ optimizer: { lr: 0.2 } });
    const twice = "import { range } from '@descent/cli';\nexport default { a: range('a', 0, 1), b: range('a', 0, 2) };";
    await expect(exploreConfig(twice, '/x/a.ts', '.')).rejects.toThrow(/two different parameters are called 'a'/);
    const unnamed = "import { range } from '@descent/cli';\nexport default { a: (range as any)(0, 1) };";
    await expect(exploreConfig(unnamed, '/x/a.ts', '.')).rejects.toThrow(/begin with a name/);
  });

  test('imports follow a text into another folder', () => {
    const source = `import a from './a.ts';\nimport '../b.ts';\nconst c = await import("./c.ts");\nnew URL('./d', import.meta.url);\nconst e = './e';`;
    expect(withImportsMoved(source, (path) => `/moved/${path}`)).toBe(
      `import a from '/moved/./a.ts';\nimport '/moved/../b.ts';\nconst c = await import("/moved/./c.ts");\nnew URL('/moved/./d', import.meta.url);\nconst e = './e';`,
    );
  });
});
