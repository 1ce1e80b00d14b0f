import * as core from '@descent/core';
import {
  accumulate,
  cosine,
  createTrainer,
  cyclic,
  drawSchedule,
  type FitPosition,
  fit,
  linear,
  linearRamp,
  type Metric,
  type Mode,
  mse,
  multiply,
  multiStep,
  oneCycle,
  type ReduceOnPlateauOptions,
  reduceOnPlateau,
  type Schedule,
  type ScheduleFunction,
  sequence,
  sgd,
  stepDecay,
  tensor,
  warmup,
} from '@descent/core';
import { scalar } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';
import { readFixture } from './_fixture.ts';

type Call = readonly [string, ...unknown[]];

interface Fixture {
  readonly courses: readonly {
    readonly name: string;
    readonly call: Call;
    readonly rates: readonly number[];
    readonly momentum?: Call;
    readonly momenta?: readonly number[];
  }[];
  readonly plateaus: readonly {
    readonly name: string;
    readonly options: ReduceOnPlateauOptions;
    readonly metrics: readonly number[];
    readonly rates: readonly number[];
  }[];
}

const exported: Readonly<Record<string, unknown>> = core;
const isCall = (value: unknown): value is Call => Array.isArray(value) && typeof value[0] === 'string';

/** What a call in the fixture makes, with the calls inside it. */
function build([name, ...args]: Call): ScheduleFunction {
  const made = (value: unknown): unknown =>
    isCall(value) ? build(value) : Array.isArray(value) ? value.map(made) : value;
  return (exported[name] as (...given: unknown[]) => ScheduleFunction)(...args.map(made));
}

const { courses, plateaus } = readFixture<Fixture>('schedules.json');

describe('schedules as in PyTorch, over whole courses', () => {
  test.each(courses.map((course) => [course.name, course] as const))('%s', (_, { call, rates, momentum, momenta }) => {
    const expectCourse = (made: Call, expected: readonly number[]): void => {
      const schedule = build(made);
      for (const [i, v] of expected.entries()) expect(schedule(i + 1), `step ${i + 1}`).toBeCloseTo(v, 8);
    };
    expectCourse(call, rates);
    if (momentum !== undefined) expectCourse(momentum, momenta as readonly number[]);
  });

  test('every schedule of core is among them', () => {
    const seen = new Set(JSON.stringify(courses).match(/"[a-zA-Z]+"/g));
    const composed = ['warmup', 'drawSchedule', 'reduceOnPlateau'];
    const all = Object.keys(SCHEDULES).filter((name) => !composed.includes(name));
    expect(all.filter((name) => !seen.has(`"${name}"`))).toEqual([]);
  });
});

type ScheduleName = {
  [N in keyof typeof core]: (typeof core)[N] extends (...args: never[]) => infer R
    ? [R] extends [never]
      ? never
      : [R] extends [ScheduleFunction]
        ? N
        : never
    : never;
}[keyof typeof core];

/** Derived from the exports: a new schedule that is not here does not compile. */
const SCHEDULES: { readonly [N in ScheduleName]: Schedule } = {
  constant: core.constant({ lr: 1, factor: 0.1, steps: 3 }),
  cosine: cosine({ lr: 1, steps: 10, warmup: 2 }),
  cosineRestarts: core.cosineRestarts({ lr: 1, steps: 4, tMult: 2 }),
  cyclic: cyclic({ baseLr: 0.1, maxLr: 1, stepsUp: 4 }),
  cyclicMomentum: core.cyclicMomentum({ stepsUp: 4 }),
  exponential: core.exponential({ lr: 1, gamma: 0.9 }),
  inverseSqrt: core.inverseSqrt({ lr: 1, warmup: 4 }),
  linearRamp: linearRamp({ lr: 1, steps: 5 }),
  multiStep: multiStep({ lr: 1, milestones: [2, 5] }),
  multiply: multiply(0.5, core.exponential({ lr: 1, gamma: 0.9 })),
  oneCycle: oneCycle({ maxLr: 1, steps: 20 }),
  oneCycleMomentum: core.oneCycleMomentum({ steps: 20 }),
  polynomial: core.polynomial({ lr: 1, steps: 8 }),
  reduceOnPlateau: reduceOnPlateau({ lr: 1 }),
  sequence: sequence([
    [2, 0.5],
    [3, cosine({ lr: 1, steps: 3 })],
  ]),
  stepDecay: stepDecay({ lr: 1, every: 3 }),
  warmup: warmup(3, 1),
};

