import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  decodeSafetensors,
  initialize,
  initParameters,
  linear,
  type NDArray,
  relu,
  sequential,
  truncatedNormal,
  zerosInit,
} from '@descent/core';
import { describe, expect, test } from 'vitest';
import { descent, folder, readJson } from './helpers.ts';

const SMALL = ['truncatedNormal', { std: 0.02, a: -0.04, b: 0.04 }];
const RULES = [
  { match: '^2\\.weight$', init: 'zerosInit' },
  { match: 'weight$', init: SMALL },
];
const CONFIG = {
  model: [['linear', 4, 8], 'relu', ['linear', 8, 3]],
  data: 'iris',
  init: RULES,
  optimizer: ['sgd', { lr: 0 }],
  epochs: 1,
  seed: 5,
  backend: 'reference',
};
const TYPESCRIPT = `
import { linear, relu, sequential, sgd, truncatedNormal, zerosInit } from '@descent/core';
import { defineConfig } from '@descent/cli';
export default defineConfig({
  model: sequential(linear(4, 8), relu(), linear(8, 3)),
  data: 'iris',
  init: [
    { match: /^2\\.weight$/, init: zerosInit },
    { match: /weight$/, init: truncatedNormal({ std: 0.02, a: -0.04, b: 0.04 }) },
  ],
  optimizer: sgd({ lr: 0 }), epochs: 1, seed: 5, backend: 'reference',
});
`;
const json = (change: object = {}): string => JSON.stringify({ ...CONFIG, ...change });
type Arrays = Readonly<Record<string, NDArray>>;
const weights = (...path: readonly string[]): Arrays =>
  decodeSafetensors(readFileSync(join(...path, 'model.safetensors'))).tensors;
const values = (parameters: Arrays): Readonly<Record<string, readonly number[]>> =>
  Object.fromEntries(Object.entries(parameters).map(([name, { data }]) => [name, Array.from(data)]));

describe('init', () => {
  const net = () => sequential(linear(4, 8), relu(), linear(8, 3));
  const started = (seed: number): Arrays =>
    initParameters(
      initialize(net(), [
        { match: '^2\\.weight$', init: zerosInit },
        { match: 'weight$', init: truncatedNormal({ std: 0.02, a: -0.04, b: 0.04 }) },
      ]),
      seed,
    );

  test('is where training starts, in JSON as in TypeScript', async () => {
    const root = folder({ 'a.json': json(), 'a.ts': TYPESCRIPT });
    for (const name of ['a.json', 'a.ts']) {
      expect(await descent(root, 'train', name, '--out', name.slice(2), '-q')).toMatchObject({ code: 0, err: '' });
      // A learning rate of 0 leaves the first values as they are.
      expect(values(weights(root, name.slice(2)))).toEqual(values(started(5)));
    }
    const { '0.weight': first, '2.weight': last, ...biases } = values(weights(root, 'json'));
    expect(Math.max(...(first ?? []).map(Math.abs))).toBeLessThanOrEqual(0.04);
    expect(new Set(first).size).toBe(32);
    expect(new Set(last)).toEqual(new Set([0]));
    const { '0.bias': a, '2.bias': b } = values(initParameters(net(), 5));
    expect(biases).toEqual({ '0.bias': a, '2.bias': b });
  });

  test('draws from the seed', async () => {
    const root = folder({ 'a.json': json() });
    for (const [out, seed] of [
      ['one', '5'],
      ['same', '5'],
      ['other', '6'],
    ] as const)
      await descent(root, 'train', 'a.json', '--seed', seed, '--out', out, '-q');
    const [one, same, other] = ['one', 'same', 'other'].map((out) => values(weights(root, out)));
    expect(same).toEqual(one);
    expect(other).toEqual(values(started(6)));
    expect(other?.['0.weight']).not.toEqual(one?.['0.weight']);
  });

  test('is in the record, the report and the summary; a run without it has none', async () => {
    const root = folder({ 'a.json': json(), 'a.ts': TYPESCRIPT, 'b.json': json({ init: undefined }) });
    const settings = async (name: string) => {
      await descent(root, 'train', name, '--out', name.replace('.', '-'), '-q');
      return (readJson(root, name.replace('.', '-'), 'run.json') as { readonly settings: object }).settings;
    };
    const small = JSON.stringify(SMALL);
    expect(await settings('a.json')).toMatchObject({
      init: [
        { match: '^2\\.weight$', init: 'zerosInit' },
        { match: 'weight$', init: small },
      ],
    });
    expect(await settings('a.ts')).toMatchObject({
      init: [
        { match: '/^2\\.weight$/', init: 'zerosInit' },
        { match: '/weight$/', init: 'a function' },
      ],
    });
    expect(await settings('b.json')).not.toHaveProperty('init');
    expect(readFileSync(join(root, 'a-json', 'report.html'), 'utf8')).toContain(
      '^2\\.weight$ by zerosInit, weight$ by',
    );
    const { out } = await descent(root, 'summary', 'a.json');
    expect(out).toContain(`^2\\.weight$ by zerosInit, weight$ by ${small}`);
    expect((await descent(root, 'summary', 'b.json')).out).not.toContain('init');
  });

  test('a run that goes on is the run that never stopped', async () => {
    const optimizer = ['sgd', { lr: 0.05, momentum: 0.9 }];
    const root = folder({ 'a.json': json({ optimizer }), 'b.json': json({ optimizer, init: [] }) });
    await descent(root, 'train', 'a.json', '--epochs', '3', '--out', 'unbroken', '-q');
    await descent(root, 'train', 'a.json', '--epochs', '1', '--out', 'run', '-q');
    expect(await descent(root, 'resume', 'run', '--epochs', '3', '-q')).toMatchObject({ code: 0, err: '' });
    expect(values(weights(root, 'run'))).toEqual(values(weights(root, 'unbroken')));
    expect(readJson(root, 'run', 'run.json')).toMatchObject({ settings: { init: [{}, {}] } });
    await descent(root, 'train', 'b.json', '--epochs', '3', '--out', 'plain', '-q');
    expect(values(weights(root, 'plain'))).not.toEqual(values(weights(root, 'run')));
  });
});

