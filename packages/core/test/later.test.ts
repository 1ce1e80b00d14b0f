// What a page fetches only when it needs it: a backend, checks of options that may not be right, what looks at indices, what draws from a Gaussian.
import { createTrainer, fit, linear, mse, type NDArray, ndarray, sgd, tensor } from '@descent/core';
import { type Backend, graph, laterBackend, type Program } from '@descent/core/backend';
import { add, gather, input } from '@descent/core/ops';
import { key } from '@descent/core/random';
import { referenceBackend } from '@descent/core/reference';
import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { inputCheck } from '../src/model/input-check.ts';
import { areFitOptions } from '../src/train/are-fit-options.ts';
import { type DrawInput, drawStep, type ReadyDraw } from '../src/train/draws.ts';
import type { FitOptions } from '../src/train/fit.ts';
import { expectFitOptions } from '../src/train/fit-options.ts';
import { readyDraws } from '../src/train/ready-draws.ts';

describe('a backend that is loaded at its first use', () => {
  const program: Program = { graph: graph({ y: add(input('x', []), 1) }), reads: [], writes: [] };

  test('is loaded once, and runs', async () => {
    const load = vi.fn(async () => referenceBackend());
    const backend = laterBackend('later', load, 100);
    expect(backend).toMatchObject({ name: 'later', constantBytes: 100 });
    expect(load).not.toHaveBeenCalled();
    const [executable, state] = await Promise.all([backend.compile(program), backend.state({ w: tensor(1) })]);
    expect((await executable.run({ x: tensor(2) }))['y']).toEqual(tensor(3));
    expect(await state.read()).toEqual({ w: tensor(1) });
    expect(load).toHaveBeenCalledOnce();
    await backend.dispose();
    await expect(state.read()).rejects.toThrow(/after dispose/);
  });

  test('is loaded again after a failure', async () => {
    const load = vi.fn<() => Promise<Backend>>(async () => referenceBackend()).mockRejectedValueOnce(new Error('404'));
    const backend = laterBackend('later', load);
    await expect(backend.compile(program)).rejects.toThrow('404');
    await backend.compile(program);
    expect(load).toHaveBeenCalledTimes(2);
  });

  test('is never loaded once it has ended, and ends what is under way', async () => {
    const load = vi.fn(async () => referenceBackend());
    const unused = laterBackend('unused', load);
    await unused.dispose();
    await unused.dispose();
    await expect(unused.compile(program)).rejects.toThrow(/^the backend unused was used after dispose/);
    expect(load).not.toHaveBeenCalled();
    const backend = laterBackend('later', load);
    const compiled = backend.compile(program);
    await backend.dispose();
    await expect(compiled).rejects.toThrow(/used after dispose/);
  });
});

describe('options of fit', () => {
  const epoch = (): never[] => [];
  const source = { length: 2, batchSize: 3, epoch };
  const good: FitOptions = { train: source, epochs: 1 };

  test('that are right need no more looking at', () => {
    const data = { x: tensor([[1]]), y: tensor([1]) };
    const more: readonly Partial<FitOptions>[] = [
      {},
      { validation: source, test: { ...source, indices: () => new Uint32Array(2) } },
      { train: { ...source, dataset: data, indices: () => new Uint32Array(2), resident: false } },
      { train: { ...source, targets: { y: data.y, sample: { shape: [1] } } } },
      { callbacks: [], log: null, onEvent: () => {}, maxResidentBytes: 0, signal: { aborted: false } },
      { callbacks: [{ onEpoch: () => {} }, { everySteps: 3, onSteps: () => {} }], log: () => {} },
      { resume: { epoch: 1, step: 0, totals: { sums: {}, samples: 0 }, history: [] } },
    ];
    for (const options of more) {
      expect(areFitOptions({ ...good, ...options })).toBe(true);
      expectFitOptions({ ...good, ...options });
    }
  });

  test('are never taken for right when they are not', () => {
    const odd = fc.oneof(
      ...[undefined, null, 0, -1, 1, 1.5, '1', true, [], {}, epoch, Number.NaN].map((value) =>
        fc.constant<unknown>(value),
      ),
      fc.constant<unknown>(source),
    );
    const change = <T extends object>(base: T, names: readonly string[]): fc.Arbitrary<unknown> =>
      fc.record({ name: fc.constantFrom(...names), value: odd }).map(({ name, value }) => ({ ...base, [name]: value }));
    const sources = change(source, ['length', 'batchSize', 'epoch', 'dataset', 'indices', 'targets', 'resident']);
    const callbacks = change({ onEpoch: epoch }, ['onStart', 'onSteps', 'onEpoch', 'onEnd', 'everySteps', 'other']);
    const position = { epoch: 1, step: 0, totals: { sums: {} }, history: [] };
    const options = fc.oneof(
      odd,
      change(good, [
        'train',
        'validation',
        'test',
        'epochs',
        'callbacks',
        'resume',
        'signal',
        'log',
        'onEvent',
        'maxResidentBytes',
        'epoch',
      ]),
      sources.map((train) => ({ ...good, train })),
      sources.map((validation) => ({ ...good, validation })),
      callbacks.map((callback) => ({ ...good, callbacks: [callback] })),
      change(position, ['epoch', 'step', 'totals', 'history']).map((resume) => ({ ...good, resume })),
    );
    const seen = { right: 0, wrong: 0 };
    fc.assert(
      fc.property(options, (given) => {
        let isRight = true;
        try {
          expectFitOptions(given as FitOptions);
        } catch {
          isRight = false;
        }
        seen[isRight ? 'right' : 'wrong']++;
        if (areFitOptions(given as FitOptions)) expect(isRight).toBe(true);
      }),
      { numRuns: 2000, seed: 7 },
    );
    expect(Math.min(seen.right, seen.wrong)).toBeGreaterThan(100);
  });

  test('that are not sure are looked at', async () => {
    const trainer = await createTrainer({
      model: linear(1, 1),
      loss: mse(),
      optimizer: sgd({ lr: 0.1 }),
      backend: referenceBackend(),
    });
    await expect(fit(trainer, { train: source, epochs: 1.5 })).rejects.toThrow(/an invalid number of epochs/);
    await expect(fit({} as never, good)).rejects.toThrow(/^fit: the trainer is not a trainer/);
  });
});

test('only a network that looks something up has its indices looked at', async () => {
  const rows = gather(input('data', [9, 2], 'int32'), input('rows', [3], 'int32'));
  const table = input('table', [4, 2]);
  // What stands in front of the inputs is no part of the network: rows of data on the device.
  expect(await inputCheck({ outputs: [add(rows, 1)], inputs: [['x', rows]] })).toBeNull();
  const check = await inputCheck({ outputs: [gather(table, rows)], inputs: [['x', rows]] });
  const fed = (last: number): { x: NDArray } => ({ x: ndarray('int32', [1, 2], Int32Array.of(0, last)) });
  check?.(fed(3));
  expect(() => check?.(fed(4))).toThrow(/an index is not one of the table.*\n.*index 4 in row 0/s);
});

test('what draws from a Gaussian is there for a step that does', async () => {
  const uniform: DrawInput = { name: 'a', stream: 'a', shape: [2], distribution: { kind: 'uniform', low: 0, high: 1 } };
  const gaussian: DrawInput = { ...uniform, distribution: { kind: 'normal', mean: 3, std: 0 } };
  expect(await readyDraws([uniform])).toEqual([uniform]);
  const [ready] = await readyDraws([gaussian]);
  expect(drawStep(key(0), ready as ReadyDraw, 1)).toEqual(tensor([3, 3]));
});