test.each(Object.entries(SCHEDULES))(
  '%s is a finite number of at least 0 at every step, also long after its end, and a picture',
  (_, schedule) => {
    for (const step of [1, 2, 3, 10, 19, 20, 21, 1000, 1e6]) {
      const v = (schedule as ScheduleFunction)(step);
      expect(Number.isFinite(v) && v >= 0, `step ${step}: ${v}`).toBe(true);
    }
    expect(drawSchedule(schedule, { steps: 30 })).toMatch(/^<svg .*polyline.*<\/svg>$/);
  },
);

test('warmup grows to the first rate of a schedule, which then begins', () => {
  const plain = cosine({ lr: 1, steps: 6 });
  const both = cosine({ lr: 1, steps: 10, warmup: 4 });
  for (let step = 1; step <= 12; step++) expect(warmup(4, plain)(step)).toBeCloseTo(both(step), 12);
  expect([1, 2, 3].map(warmup(2, 0.5))).toEqual([0.25, 0.5, 0.5]);
  expect(warmup(0, 0.5)(1)).toBe(0.5);
});

test('oneCycle stays at its end, and takes shares that leave no step to grow', () => {
  const cycle = oneCycle({ maxLr: 1, steps: 10, pctStart: 0.1 });
  expect(cycle(1)).toBe(1);
  expect(cycle(11)).toBeCloseTo(cycle(10), 12);
  expect(oneCycle({ maxLr: 1, steps: 1 })(1)).toBeCloseTo(1 / 25 / 1e4, 12);
  expect(oneCycle({ maxLr: 1, steps: 10, pctStart: 0 })(1)).toBeGreaterThan(0.9);
});

test.each([
  ['milestones that do not ascend', () => multiStep({ lr: 1, milestones: [5, 2] }), /ascend/],
  ['one milestone', () => multiStep({ lr: 1, milestones: 5 as never }), /a list of whole numbers/],
  ['no parts', () => sequence([]), /no parts/],
  ['a schedule as parts', () => sequence(cosine({ lr: 1, steps: 2 }) as never), /list of parts/],
  ['a part without its steps', () => sequence([cosine({ lr: 1, steps: 2 })] as never), /\[steps, schedule\]/],
  ['a part of no steps', () => sequence([[0, 1]]), /number of steps of part 0/],
  ['nothing to multiply', () => multiply(), /at least one/],
  ['options in place of a schedule', () => warmup(3, { lr: 1 } as never), /not a schedule/],
  ['another way to anneal', () => oneCycle({ maxLr: 1, steps: 9, anneal: 'cosine' as never }), /'cos', 'linear'/],
  ['three phases that do not fit', () => oneCycle({ maxLr: 1, steps: 9, pctStart: 0.6, threePhase: true }), /pctStart/],
  ['an unknown mode', () => cyclic({ baseLr: 0, maxLr: 1, mode: 'exp_range' as never }), /'expRange'/],
  ['a misspelt option', () => linearRamp({ lr: 1, step: 3 } as never), /did you mean 'steps'/],
  ['a schedule that gives no number', () => drawSchedule(() => Number.NaN, { steps: 3 }), /schedule gives no usable/],
  ['a picture of nothing', () => drawSchedule(1, { steps: 0 }), /steps/],
])('refuses %s', (_, make, message) => {
  expect(make).toThrow(message);
});

