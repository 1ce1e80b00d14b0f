import {
  accuracy,
  adam,
  type Backend,
  BackendError,
  batchNorm2d,
  conv2d,
  createTrainer,
  createTrainers,
  crossEntropy,
  dropout,
  fit,
  flatten,
  type Layer,
  layer,
  linear,
  mse,
  NumericError,
  ndarray,
  relu,
  type State,
  StateError,
  sequential,
  sgd,
  type TrainerParts,
  type TrainersOptions,
  tensor,
  ValueError,
} from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';

const loss = crossEntropy();
const [x, y] = [
  tensor([
    [1, 2],
    [0, 1],
    [-1, 0.5],
    [2, -1],
  ]),
  tensor([0, 2, 1, 1], 'int32'),
];

/** A body and two heads on it. */
function heads() {
  const parts = { body: sequential(linear(2, 8), relu(), dropout(0.3)), a: linear(8, 3), b: linear(8, 3) };
  return {
    a: layer('withA', { body: parts.body, a: parts.a }, (x, { body, a }) => a(body(x))),
    b: layer('withB', { body: parts.body, b: parts.b }, (x, { body, b }) => b(body(x))),
  };
}

const of = <const P extends TrainerParts>(
  trainers: TrainersOptions<P>['trainers'],
  more: Partial<TrainersOptions<P>> = {},
) => createTrainers<P>({ trainers, backend: referenceBackend(), seed: 3, ...more });

/** Heads that are trained in turn, the body by the first of them. */
function inTurn(more: { readonly backend?: Backend; readonly seed?: number } = {}) {
  const { a, b } = heads();
  return of(
    {
      a: { model: a, loss, optimizer: adam({ lr: 0.05 }), metrics: [accuracy()] },
      b: { model: b, loss, optimizer: sgd({ lr: 0.1, momentum: 0.9 }), freeze: /^body/ },
    },
    more,
  );
}

