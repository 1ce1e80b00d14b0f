import * as core from '@descent/core';
import {
  accumulate,
  adam,
  adamW,
  averaged,
  averagedParameters,
  clipped,
  createTrainer,
  lookahead,
  type NDArray,
  NumericError,
  type Optimizer,
  type Parameters,
  parameter,
  sgd,
  swa,
  tensor,
  zerosInit,
} from '@descent/core';
import { mean } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';
import { programInputs } from '../src/backend/program-inputs.ts';
import { key } from '../src/public/random.ts';
import { stepFeeds } from '../src/train/feeds.ts';
import { readyDraws } from '../src/train/ready-draws.ts';
import { entriesOf } from '../src/train/saved.ts';
import { updateProgram } from '../src/train/split-step.ts';
import { arrayOf, expectMatches, type FixtureArray, readFixture } from './_fixture.ts';

interface Run {
  readonly name: string;
  readonly optimizer: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly lookahead?: readonly [number, number];
  readonly swa?: core.SwaOptions;
  readonly average?: boolean;
  readonly after: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}

interface Fixture {
  readonly start: Readonly<Record<string, FixtureArray>>;
  readonly gradients: readonly Readonly<Record<string, readonly number[]>>[];
  readonly runs: readonly Run[];
}

const { start, gradients, runs } = readFixture<Fixture>('optimizers-more.json');
const parameters = Object.fromEntries(Object.entries(start).map(([name, a]) => [name, arrayOf(a)])) as Parameters;
const shapes = Object.entries(start).map(([name, { shape }]) => [name, shape] as const);

/** A network of these parameters; what it computes does not matter, since updates are made of given gradients. */
const model = core.layer(
  'parameters',
  Object.fromEntries(shapes.map(([name, shape]) => [name, parameter(shape, { init: zerosInit })])),
  (x: core.Node) => x,
);
const loss: core.Loss = { label: 'any', apply: (output) => mean(output) };
const make = (optimizer: Optimizer, of: core.Layer = model, start?: Parameters) =>
  createTrainer({ model: of, loss, optimizer, backend: referenceBackend(), ...(start && { parameters: start }) });

type Data = Readonly<Record<string, readonly number[]>>;

function given(data: Data, weight = 1): core.ParameterGradients {
  const arrays = Object.entries(data).map(([name, d]) => [
    name,
    core.ndarray('float32', start[name]?.shape ?? [d.length], Float32Array.from(d)),
  ]);
  return { gradients: Object.fromEntries(arrays), weight, assigned: {} };
}

/** JSON has no functions: what a schedule changes goes by name in the fixture, and the rate of an optimizer inside by itself. */
const cycled = (step: number): number => 0.5 + 0.4 / step;

function numbersOf(step: number, name: string): readonly number[] {
  return (gradients[step] as Data)[name] as readonly number[];
}

function optionsOf({ options }: Run): Record<string, unknown> {
  const made = (value: unknown): unknown =>
    value === 'cycled' ? cycled : Array.isArray(value) ? value.map(made) : value;
  const all = Object.fromEntries(Object.entries(options).map(([name, value]) => [name, made(value)]));
  return typeof all['others'] === 'number' ? { ...all, others: adamW({ lr: all['others'] }) } : all;
}

function built(run: Run): Optimizer {
  const plain = (core as unknown as Record<string, (options: object) => Optimizer>)[run.optimizer]?.(optionsOf(run));
  const ahead = run.lookahead === undefined ? plain : lookahead(...run.lookahead, plain as Optimizer);
  return run.swa === undefined ? (ahead as Optimizer) : swa(run.swa, ahead as Optimizer);
}

describe('optimizers as in PyTorch or in their papers, over fifty steps', () => {
  test.each(runs.map((run) => [run.name, run] as const))('%s', async (_, run) => {
    const trainer = await make(built(run), model, parameters);
    // Muon's iterations enlarge what is small, and its errors with it.
    const tolerance = run.optimizer === 'muon' ? 2e-4 : 2e-5;
    for (const [i, data] of gradients.entries()) {
      await trainer.update(given(data));
      const after = run.after[i + 1];
      if (after === undefined) continue;
      const state = await trainer.state();
      const isSeen = Object.values(after).some((d) => d.some((v) => v !== 0));
      const received = run.average !== true ? state.parameters : isSeen ? averagedParameters(state) : {};
      for (const [name, expected] of Object.entries(isSeen ? after : {}))
        expectMatches(
          received[name],
          { ...(start[name] as FixtureArray), data: expected },
          tolerance,
          `${name}, ${i + 1}`,
        );
    }
    trainer.dispose();
  });
});

