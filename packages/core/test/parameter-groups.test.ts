import {
  type AdamOptions,
  accumulate,
  adam,
  adamW,
  averaged,
  averagedParameters,
  clipped,
  createTrainer,
  type Layer,
  linear,
  mse,
  ndarray,
  type Optimizer,
  type ParameterGroup,
  type Parameters,
  type SgdOptions,
  sequential,
  sgd,
  tanh,
} from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';
import { arrayOf, expectMatches, type FixtureArray, readFixture } from './_fixture.ts';

interface Run {
  readonly name: string;
  readonly optimizer: 'sgd' | 'adam' | 'adamW';
  readonly options: SgdOptions & AdamOptions;
  readonly clip: { readonly norm: number } | { readonly value: number } | null;
  readonly losses: readonly number[];
  readonly after: Readonly<Record<string, readonly number[]>>;
}

interface Fixture {
  readonly x: FixtureArray;
  readonly y: FixtureArray;
  readonly start: Readonly<Record<string, FixtureArray>>;
  readonly runs: readonly Run[];
}

const model = sequential(linear(4, 5), tanh(), linear(5, 2));
const { x: fixedX, y: fixedY, start, runs } = readFixture<Fixture>('groups.json');
const [x, y] = [arrayOf(fixedX), arrayOf(fixedY)];
const parameters = Object.fromEntries(Object.entries(start).map(([name, a]) => [name, arrayOf(a)])) as Parameters;
const builders = { sgd, adam, adamW };

/** JSON has no functions: schedules go by name in the fixture. */
const schedules = new Map<unknown, (step: number) => number>([
  ['halved', (step) => 0.1 / 2 ** step],
  ['grown', (step) => 0.01 * step],
]);

function withSchedules(options: Run['options']): Run['options'] {
  const made = <T extends { readonly lr?: unknown }>(one: T): T =>
    schedules.has(one.lr) ? { ...one, lr: schedules.get(one.lr) } : one;
  const { groups } = options;
  return { ...made(options), ...(groups !== undefined && { groups: groups.map(made) }) };
}

const make = (optimizer: Optimizer, options: { freeze?: RegExp; model?: Layer } = {}) =>
  createTrainer({ model, loss: mse(), optimizer, backend: referenceBackend(), parameters, ...options });

describe('groups of parameters as in PyTorch, over twelve steps', () => {
  test.each(runs.map((run) => [run.name, run] as const))('%s', async (_, { optimizer, options, clip, ...run }) => {
    const plain = builders[optimizer](withSchedules(options));
    const trainer = await make(clip === null ? plain : clipped(clip, plain));
    for (const [i, loss] of run.losses.entries()) expect((await trainer.step(x, y)).loss, `${i}`).toBeCloseTo(loss, 4);
    const received = await trainer.parameters();
    for (const [name, data] of Object.entries(run.after))
      expectMatches(received[name], { ...(start[name] as FixtureArray), data }, 2e-5, name);
    trainer.dispose();
  });
});

const groups: readonly ParameterGroup[] = [
  { match: /\.bias$/g, weightDecay: 0 },
  { match: '^0\\.', lr: (step) => 0.1 / step },
  { match: '2.bias', frozen: true },
];