describe('several trainers of one set of parameters', () => {
  test('one alone starts and trains as createTrainer does', async () => {
    const model = sequential(linear(2, 8), relu(), linear(8, 3));
    const alone = await createTrainer({ model, loss, optimizer: adam(), backend: referenceBackend(), seed: 3 });
    const { trainers } = await of({ only: { model, loss, optimizer: adam() } });
    for (let i = 0; i < 3; i++) expect(await trainers.only.step(x, y)).toEqual(await alone.step(x, y));
    expect(await trainers.only.state()).toEqual(await alone.state());
  });

  test('hold each parameter once, and slots and steps of their own', async () => {
    const all = await inTurn();
    const { a, b } = all.trainers;
    await a.step(x, y);
    await a.step(x, y);
    await b.step(x, y);
    expect([a.stepCount, b.stepCount]).toEqual([2, 1]);
    const { parameters, trainers } = await all.state();
    expect(Object.keys(parameters).sort()).toEqual(
      ['a.bias', 'a.weight', 'b.bias', 'b.weight', 'body.0.bias', 'body.0.weight'].sort(),
    );
    expect(
      Object.keys(trainers.a.slots)
        .filter((name) => name.startsWith('m/'))
        .sort(),
    ).toEqual(['m/a.bias', 'm/a.weight', 'm/body.0.bias', 'm/body.0.weight'].sort());
    expect(Object.keys(trainers.b.slots).sort()).toEqual(['momentum/b.bias', 'momentum/b.weight']);
    expect((await a.parameters())['body.0.weight']).toEqual((await b.parameters())['body.0.weight']);
    expect(Object.keys(await b.parameters()).sort()).toEqual(['b.bias', 'b.weight', 'body.0.bias', 'body.0.weight']);
  });

  test('may train the same parameter: each has a momentum of its own', async () => {
    const model = linear(1, 1, { bias: false });
    const part = { model, loss: mse(), optimizer: sgd({ lr: 0.25, momentum: 0.5 }) };
    const parameters = { weight: ndarray('float32', [1, 1], Float32Array.of(1)) };
    const { trainers } = await of({ up: part, down: part }, { parameters });
    const [one, three, zero] = [tensor([[1]]), tensor([[3]]), tensor([[0]])];
    // Gradients are 2 (w − y): w − 0.25 v, v = 0.5 v + gradient.
    await trainers.up.step(one, three); // v −4, w 2
    await trainers.down.step(one, zero); // v 4, w 1
    await trainers.up.step(one, three); // v −6, w 2.5
    const { weight } = await trainers.down.parameters();
    expect(weight?.data[0]).toBe(2.5);
    expect((await trainers.down.state()).slots['momentum/weight']?.data[0]).toBe(4);
    expect((await trainers.up.state()).slots['momentum/weight']?.data[0]).toBe(-6);
  });

  test('leave a parameter that none trains as it is', async () => {
    const { a, b } = heads();
    const all = await of({
      a: { model: a, loss, optimizer: sgd({ lr: 0.1 }), freeze: /^body/ },
      b: { model: b, loss, optimizer: sgd({ lr: 0.1 }), freeze: /^body/ },
    });
    const before = await all.parameters();
    await all.trainers.a.step(x, y);
    await all.trainers.b.step(x, y);
    const after = await all.parameters();
    expect(after['body.0.weight']).toEqual(before['body.0.weight']);
    expect(after['a.weight']).not.toEqual(before['a.weight']);
    expect(after['b.weight']).not.toEqual(before['b.weight']);
  });

  test('draw dropout of their own, which follows from the seed and their names', async () => {
    const model = sequential(linear(2, 64), dropout(0.5), linear(64, 3));
    const part = { model, loss, optimizer: sgd({ lr: 0 }) };
    const { trainers } = await of({ a: part, b: part });
    const again = await of({ b: part, c: part });
    const first = await trainers.a.step(x, y);
    const other = await trainers.b.step(x, y);
    expect(other.loss).not.toBe(first.loss);
    expect((await again.trainers.b.step(x, y)).loss).toBe(other.loss);
  });

  test('called at once take turns in the order of the calls', async () => {
    const [at, after] = [await inTurn(), await inTurn()];
    const together = [];
    const apart = [];
    for (let i = 0; i < 3; i++) together.push(at.trainers.a.step(x, y), at.trainers.b.step(x, y));
    const results = await Promise.all(together);
    for (let i = 0; i < 3; i++) apart.push(await after.trainers.a.step(x, y), await after.trainers.b.step(x, y));
    expect(results).toEqual(apart);
    expect(await at.state()).toEqual(await after.state());
  });

  test('evaluate, predict, fit, gradients and update are those of each', async () => {
    const all = await inTurn();
    const { a, b } = all.trainers;
    expect((await a.evaluate([{ x, y }])).accuracy).toBeGreaterThanOrEqual(0);
    expect((await b.predict(x)).shape).toEqual([4, 3]);
    await b.update(await b.gradients(x, y));
    const source = { length: 1, batchSize: 4, epoch: () => [{ x, y }] };
    const data = { x, y };
    const resident = { ...source, dataset: data, indices: () => Uint32Array.of(0, 1, 2, 3) };
    for (const train of [source, resident]) await fit(a, { train, epochs: 2, log: null });
    const [first, second] = [await a.resident(data), await b.resident(data)];
    await first.train(Uint32Array.of(3, 2), 2);
    await second.train(Uint32Array.of(0, 1), 2);
    first.dispose();
    expect((await second.evaluate(2)).loss).toBeCloseTo((await b.evaluate([data])).loss, 6);
    await expect(first.evaluate(2)).rejects.toThrow('the data set on the device was used after dispose');
    expect([a.stepCount, b.stepCount]).toEqual([5, 2]);
  });
});