type OptimizerName = {
  [N in keyof typeof core]: (typeof core)[N] extends (...args: never[]) => infer R
    ? [R] extends [never]
      ? never
      : [R] extends [Optimizer]
        ? N
        : never
    : never;
}[keyof typeof core];

/** Derived from the exports: a new optimizer that is not here does not compile. */
const ALL: { readonly [N in OptimizerName]: readonly Optimizer[] } = {
  accumulate: [accumulate(2, core.adafactor()), accumulate(3, core.noisy({ eta: 0.1 }, lookahead(2, 0.5, adam())))],
  adadelta: [core.adadelta()],
  adafactor: [core.adafactor({ weightDecay: 0.1 })],
  adagrad: [core.adagrad({ lrDecay: 0.1, initialAccumulatorValue: 0.1 })],
  adam: [adam({ amsgrad: true }), adam({ betas: [cycled, 0.9] })],
  adamW: [adamW({ decay: 'weights' })],
  adamax: [core.adamax()],
  asgd: [core.asgd({ t0: 2 })],
  averaged: [averaged(0.9, core.rmsprop())],
  clipped: [clipped(0.5, core.rprop()), clipped({ value: 0.5 }, core.lion())],
  lamb: [core.lamb({ weightDecay: 0.1 })],
  lion: [core.lion({ weightDecay: 0.1 })],
  lookahead: [lookahead(3, 0.5, sgd({ lr: 0.1, momentum: 0.9 }))],
  muon: [core.muon(), core.muon({ match: 'tall', others: sgd({ lr: 0.1, momentum: 0.9 }) })],
  nadam: [core.nadam({ weightDecay: 0.1 })],
  noisy: [core.noisy({ eta: 0.3 }, sgd({ lr: 0.1 }))],
  radam: [core.radam({ betas: [0.9, 0.9] })],
  rmsprop: [core.rmsprop({ centered: true, momentum: 0.9 })],
  rprop: [core.rprop()],
  sam: [core.sam(0.05, sgd({ lr: 0.1 }))],
  sgd: [sgd({ lr: 0.1, momentum: cycled, dampening: 0.5 })],
  swa: [swa({ start: 2, every: 2, lr: 0.1 }, adam())],
};
const everyOne = Object.values(ALL).flatMap((list) => list.map((optimizer) => [optimizer.label, optimizer] as const));

