import { describe, expect, test } from 'vitest';
import type { NDArray, Node } from '../src/public/backend.ts';
import * as d from '../src/public/index.ts';
import { add, input } from '../src/public/ops.ts';
import { run } from './_reference.ts';

const block = (channels: number): d.Layer =>
  d.layer('block', { conv: d.conv2d(channels, channels, 3, { padding: 1 }), act: d.relu() }, (x, { conv, act }) =>
    add(x, act(conv(x))),
  );
const net = d.sequential({
  features: d.sequential(d.conv2d(1, 4, 3), d.batchNorm2d(4), d.relu(), block(4)),
  flat: d.flatten(),
  head: d.linear(4 * 4 * 4, 3),
});
const sample = { shape: [1, 6, 6] };

/** What a network gives for one input, with given parameters, or those of seed 1. */
async function outputOf(model: d.Layer, parameters = d.initParameters(model, 1)): Promise<readonly number[]> {
  const nodes = new Map(model.parameters.map(({ name, shape }) => [name, input(name, shape)]));
  const y = d.applyLayer(model, input('x', [2, 1, 6, 6]), nodes, { training: false }) as Node;
  const x = d.ndarray(
    'float32',
    [2, 1, 6, 6],
    Float32Array.from({ length: 72 }, (_, i) => Math.sin(i)),
  );
  return [...((await run({ y }, { x, ...parameters }))['y'] as NDArray).data];
}

describe('initialize', () => {
  test('the first rule that matches starts a parameter, all others start as before', () => {
    const model = d.initialize(net, [
      { match: /^head\.weight$/, init: d.zerosInit },
      { match: '\\.weight$', init: d.onesInit },
    ]);
    const [before, after] = [d.initParameters(net, 5), d.initParameters(model, 5)];
    expect(model.parameters.map(({ name }) => name)).toEqual(net.parameters.map(({ name }) => name));
    for (const [name, { data }] of Object.entries(after)) {
      if (name === 'head.weight') expect(new Set(data)).toEqual(new Set([0]));
      else if (name.endsWith('.weight')) expect(new Set(data)).toEqual(new Set([1]));
      else expect(data, name).toEqual(before[name]?.data);
    }
  });

  test('the network computes as before, and the description that was given stays as it was', async () => {
    const model = d.initialize(net, [{ match: /conv\.weight/, init: d.onesInit }]);
    const parameters = d.initParameters(net, 3);
    expect(await outputOf(model, parameters)).toEqual(await outputOf(net, parameters));
    expect(d.initParameters(net, 3)).toEqual(parameters);
    expect(d.formatSummary(d.summarize(model, sample))).toBe(d.formatSummary(d.summarize(net, sample)));
  });

  test('holds where the network is a part of another, and where its layers are replaced', () => {
    const started = d.initialize(net, [{ match: /^features\.0\.weight$/, init: d.onesInit }]);
    for (const model of [d.sequential(started), d.replace(d.sequential(started), { kind: 'relu' }, d.gelu())])
      expect(new Set(d.initParameters(model, 1)['0.features.0.weight']?.data)).toEqual(new Set([1]));
  });

  test('a pattern is not asked for running statistics, and one with a memory finds all', () => {
    const model = d.initialize(net, [{ match: /./g, init: d.onesInit }]);
    const drawn = d.initParameters(model, 1);
    expect(new Set(drawn['features.1.running_mean']?.data)).toEqual(new Set([0]));
    expect(new Set(drawn['head.bias']?.data)).toEqual(new Set([1]));
    expect(() => d.initialize(net, [{ match: /running/, init: d.onesInit }])).toThrow(/matches no parameter/);
  });
});

describe('select', () => {
  test.each<[string, d.Selection, readonly string[]]>([
    ['a kind', { kind: 'conv2d' }, ['features.0', 'features.3.conv']],
    ['a kind that holds others', { kind: 'sequential' }, ['', 'features']],
    ['a path', { match: /^features\.\d$/ }, ['features.0', 'features.1', 'features.2', 'features.3']],
    ['a path as text', { match: 'act$' }, ['features.3.act']],
    ['both', { kind: 'relu', match: /^features\.2/ }, ['features.2']],
  ])('%s', (_, what, paths) => {
    expect(d.select(net, what).map(({ path }) => path)).toEqual(paths);
  });

  test('gives the layers themselves', () => {
    expect(d.select(net, { kind: 'linear' })[0]?.layer.label).toBe('linear(64 → 3)');
    expect(d.select(d.relu(), { kind: 'relu' })).toHaveLength(1);
  });
});