describe('a saved state', () => {
  const made = (seed: number) => {
    const parts = {
      see: sequential(conv2d(1, 2, 3, { padding: 1 }), batchNorm2d(2), relu(), dropout(0.4), flatten()),
      a: linear(18, 3),
      b: linear(18, 3),
    };
    const model = (name: 'a' | 'b'): Layer => layer(name, parts, (x, { see, ...heads }) => heads[name](see(x)));
    return of(
      {
        a: { model: model('a'), loss, optimizer: adam({ lr: 0.02 }), freeze: /^b/ },
        b: { model: model('b'), loss, optimizer: sgd({ lr: 0.05, momentum: 0.9 }), freeze: /^a/ },
      },
      { seed },
    );
  };
  const pictures = ndarray(
    'float32',
    [4, 1, 3, 3],
    Float32Array.from({ length: 36 }, (_, i) => Math.cos(i * i)),
  );

  test('resumed equals never having stopped', async () => {
    const whole = await made(5);
    const broken = await made(5);
    const run = async (all: typeof whole, steps: readonly ('a' | 'b')[]): Promise<number[]> => {
      const losses: number[] = [];
      for (const name of steps) losses.push((await all.trainers[name].step(pictures, y)).loss);
      return losses;
    };
    const [start, rest] = [['a', 'b', 'a'] as const, ['b', 'a', 'a', 'b'] as const];
    const expected = await run(whole, [...start, ...rest]);
    const before = await run(broken, start);
    const saved = await broken.state();
    broken.dispose();
    const resumed = await made(5);
    await resumed.load(saved);
    expect([resumed.trainers.a.stepCount, resumed.trainers.b.stepCount]).toEqual([2, 1]);
    expect([...before, ...(await run(resumed, rest))]).toEqual(expected);
    expect(await resumed.state()).toEqual(await whole.state());
  });

  test('of something else is refused, and changes nothing', async () => {
    const all = await made(5);
    await all.trainers.a.step(pictures, y);
    const saved = await all.state();
    const { a, b } = saved.trainers;
    const cases: readonly (readonly [unknown, unknown, RegExp])[] = [
      [undefined, ValueError, /load: the state is missing/],
      [await all.trainers.a.state(), ValueError, /a state of several trainers/],
      [{ ...saved, trainers: { a } }, StateError, /received: a\n\s+expected: a, b/],
      [{ ...saved, trainers: { a, b, c: a } }, StateError, /received: a, b, c/],
      [{ ...saved, trainers: { a: b, b: a } }, StateError, /^StateError: a › .*another network or optimizer/],
      [{ ...saved, trainers: { a, b: { ...b, step: -1 } } }, ValueError, /b: this is no state.*\n.*step -1/],
      [{ ...saved, trainers: { a, b: null } }, ValueError, /b: this is no state/],
      [{ ...saved, parameters: undefined }, ValueError, /the saved parameters is missing/],
      [{ ...saved, parameters: { ...saved.parameters, nose: x } }, StateError, /nose is not a parameter/],
      [
        {
          ...saved,
          trainers: { a, b: { ...b, slots: { ...b.slots, 'momentum/b.bias': tensor([0, Number.NaN, 0]) } } },
        },
        NumericError,
        /b › momentum\/b\.bias/,
      ],
    ];
    for (const [bad, kind, words] of cases) {
      const error = await all.load(bad as never).catch((e: unknown) => e);
      expect(error, String(words)).toBeInstanceOf(kind);
      expect(String(error)).toMatch(words);
      expect(await all.state()).toEqual(saved);
      expect(all.trainers.a.stepCount).toBe(1);
    }
  });
});

describe('refuses', () => {
  const { a, b } = heads();
  const part = { model: a, loss, optimizer: sgd({ lr: 0.1 }) };
  const other = { ...part, model: b };
  const cases: Readonly<Record<string, readonly [unknown, RegExp]>> = {
    'no options': [undefined, /takes its options as one object/],
    'no trainers': [{ backend: referenceBackend() }, /trainers is missing/],
    'an empty record': [{ trainers: {} }, /at least one trainer/],
    'a list': [{ trainers: [part] }, /at least one trainer/],
    'a misspelt option': [{ trainers: { a: part }, sed: 1 }, /did you mean 'seed'/],
    'no backend': [{ trainers: { a: part }, backend: 'onnx' }, /backend is not a backend/],
    'a part that is none': [{ trainers: { a: a } }, /^ValueError: a: trainers\.a has no option/],
    'a backend of a part': [{ trainers: { a: { ...part, backend: 1 } } }, /a: trainers\.a has no option 'backend'/],
    'a part without a loss': [{ trainers: { a: { ...part, loss: undefined } } }, /a: loss is missing/],
    'a name with a slash': [{ trainers: { 'a/b': part } }, /without slashes/],
    'no name': [{ trainers: { '': part } }, /without slashes/],
    'a pattern that matches nothing': [
      { trainers: { a: { ...part, freeze: /^nose/ } } },
      /a › freeze: .*matches no parameter/,
    ],
    'a text as a pattern': [{ trainers: { a: { ...part, freeze: '^a' } } }, /freeze is not a regular expression/],
    'a pattern that leaves nothing': [
      { trainers: { a: { ...part, freeze: /./ }, b: other } },
      /a › freeze: this trainer has nothing to train[\s\S]*none of: .*body\.0\.weight/,
    ],
    'groups that leave nothing': [
      { trainers: { a: { ...part, optimizer: sgd({ lr: 1, groups: [{ match: '.', frozen: true }] }) } } },
      /a › sgd.*: this trainer has nothing to train/,
    ],
    'a network without parameters': [
      { trainers: { a: { ...part, model: relu() } } },
      /nothing to train[\s\S]*no parameters/,
    ],
    'parameters that are not all': [{ trainers: { a: part }, parameters: {} }, /a\.weight is missing/],
    'too few programs': [{ trainers: { a: part }, maxPrograms: 0 }, /maxPrograms/],
    'layers that are made twice': [
      { trainers: { a: part, b: { ...other, model: heads().b } } },
      /different parameters of the name body\.0\.weight[\s\S]*make each layer once/,
    ],
    'networks of one size that have nothing to do with each other': [
      { trainers: { a: { ...part, model: linear(2, 3) }, b: { ...part, model: linear(2, 3) } } },
      /two trainers have different parameters of the name weight/,
    ],
    'one name, two shapes': [
      { trainers: { a: { ...part, model: linear(2, 3) }, b: { ...part, model: linear(4, 3) } } },
      /weight \[3, 2\] of a, weight \[3, 4\] of b/,
    ],
  };

  test.each(Object.entries(cases))('%s', async (_, [options, words]) => {
    const given = options === undefined ? undefined : { backend: referenceBackend(), ...(options as object) };
    const error = await createTrainers(given as never).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toMatch(words);
  });
});