describe.each(everyOne)('%s', (_, optimizer) => {
  test('resumed equals never having stopped, to the bit', async () => {
    const whole = await make(optimizer, model, parameters);
    const first = await make(optimizer, model, parameters);
    const data = gradients.slice(0, 9);
    for (const g of data) await whole.update(given(g));
    for (const g of data.slice(0, 4)) await first.update(given(g));
    const resumed = await make(optimizer);
    await resumed.load(await first.state());
    for (const g of data.slice(4)) await resumed.update(given(g));
    expect(await resumed.state()).toEqual(await whole.state());
  });

  test('the state of another network is refused', async () => {
    const other = core.layer('other', { matrix: parameter([2, 2], { init: zerosInit }) }, (x: core.Node) => x);
    const { slots } = await (await make(optimizer)).state();
    const trainer = await make(optimizer, other);
    if (Object.keys(slots).length === 0) return;
    const { parameters } = await trainer.state();
    await expect(trainer.load({ step: 1, parameters, slots })).rejects.toThrow(/another network or optimizer/);
  });

  test('what is not finite among what an update writes is seen, whatever in the gradient made it so', async () => {
    const recipe = { model, loss, optimizer, metrics: [], isFrozen: () => false, owner: '' };
    const backend = referenceBackend();
    const { program, draws: asked } = updateProgram(recipe);
    const draws = await readyDraws(asked);
    const executable = await backend.compile(program);
    const besides = stepFeeds(optimizer, key(0));
    const trainer = await make(optimizer, model, parameters);
    for (const g of gradients.slice(0, 2)) await trainer.update(given(g));
    const before = entriesOf(recipe, await trainer.state());
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e25, -1e36, 3e38]) {
      for (const name of Object.keys(start)) {
        const data = {
          ...gradients[2],
          [name]: numbersOf(2, name).map((v, i) => (i === 0 ? bad : v)),
        };
        const { gradients: arrays } = given(data as Data);
        const named = Object.fromEntries(Object.entries(arrays).map(([n, array]) => [`gradients/${n}`, array]));
        const all = { ...named, ...besides.one(draws, 3), 'weights/loss': tensor(1) };
        const state = await backend.state(before);
        const feeds = Object.fromEntries(Object.entries(all).filter(([n]) => programInputs(program).has(n)));
        const check = (await executable.run(feeds, state))['check/written']?.data as Float32Array;
        const written = Object.entries(await state.read(program.writes));
        const isAllFinite = written.every(([, { data: d }]) => (d as Float32Array).every(Number.isFinite));
        if (!isAllFinite) expect(check.every(Number.isFinite), `${bad} in ${name}`).toBe(false);
        if (!Number.isFinite(bad)) expect(isAllFinite, `${bad} in ${name} leaves finite numbers`).toBe(false);
      }
    }
  });

  test('gradients too large to be squared leave finite parameters and slots, or are told', async () => {
    const trainer = await make(optimizer, model, parameters);
    await trainer.update(given(gradients[0] as Data));
    const huge = Object.fromEntries(shapes.map(([name]) => [name, numbersOf(1, name).map((v) => v * 1e25)]));
    const error = await trainer.update(given(huge)).catch((e: unknown) => e);
    if (error !== undefined) expect(error).toBeInstanceOf(NumericError);
    const { slots, parameters: after } = await trainer.state();
    for (const [name, { data }] of Object.entries({ ...slots, ...after }))
      expect((data as Float32Array).every(Number.isFinite), name).toBe(true);
  });

  test('a learning rate of 0 moves nothing', async () => {
    const still: Optimizer = { ...optimizer, lr: 0 };
    const trainer = await make(still, model, parameters);
    for (const g of gradients.slice(0, 6)) await trainer.update(given(g));
    expect(await trainer.parameters()).toEqual(parameters);
  });
});

describe('updateBatchNorm', () => {
  const net = core.sequential(core.batchNorm2d(2), core.dropout(0.5), core.flatten(), core.linear(4, 2));
  const one = core.ndarray('float32', [2, 2, 1, 2], Float32Array.of(1, 2, 0, -1, 3, 5, 2, 2));
  const two = core.ndarray('float32', [1, 2, 1, 2], Float32Array.of(-2, 0, 1e4, 1e4 + 2));
  const y = tensor([0]);
  const backend = referenceBackend();

  test('gives the mean of the statistics of the batches, whatever was there before', async () => {
    const first = core.initParameters(net, 0);
    const parameters = { ...first, '0.running_mean': tensor([1e6, -3]) } as Parameters;
    const batches = [one, two].map((x) => ({ x, y }));
    const updated = await core.updateBatchNorm({ model: net, parameters, batches, backend });
    // Means of the channels of each batch, and unbiased variances.
    const expected = {
      '0.running_mean': [(11 / 4 - 1) / 2, (3 / 4 + 1e4 + 1) / 2],
      '0.running_var': [(8.75 / 3 + 2) / 2, (6.75 / 3 + 2) / 2],
    };
    for (const [name, numbers] of Object.entries(expected))
      for (const [i, v] of numbers.entries())
        expect(((updated[name] as NDArray).data[i] as number) / v, name).toBeCloseTo(1, 4);
    for (const name of Object.keys(first).filter((n) => !n.includes('running')))
      expect(updated[name]).toEqual(parameters[name]);
  });

  test('is what a norm with momentum null keeps itself while it trains, batch by batch', async () => {
    const model = core.sequential(core.batchNorm2d(2, { momentum: null }), core.flatten(), core.linear(4, 2));
    const parameters = core.initParameters(model, 0);
    const given = { model, loss: core.mse(), optimizer: sgd({ lr: 0.01 }), backend };
    const trainer = await createTrainer({ ...given, parameters, freeze: /weight|bias/ });
    const batches = [one, one, two].map((x) => ({ x, y: tensor([...Array(x.shape[0])].map(() => [0, 0])) }));
    for (const { x, y } of batches) await trainer.step(x, y);
    const after = await trainer.parameters();
    expect(after['0.num_batches_tracked']?.data[0]).toBe(3);
    const updated = await core.updateBatchNorm({ model, parameters, batches, backend });
    for (const name of ['0.running_mean', '0.running_var'])
      for (const [i, v] of (updated[name] as NDArray).data.entries())
        expect((after[name]?.data[i] as number) / v, name).toBeCloseTo(1, 5);
    trainer.dispose();
  });

  test('changes nothing where there are no such layers, and refuses what is no batch or none at all', async () => {
    const model = core.linear(2, 1);
    const parameters = core.initParameters(model, 0);
    const batches = [{ x: tensor([[1, 2]]), y }];
    expect(await core.updateBatchNorm({ model, parameters, batches, backend })).toEqual(parameters);
    await expect(
      core.updateBatchNorm({ model: net, parameters: core.initParameters(net, 0), batches: [], backend }),
    ).rejects.toThrow(/no batches/);
    await expect(core.updateBatchNorm({ model, parameters, batches: batches[0] as never, backend })).rejects.toThrow(
      /into a list/,
    );
  });
});