describe('a rule that is wrong is told before anything is written', () => {
  const rule = (init: unknown, match: unknown = 'weight$') => [{ match, init }];
  test.each<readonly [unknown, string]>([
    [
      rule('zerosInit', 'wieght$'),
      'init.0.match: the pattern matches no parameter\n  received: /wieght$/\n  expected: a pattern for some of: 0.weight, 0.bias, 2.weight, 2.bias',
    ],
    [[...RULES, { match: '0.weight', init: 'onesInit' }], 'init.2.match: a rule has no effect\n  received: 0.weight'],
    [rule('zerosInit', '('), 'init.0.match: the pattern is no regular expression'],
    [
      rule('zerosInit', ''),
      'init.0.match: received "", expected a regular expression for names of parameters, such as \'weight$\'',
    ],
    [rule('zerosInit', 3), 'init.0.match: received 3'],
    [[{ init: 'zerosInit' }], 'init.0.match: missing'],
    [[{ match: 'weight$' }], 'init.0.init: missing, expected an initializer'],
    [[{ mach: 'weight$', init: 'zerosInit' }], "init.0.mach: unknown key; did you mean 'match'?"],
    [[{ match: 'weight$', with: 'zerosInit' }], 'init.0.with: unknown key; the keys are match, init'],
    [rule(null), 'init.0.init: received null, expected an initializer, such as'],
    [rule(0.02), 'init.0.init: received 0.02'],
    [rule({ std: 1 }), 'init.0.init: received {"std":1}'],
    [rule('truncatedNorm'), "init.0.init: there is no initializer 'truncatedNorm'; did you mean 'truncatedNormal'?"],
    [rule('constructor'), "init.0.init: there is no initializer 'constructor'"],
    [rule(['truncatedNormal', { sdt: 0.02 }]), "init.0.init: truncatedNormal has no option 'sdt'; did you mean 'std'?"],
    [
      rule(['truncatedNormal', { std: 0 }]),
      'init.0.init › std: truncatedNormal was given an invalid std\n  received: 0\n  expected: a number above 0',
    ],
    [
      rule(['truncatedNormal', { std: '0.02' }]),
      'init.0.init › std: truncatedNormal was given an invalid std\n  received: "0.02"',
    ],
    [rule(['truncatedNormal', 0.02]), 'init.0.init: truncatedNormal takes its options as an object'],
    [rule(['truncatedNormal', { a: 2, b: 1 }]), 'init.0.init › truncatedNormal.b'],
    [rule(['normalInit', { std: -1 }]), 'init.0.init › normalInit.std'],
    [rule(['uniformInit', { low: 1, high: 0 }]), 'init.0.init › uniformInit.high'],
    [rule('constantInit'), 'init.0.init › value: constantInit was given too few arguments'],
    [rule('sparseInit'), "sparseInit needs the option 'sparsity'"],
    [rule(['zerosInit', {}]), 'init.0.init: zerosInit was given too many arguments'],
    [rule(['kaimingNormal', { mode: 'fan_in' }]), 'init.0.init › mode: kaimingNormal was given an invalid mode'],
    [
      { match: 'weight$', init: 'zerosInit' },
      'init: received {"match":"weight$","init":"zerosInit"}, expected a list of rules, such as',
    ],
    [SMALL, 'init.0: received "truncatedNormal", expected { match, init }'],
    ['zerosInit', 'init: received "zerosInit", expected a list of rules'],
    [null, 'init: received null, expected a list of rules'],
  ])('%j', async (init, message) => {
    const root = folder({ 'a.json': json({ init }) });
    const { code, err } = await descent(root, 'train', 'a.json', '--out', 'run');
    expect(err).toContain(message);
    expect([code, err]).toEqual([2, expect.not.stringMatching(/unexpected error|undefined|rules\[/)]);
    expect((await descent(root, 'resume', 'run')).err).toContain('there is no run in this folder');
  });

  test('one that does not fit the shape of its parameter, with its name', async () => {
    const root = folder({ 'a.json': json({ init: rule('orthogonal', 'bias$') }) });
    const { code, err } = await descent(root, 'train', 'a.json', '--out', 'run');
    expect(code).not.toBe(0);
    expect(err).toContain('0.bias: orthogonal is for other parameters\n  received: shape [8]');
  });

  test('initializers is a key that people guess', async () => {
    const root = folder({ 'a.json': json({ init: undefined, initializers: RULES }) });
    expect((await descent(root, 'train', 'a.json')).err).toContain("initializers: unknown key; did you mean 'init'?");
  });
});