describe('reduceOnPlateau', () => {
  const [x, y] = [tensor([[1]]), tensor([[2]])];
  const train = {
    length: 2,
    batchSize: 1,
    epoch: () => [
      { x, y },
      { x, y },
    ],
  };

  /** Trains as many epochs as there are numbers, each of which is the metric of its epoch; gives the rate of each epoch, and that after the last. */
  async function ratesOf(
    metrics: readonly number[],
    options: ReduceOnPlateauOptions,
    stop = metrics.length,
    wrap = (optimizer: core.Optimizer): core.Optimizer => optimizer,
  ): Promise<number[]> {
    const rates: number[] = [];
    let position: FitPosition | undefined;
    // In two parts, with all that a checkpoint has.
    for (const epochs of stop === metrics.length ? [stop] : [stop, metrics.length]) {
      const plateau = reduceOnPlateau({ ...options, metric: 'train.given' });
      const optimizer = wrap(sgd({ lr: plateau }));
      const given: Metric = {
        name: 'given',
        better: options.mode === 'max' ? 'higher' : 'lower',
        apply: () => scalar(0),
      };
      const trainer = await createTrainer({
        ...{ model: linear(1, 1), loss: mse(), optimizer, metrics: [given], backend: referenceBackend() },
      });
      if (position !== undefined) await trainer.load({ ...(await trainer.state()), step: 2 * stop });
      const onEvent = (event: core.FitEvent): void => {
        if (event.type === 'epoch')
          (event.train as Record<string, number>)['given'] = metrics[event.epoch - 1] as number;
      };
      const look = {
        onStart: () => void (epochs === stop && rates.push(core.learningRate(optimizer, 1))),
        onEpoch(_: unknown, context: core.FitContext): void {
          rates.push(core.learningRate(optimizer, context.trainer.stepCount + 1));
          position = context.position;
        },
      };
      await fit(trainer, {
        ...{ train, epochs, log: null, callbacks: [look], onEvent },
        ...(position !== undefined && { resume: position }),
      });
    }
    return rates;
  }

  const expectRates = (received: readonly number[], expected: readonly number[]): void => {
    expect(received).toHaveLength(expected.length);
    for (const [i, v] of expected.entries()) expect(received[i], `epoch ${i + 1}`).toBeCloseTo(v, 10);
  };

  test.each(plateaus.map((p) => [p.name, p] as const))('as in PyTorch: %s', async (_, { options, metrics, rates }) => {
    expectRates(await ratesOf(metrics, options), rates);
    // Resumed in the middle.
    expectRates(await ratesOf(metrics, options, 13), rates);
  });

  test.each(plateaus.map((p) => [p.name, p] as const))(
    'told by hand as in PyTorch: %s',
    (_, { options, metrics, rates }) => {
      const lr = reduceOnPlateau({ ...options, metric: null });
      const told = metrics.map((value) => {
        lr.step(value);
        return lr(1);
      });
      expectRates([reduceOnPlateau({ ...options, metric: null })(1), ...told], rates);
    },
  );

  test('in a loop of one’s own somebody has to tell it', async () => {
    const trainerOf = (lr: ScheduleFunction) =>
      createTrainer({ model: linear(1, 1), loss: mse(), optimizer: sgd({ lr }), backend: referenceBackend() });
    const followed = reduceOnPlateau({ lr: 0.1 });
    const untold = await trainerOf(core.warmup(2, followed));
    await expect(untold.step(x, y)).rejects.toThrow(/told of epochs by fit[\s\S]*metric: null[\s\S]*step\(loss\)/);
    await expect(untold.gradients(x, y).then(untold.update)).rejects.toThrow(/told of epochs by fit/);
    expect(untold.stepCount).toBe(0);
    expect((await core.overfitOneBatch(untold, { x, y }, { steps: 2 })).steps).toBe(2);
    await expect(untold.step(x, y)).rejects.toThrow(/told of epochs by fit/);
    expect(() => followed.step(1)).toThrow(/told of epochs by fit[\s\S]*metric: null/);

    const byHand = reduceOnPlateau({ lr: 1, metric: null, patience: 0, factor: 0.5 });
    const told = await trainerOf(byHand);
    for (const value of [3, 2, 2, 2]) {
      await told.step(x, y);
      byHand.step(value);
    }
    expect(core.learningRate(told.options.optimizer, 5)).toBe(0.25);
    expect(() => byHand.step('2' as never)).toThrow(/step[\s\S]*number/);
    await expect(fit(told, { train, epochs: 1, log: null })).rejects.toThrow(/told by hand[\s\S]*leave metric out/);
    // One that fit told goes on in a loop.
    const both = await trainerOf(reduceOnPlateau({ lr: 0.01, metric: 'train.loss' }));
    await fit(both, { train, epochs: 1, log: null });
    await both.step(x, y);
    expect(both.stepCount).toBe(3);
  });

  test('counts epochs, not updates, where the optimizer accumulates', async () => {
    const { options, metrics, rates } = plateaus[1] as (typeof plateaus)[number];
    expectRates(await ratesOf(metrics, options, metrics.length, (inner) => accumulate(2, inner)), rates);
  });

  test('reduces a schedule, and says what rate a step before had', async () => {
    const plateau = reduceOnPlateau({
      lr: (step) => 1 / step,
      patience: 0,
      factor: 0.5,
      metric: 'train.loss',
      mode: 'max',
    });
    const optimizer = sgd({ lr: plateau });
    const trainer = await createTrainer({ model: linear(1, 1), loss: mse(), optimizer, backend: referenceBackend() });
    await fit(trainer, { train, epochs: 3, log: null });
    // The first epoch is the best, whatever its loss; steps 5 and 6 follow the second epoch.
    expect([4, 5, 6, 7].map((step) => plateau(step))).toEqual([1 / 4, 0.5 / 5, 0.5 / 6, 0.25 / 7]);
  });

  const trained = async (optimizer: core.Optimizer): Promise<core.Trainer> => {
    const trainer = await createTrainer({ model: linear(1, 1), loss: mse(), optimizer, backend: referenceBackend() });
    await fit(trainer, { train, epochs: 3, log: null });
    return trainer;
  };
  // No loss is below 0, so that each epoch but the first reduces the rate.
  const options = { patience: 0, factor: 0.5, metric: 'train.loss', threshold: 1 } as const;

  test.each([
    ['multiply', (plateau: ScheduleFunction) => sgd({ lr: core.multiply(2, plateau) }), 0.5],
    ['warmup', (plateau: ScheduleFunction) => sgd({ lr: core.warmup(2, plateau) }), 0.25],
    [
      'sequence',
      (plateau: ScheduleFunction) =>
        sgd({
          lr: core.sequence([
            [3, 0.7],
            [9, plateau],
          ]),
        }),
      0.25,
    ],
    [
      'a second part of a sequence that is not asked yet',
      (plateau: ScheduleFunction) =>
        sgd({
          lr: core.sequence([
            [6, 0.7],
            [9, plateau],
          ]),
        }),
      0.25,
    ],
    ['swa', (plateau: ScheduleFunction) => core.swa({ start: 100, lr: 9 }, sgd({ lr: plateau })), 0.25],
    ['lookahead', (plateau: ScheduleFunction) => core.lookahead(5, 0.5, sgd({ lr: plateau })), 0.25],
    ['clipped', (plateau: ScheduleFunction) => core.clipped(1, sgd({ lr: plateau })), 0.25],
    ['sam', (plateau: ScheduleFunction) => core.sam(0.05, sgd({ lr: plateau })), 0.25],
    ['a group', (plateau: ScheduleFunction) => sgd({ lr: 1, groups: [{ match: /bias/, lr: plateau }] }), 0.25],
  ] as const)('fit finds it inside %s', async (name, make, rate) => {
    const plateau = reduceOnPlateau({ lr: 1, ...options });
    const optimizer: core.Optimizer = make(plateau);
    await trained(optimizer);
    expect(core.learningRate(optimizer, 7, name === 'a group' ? 'bias' : 'weight')).toBeCloseTo(rate, 12);
  });

  test('is called once where two groups share it, and belongs to one trainer', async () => {
    const plateau = reduceOnPlateau({ lr: 1, ...options });
    const optimizer = sgd({ lr: plateau, groups: [{ match: /bias/, lr: plateau }] });
    const trainer = await trained(optimizer);
    expect(plateau(7)).toBe(0.25);
    // Going on with the same trainer goes on with the rate.
    await fit(trainer, { train, epochs: 2, log: null });
    expect(plateau(11)).toBe(0.0625);
    await expect(trained(optimizer)).rejects.toThrow(/has followed another trainer[\s\S]*make the optimizer anew/);
  });

  test('is refused as a callback beside another learning rate, which it would not change', async () => {
    const plateau = reduceOnPlateau({ lr: 1, ...options });
    const started = async (lr: Schedule, callbacks: unknown): Promise<unknown> => {
      const optimizer = sgd({ lr });
      const trainer = await createTrainer({ model: linear(1, 1), loss: mse(), optimizer, backend: referenceBackend() });
      return fit(trainer, { train, epochs: 3, log: null, callbacks: callbacks as never });
    };
    for (const callbacks of [plateau, [plateau]])
      await expect(started(0.1, callbacks)).rejects.toThrow(/no callback[\s\S]*sgd\(\{ lr: reduceOnPlateau/);
    await expect(started(0.1, [...plateau.callbacks])).rejects.toThrow(
      /does not have it[\s\S]*give it to the optimizer/,
    );
    // A function around it hides it from fit, which is told of it so.
    const hidden = reduceOnPlateau({ lr: 1, ...options });
    await started((step) => hidden(step) / 2, [...hidden.callbacks]);
    expect(hidden(7)).toBe(0.25);
  });

  test('refuses places where fit does not see it, a metric that is not there, and bad options', async () => {
    const plateau = reduceOnPlateau({ lr: 0.1 });
    expect(() => core.muon({ others: core.adamW({ lr: plateau }) })).toThrow(/muon\.others\.lr[\s\S]*what epochs give/);
    expect(() => sgd({ lr: 0.1, momentum: plateau })).toThrow(/what epochs give/);
    expect(() => core.adam({ betas: [plateau, 0.9] })).toThrow(/what epochs give/);
    expect(() => reduceOnPlateau({ lr: plateau })).toThrow(/reduceOnPlateau\.lr[\s\S]*what epochs give/);
    await expect(trained(sgd({ lr: plateau }))).rejects.toThrow(/no such metric/);
    expect(() => reduceOnPlateau({ lr: 0.1, factor: 1 })).toThrow(/factor/);
    expect(() => reduceOnPlateau({ lr: 0.1, mode: 'lower' as Mode })).toThrow(/'min', 'max'/);
    expect(() => reduceOnPlateau({ lr: 0.1, patiens: 3 } as never)).toThrow(/did you mean 'patience'/);
  });
});

test('cosine falls from lr to min, after a linear warm-up', () => {
  const plain = cosine({ lr: 1, steps: 4, min: 0.2 });
  const expected = [0, 1, 2, 3, 4, 5].map((done) => 0.2 + 0.4 * (1 + Math.cos((Math.PI * Math.min(done, 4)) / 4)));
  for (const [i, v] of expected.entries()) expect(plain(i + 1)).toBeCloseTo(v, 12);
  const warm = cosine({ lr: 1, steps: 10, warmup: 4 });
  expect([1, 2, 3, 4, 5].map(warm)).toEqual([0.25, 0.5, 0.75, 1, 1]);
  expect(() => cosine({ lr: 1, steps: 0 })).toThrow(/cosine\.steps/);
});

test('stepDecay multiplies by gamma every so many steps', () => {
  const f = stepDecay({ lr: 1, every: 2, gamma: 0.5 });
  expect([1, 2, 3, 4, 5].map(f)).toEqual([1, 1, 0.5, 0.5, 0.25]);
});

test('the trainer asks for the rate of each step, and refuses one that is not finite', async () => {
  const asked: number[] = [];
  const lr = (step: number): number => {
    asked.push(step);
    return step < 4 ? 0.1 : Number.NaN;
  };
  const trainer = await createTrainer({
    model: linear(1, 1),
    loss: mse(),
    optimizer: sgd({ lr }),
    backend: referenceBackend(),
  });
  const [x, y] = [tensor([[1]]), tensor([[2]])];
  for (let i = 0; i < 3; i++) await trainer.step(x, y);
  expect([...new Set(asked)]).toEqual([1, 2, 3]);
  await expect(trainer.step(x, y)).rejects.toThrow(/sgd\.lr.*step 4|step 4/s);
});