describe('sam', () => {
  const backend = referenceBackend();
  const net = core.sequential(core.linear(3, 4), core.tanh(), core.dropout(0.5), core.linear(4, 2));
  const x = core.ndarray(
    'float32',
    [4, 3],
    Float32Array.from({ length: 12 }, (_, i) => Math.sin(i)),
  );
  const y = core.ndarray(
    'float32',
    [4, 2],
    Float32Array.from({ length: 8 }, (_, i) => Math.cos(i)),
  );
  const of = (optimizer: Optimizer, parameters: Parameters, model: core.Layer = net) =>
    createTrainer({ model, loss: core.mse(), optimizer, backend, parameters, seed: 5 });

  test('takes the gradient where a step up the gradient leads, with the same dropout', async () => {
    const first = core.initParameters(net, 1);
    const plain = await of(sgd({ lr: 0.1 }), first);
    const up = (await plain.gradients(x, y)).gradients;
    const all = Object.values(up).flatMap(({ data }) => [...(data as Float32Array)]);
    const norm = Math.hypot(...all);
    const there = Object.entries(first).map(([name, { shape, data }]) => [
      name,
      core.ndarray(
        'float32',
        shape,
        Float32Array.from(data, (v, i) => v + (0.3 / norm) * (up[name]?.data[i] as number)),
      ),
    ]);
    const moved = await of(sgd({ lr: 0.1 }), Object.fromEntries(there));
    const expected = (await moved.gradients(x, y)).gradients;
    const trainer = await of(core.sam(0.3, sgd({ lr: 0.1 })), first);
    const given = await trainer.gradients(x, y);
    expect(given.metrics).toEqual((await plain.gradients(x, y)).metrics);
    for (const [name, { data }] of Object.entries(expected))
      for (const [i, v] of data.entries()) expect(given.gradients[name]?.data[i], name).toBeCloseTo(v, 5);
    await trainer.step(x, y);
    const after = await trainer.parameters();
    for (const [name, { data }] of Object.entries(first))
      for (const [i, v] of data.entries())
        expect(after[name]?.data[i], name).toBeCloseTo(v - 0.1 * (expected[name]?.data[i] as number), 5);
  });

  test('updates running statistics once, and goes through what is around it', async () => {
    const model = core.sequential(core.batchNorm2d(1), core.flatten(), core.linear(2, 2));
    const images = core.ndarray('float32', [4, 1, 1, 2], x.data.slice(0, 8) as Float32Array);
    const first = core.initParameters(model, 1);
    const plain = await of(sgd({ lr: 0.1 }), first, model);
    await plain.step(images, y);
    const running = (p: Parameters) => [p['0.running_mean'], p['0.running_var']];
    const wrapped = clipped(9, accumulate(1, averaged(0.5, core.sam(0.1, sgd({ lr: 0.1 })))));
    for (const optimizer of [core.sam(0.1, sgd({ lr: 0.1 })), wrapped]) {
      const trainer = await of(optimizer, first, model);
      await trainer.step(images, y);
      const after = await trainer.parameters();
      expect(running(after)).toEqual(running(await plain.parameters()));
      expect(after['2.weight']).not.toEqual((await plain.parameters())['2.weight']);
    }
    expect(() => core.sam(0.1, core.sam(0.1, adam()))).toThrow(/sam is in sam/);
  });
});