describe('replace', () => {
  test('all of a kind', async () => {
    const model = d.replace(net, { kind: 'relu' }, d.tanh());
    expect(d.select(model, { kind: 'tanh' }).map(({ path }) => path)).toEqual(['features.2', 'features.3.act']);
    const byHand = d.sequential({
      features: d.sequential(
        d.conv2d(1, 4, 3),
        d.batchNorm2d(4),
        d.tanh(),
        d.layer('block', { conv: d.conv2d(4, 4, 3, { padding: 1 }), act: d.tanh() }, (x, { conv, act }) =>
          add(x, act(conv(x))),
        ),
      ),
      flat: d.flatten(),
      head: d.linear(64, 3),
    });
    expect(await outputOf(model)).toEqual(await outputOf(byHand));
    expect(await outputOf(model)).not.toEqual(await outputOf(net));
  });

  test('one by its path, with other parameters', async () => {
    const model = d.replace(net, { match: /^head$/ }, d.sequential(d.linear(64, 8), d.gelu(), d.linear(8, 2)));
    expect(model.parameters.slice(-4).map(({ name }) => name)).toEqual([
      'head.0.weight',
      'head.0.bias',
      'head.2.weight',
      'head.2.bias',
    ]);
    expect(await outputOf(model)).toHaveLength(4);
    expect(net.parameters.at(-1)?.name).toBe('head.bias');
  });

  test('by a function of the layer and its path; the outer one of two', () => {
    const seen: string[] = [];
    const model = d.replace(net, { match: /features/ }, (layer, path) => {
      seen.push(`${path} ${layer.label}`);
      return layer;
    });
    expect(seen).toEqual(['features sequential']);
    expect(model).toBe(net);
  });

  test('the whole network', () => {
    expect(d.replace(d.relu(), { kind: 'relu' }, d.gelu()).label).toBe('gelu');
  });

  test('running statistics of what comes in are kept by its path', () => {
    const model = d.replace(net, { match: /^features\.3\.act$/ }, d.batchNorm2d(4));
    const assigned: string[] = [];
    const nodes = new Map(model.parameters.map(({ name, shape }) => [name, input(name, shape)]));
    d.applyLayer(model, input('x', [2, 1, 6, 6]), nodes, { training: true, assign: (name) => assigned.push(name) });
    expect(assigned).toContain('features.3.act.running_mean');
  });

  test('an error in what came in names its place', () => {
    const model = d.replace(net, { match: /^head$/ }, d.linear(63, 3));
    expect(() => d.summarize(model, sample)).toThrow(/head linear\(63 → 3\)/);
  });

  test('trains', async () => {
    const { referenceBackend } = await import('../src/public/reference.ts');
    const model = d.initialize(
      d.replace(d.sequential(d.linear(2, 4), d.relu(), d.linear(4, 2)), { kind: 'relu' }, d.prelu()),
      [{ match: /weight/, init: d.normalInit() }],
    );
    const trainer = await d.createTrainer({
      model,
      loss: d.mse(),
      optimizer: d.sgd({ lr: 0.01 }),
      backend: referenceBackend(),
    });
    const x = d.tensor([
      [1, 2],
      [-3, 1],
    ]);
    const losses = [];
    for (let i = 0; i < 5; i++)
      losses.push(
        (
          await trainer.step(
            x,
            d.tensor([
              [0, 1],
              [1, 0],
            ]),
          )
        ).loss,
      );
    expect(losses[4]).toBeLessThan(losses[0] as number);
    expect(Object.keys(await trainer.parameters())).toContain('1.weight');
    trainer.dispose();
  });
});

const refused: Readonly<Record<string, readonly [() => unknown, RegExp]>> = {
  'a pattern for no name': [
    () => d.initialize(net, [{ match: /wieght/, init: d.onesInit }]),
    /matches no parameter[\s\S]*some of: features\.0\.weight/,
  ],
  'a rule behind one that takes all': [
    () =>
      d.initialize(net, [
        { match: /weight/, init: d.onesInit },
        { match: /head.weight/, init: d.zerosInit },
      ]),
    /a rule has no effect[\s\S]*the more special rules first/,
  ],
  'an initializer that was not called': [
    () => d.initParameters(d.initialize(net, [{ match: /weight/, init: d.orthogonal as never }]), 1),
    /head|features/,
  ],
  'an initializer for other shapes': [
    () => d.initParameters(d.initialize(net, [{ match: /^head/, init: d.orthogonal() }]), 1),
    /head\.bias[\s\S]*at least 2 axes/,
  ],
  'rules as an object': [() => d.initialize(net, { '.weight': d.onesInit } as never), /is not a list/],
  'no initializer': [() => d.initialize(net, [{ match: /w/ } as never]), /rules\[0\] was given an invalid init/],
  'a broken pattern': [() => d.initialize(net, [{ match: '(', init: d.onesInit }]), /no regular expression/],
  'an unknown kind': [() => d.select(net, { kind: 'conv2D' }), /did you mean 'conv2d'/],
  'a path that there is not': [() => d.select(net, { match: /tail/ }), /some of features, features\.0/],
  'a selection of nothing': [() => d.select(net, {}), /says nothing/],
  'a text as selection': [() => d.select(net, 'conv2d' as never), /as one object/],
  'a replacement that is no layer': [() => d.replace(net, { kind: 'relu' }, 3 as never), /is not a layer/],
  'a function that gives none': [
    () => d.replace(net, { kind: 'relu' }, () => undefined as never),
    /by, for features\.2 is missing/,
  ],
  'nothing to replace': [() => d.replace(net, { kind: 'gelu' }, d.relu()), /the network has no such layer/],
};

test.each(Object.entries(refused))('%s is refused', (_, [make, message]) => {
  expect(make).toThrow(message);
  expect(make).toThrow(d.DescentError);
});

describe('partParameters', () => {
  test('a part alone computes with them what it computes in the network', () => {
    const parameters = d.initParameters(net, 3);
    const own = d.partParameters(parameters, 'features');
    expect(Object.keys(own)).toEqual(net.children?.get('features')?.parameters.map(({ name }) => name));
    for (const [name, array] of Object.entries(own)) expect(array).toBe(parameters[`features.${name}`]);
    expect(Object.keys(d.partParameters(parameters, 'features.3'))).toEqual(['conv.weight', 'conv.bias']);
    expect(Object.keys(d.partParameters(own, '3.conv'))).toEqual(['weight', 'bias']);
  });

  test.each(['', 'feature', 'features.', 'flat', 'head.weight', 'hea'])('there is nothing at %j', (path) => {
    const find = () => d.partParameters(d.initParameters(net, 3), path);
    expect(find).toThrow(d.ValueError);
    expect(find).toThrow('a path that begins with features, head');
  });
});