describe('groups within other optimizers', () => {
  test('accumulate counts updates in the schedules of groups, too', async () => {
    const inner = adamW({ lr: 0.05, weightDecay: 0.1, groups });
    const [plain, halved] = [await make(inner), await make(accumulate(2, inner))];
    for (let i = 0; i < 3; i++) {
      await plain.step(x, y);
      await halved.step(x, y);
      await halved.step(x, y);
    }
    const expected = await plain.parameters();
    for (const [name, { data }] of Object.entries(await halved.parameters()))
      for (const [i, v] of data.entries()) expect(v, `${name}[${i}]`).toBeCloseTo(expected[name]?.data[i] as number, 5);
  });

  test('averaged follows parameters at the rates of their groups', async () => {
    const trainer = await make(averaged(0.5, sgd({ lr: 0.1, groups: [{ match: '^0', lrFactor: 0.01 }] })));
    const seen: Parameters[] = [];
    for (let i = 0; i < 2; i++) {
      await trainer.step(x, y);
      seen.push(await trainer.parameters());
    }
    const average = averagedParameters(await trainer.state());
    for (const [name, { data }] of Object.entries(average))
      for (const [i, v] of data.entries())
        expect(v).toBeCloseTo(
          ((seen[0]?.[name]?.data[i] as number) * 0.25 + (seen[1]?.[name]?.data[i] as number) * 0.5) / 0.75,
          5,
        );
  });

  test('frozen parameters have no slots; a checkpoint goes on with the same numbers', async () => {
    const optimizer = clipped(1, adam({ lr: 0.05, groups }));
    const trainer = await make(optimizer);
    await trainer.step(x, y);
    const saved = await trainer.state();
    expect(Object.keys(saved.slots).filter((name) => name.startsWith('m/'))).toEqual([
      'm/0.weight',
      'm/0.bias',
      'm/2.weight',
    ]);
    expect(saved.parameters['2.bias']).toEqual(parameters['2.bias']);
    await trainer.step(x, y);
    const resumed = await make(optimizer);
    await resumed.load(saved);
    await resumed.step(x, y);
    expect(await resumed.parameters()).toEqual(await trainer.parameters());
    const other = await make(adam({ lr: 0.05 }));
    await expect(other.load(saved)).rejects.toThrow(/m\/2\.bias is missing/);
  });

  test('one description serves two networks, and a group of one option leaves the others alone', async () => {
    const optimizer = sgd({
      lr: 0.1,
      groups: [
        { match: 'bias', frozen: true },
        { match: '0.bias', frozen: false },
      ],
    });
    for (let i = 0; i < 2; i++) {
      const trainer = await make(optimizer);
      await trainer.step(x, y);
      // The first group that says so counts.
      expect((await trainer.parameters())['0.bias']).toEqual(parameters['0.bias']);
    }
  });

  test('a learning rate of 0 elsewhere does not stop a group with its own', async () => {
    const trainer = await make(sgd({ lr: 0, groups: [{ match: '2.bias', lr: 0.1 }] }));
    await trainer.step(x, y);
    const after = await trainer.parameters();
    expect(after['0.weight']).toEqual(parameters['0.weight']);
    expect(after['2.bias']).not.toEqual(parameters['2.bias']);
  });
});

describe('what is refused', () => {
  test('a pattern that matches nothing, with the names', async () => {
    const of = (match: RegExp | string) => make(sgd({ lr: 0.1, groups: [{ match, lr: 1 }] }));
    await expect(of(/head/)).rejects.toThrow(
      /groups\[0\]\.match: the pattern matches no parameter[\s\S]*0\.weight, 0\.bias, 2\.weight/,
    );
    await expect(of('HEAD')).rejects.toThrow(/HEAD/);
    await expect(make(accumulate(2, clipped(1, sgd({ lr: 0.1, groups: [{ match: 'x', lr: 1 }] }))))).rejects.toThrow(
      /no parameter/,
    );
    await expect(make(sgd({ lr: 0.1 }), { freeze: /head/ })).rejects.toThrow(
      /freeze: the pattern matches no parameter/,
    );
  });

  test.each([
    ['a group that sets nothing', [{ match: 'a' }], /sets nothing/],
    ['two learning rates', [{ match: 'a', lr: 1, lrFactor: 1 }], /one learning rate/],
    ['a misspelt option', [{ match: 'a', weightDeacy: 0 }], /did you mean 'weightDecay'/],
    ['a bad expression', [{ match: '(', lr: 1 }], /no regular expression/],
    ['an empty expression', [{ match: '', lr: 1 }], /regular expression/],
    ['no pattern', [{ lr: 1 }], /match is missing/],
    ['a group alone', { match: 'a', lr: 1 }, /list of groups/],
    ['a negative rate', [{ match: 'a', lr: -1 }], /at least 0/],
    ['text as a number', [{ match: 'a', weightDecay: '0' }], /finite number/],
    ['text as a flag', [{ match: 'a', frozen: 'yes' }], /true or false/],
  ])('%s', (_, given, message) => {
    for (const optimizer of Object.values(builders))
      expect(() => optimizer({ lr: 0.1, groups: given as unknown as readonly ParameterGroup[] })).toThrow(message);
  });

  test('other words than all and weights', () => {
    expect(() => adamW({ decay: 'none' as 'all' })).toThrow(/'all', 'weights'/);
  });

  test('a schedule of a group that gives no number, with the group', async () => {
    const trainer = await make(sgd({ lr: 0.1, groups: [{ match: '0', lr: () => Number.NaN }] }));
    await expect(trainer.step(x, y)).rejects.toThrow(/sgd\.groups\[0\]\.lr/);
  });

  test.each([[0], [-1], ['1'], [{ norm: -1 }], [{ value: 0 }], [{ size: 1 }], [undefined]])('clipped(%s)', (limit) => {
    expect(() => clipped(limit as number, sgd({ lr: 0.1 }))).toThrow(/clipped/);
  });

  test('an update that is too large is told with the rate of its group', async () => {
    const huge = ndarray('float32', [6, 2], new Float32Array(12).fill(1e4));
    const trainer = await make(sgd({ lr: 0.1, groups: [{ match: '2.weight', lr: 3e38 }] }));
    await expect(trainer.step(x, huge)).rejects.toThrow(/2\.weight[\s\S]*learning rate 3e\+38/);
  });
});