describe('a step that is not finite', () => {
  const withoutUndo = (): Backend => {
    const backend = referenceBackend();
    const state = async (entries: Parameters<Backend['state']>[0]): Promise<State> =>
      Object.assign(await backend.state(entries), { rollback: () => false });
    return { ...backend, state };
  };

  test.each([
    ['can undo', () => referenceBackend()],
    ['cannot undo', withoutUndo],
  ])('of one trainer leaves all as it was, on a backend that %s', async (_, backend) => {
    const all = await inTurn({ backend: backend() });
    const { a, b } = all.trainers;
    await a.step(x, y);
    await b.step(x, y);
    const before = await all.state();
    const error = await b.step(tensor([[Number.NaN, 0]]), tensor([0], 'int32')).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(NumericError);
    expect(String(error)).toMatch(/^NumericError: b › the input x: the loss became NaN at step 2/);
    expect(await all.state()).toEqual(before);
    await a.step(x, y);
    await b.step(x, y);
    expect([a.stepCount, b.stepCount]).toEqual([2, 2]);
    const { parameters } = await all.state();
    for (const [name, { data }] of Object.entries(parameters)) expect(data.every(Number.isFinite), name).toBe(true);
  });
});

describe('dispose', () => {
  /** The reference backend with the number of states that are open. */
  function watched(): { readonly backend: Backend; open: number } {
    const backend = referenceBackend();
    const watch = {
      open: 0,
      backend: {
        ...backend,
        async state(entries: Parameters<Backend['state']>[0]) {
          const state = await backend.state(entries);
          watch.open++;
          return Object.assign(state, {
            dispose: () => {
              watch.open--;
            },
          });
        },
      },
    };
    return watch;
  }

  test('of all ends all of them, once what was called has ended', async () => {
    const watch = watched();
    const all = await inTurn({ backend: watch.backend });
    const pending = all.trainers.a.step(x, y);
    all.dispose();
    all.dispose();
    expect((await pending).loss).toBeGreaterThan(0);
    await new Promise((next) => setTimeout(next, 0));
    expect(watch.open).toBe(0);
    for (const use of [() => all.trainers.a.step(x, y), () => all.state(), () => all.trainers.b.parameters()]) {
      const error = await use().catch((e: unknown) => e);
      expect(error).toBeInstanceOf(BackendError);
      expect(String(error)).toMatch(/the group of trainers was used after dispose/);
    }
  });

  test('of one leaves the others', async () => {
    const watch = watched();
    const all = await inTurn({ backend: watch.backend });
    all.trainers.a.dispose();
    await expect(all.trainers.a.step(x, y)).rejects.toThrow('the trainer a was used after dispose');
    await all.trainers.b.step(x, y);
    expect((await all.state()).trainers.b.step).toBe(1);
    expect(watch.open).toBe(1);
    all.dispose();
    await new Promise((next) => setTimeout(next, 0));
    expect(watch.open).toBe(0);
  });
});
