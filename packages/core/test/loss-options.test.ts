// What plain JavaScript and JSON give to losses: each is told what is wrong, when the loss is made or at the latest when it is applied.
import * as core from '@descent/core';
import { DescentError, type Loss } from '@descent/core';
import { abs, constant, input, sub, sum } from '@descent/core/ops';
import { describe, expect, test } from 'vitest';
import { float, numbersOf, run } from './_reference.ts';

const WRONG: readonly unknown[] = [null, 'x', '3', '', true, {}, [], [null], Number.NaN, Number.POSITIVE_INFINITY, -1];

const FLAGS = ['logTarget', 'logInput', 'full', 'swap', 'symmetric', 'zeroInfinity'];

/** Losses with their options. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  mse: ['reduction'],
  l1: ['reduction'],
  smoothL1: ['beta', 'reduction'],
  huber: ['delta', 'reduction'],
  bceWithLogits: ['weight', 'posWeight', 'reduction'],
  bce: ['weight', 'reduction'],
  softMargin: ['reduction'],
  multiLabelSoftMargin: ['weight'],
  multiLabelMargin: [],
  sigmoidFocal: ['gamma', 'reduction'],
  dice: ['smooth'],
  crossEntropy: ['weight', 'labelSmoothing'],
  nll: ['weight'],
  focal: ['gamma', 'alpha'],
  multiMargin: ['p', 'weight'],
  klDiv: ['logTarget', 'reduction'],
  poissonNLL: ['logInput', 'full', 'eps', 'reduction'],
  gaussianNLL: ['full', 'eps', 'reduction'],
  hingeEmbedding: ['reduction'],
  marginRanking: ['reduction'],
  tripletMargin: ['p', 'eps', 'swap'],
  infoNCE: ['temperature', 'symmetric'],
  ctc: ['blank', 'zeroInfinity'],
};

const make = (name: string, options?: unknown): Loss =>
  (core as unknown as Record<string, (options?: unknown) => Loss>)[name]?.(options) as Loss;

describe.each(Object.entries(OPTIONS))('%s', (name, options) => {
  test('has a label, and says what the output and the targets are', () => {
    const loss = make(name);
    expect(loss.label).toBe(name);
    for (const kind of loss.outputs === undefined ? [loss.output] : Object.values(loss.outputs))
      expect(core.isOutputKind(kind)).toBe(true);
    expect(loss.targets).toBeTypeOf('function');
  });

  test.runIf(options.length > 0)('refuses an option that it has not', () => {
    expect(() => make(name, { reductoin: 'mean' })).toThrow(/has no option 'reductoin'/);
    for (const given of [null, 3, 'mean', []]) expect(() => make(name, given)).toThrow(DescentError);
  });

  test.each(options)('refuses another %s', (option) => {
    for (const value of WRONG.filter((v) => typeof v !== 'boolean' || !FLAGS.includes(option))) {
      const use = (): unknown => make(name, { [option]: value });
      expect(use, JSON.stringify(value)).toThrow(DescentError);
    }
  });
});

/** Options of which a negative number is right. */
const ANY_NUMBER: Readonly<Record<string, readonly string[]>> = {
  sigmoidFocal: ['alpha'],
  crossEntropy: ['ignoreIndex', 'classAxis'],
  nll: ['ignoreIndex', 'classAxis'],
  focal: ['ignoreIndex', 'classAxis'],
  multiMargin: ['margin'],
  hingeEmbedding: ['margin'],
  cosineEmbedding: ['margin'],
  marginRanking: ['margin'],
  tripletMargin: ['margin'],
};

test.each(Object.entries(ANY_NUMBER).flatMap(([name, options]) => options.map((option) => [name, option] as const)))(
  '%s refuses another %s',
  (name, option) => {
    for (const value of WRONG.filter((v) => v !== -1))
      expect(() => make(name, { [option]: value }), JSON.stringify(value)).toThrow(DescentError);
  },
);

test('sigmoidFocal takes −1 as alpha, and no other number outside 0…1', () => {
  expect(make('sigmoidFocal', { alpha: -1 }).label).toBe('sigmoidFocal');
  for (const alpha of [-0.5, 1.5]) expect(() => make('sigmoidFocal', { alpha })).toThrow(/sigmoidFocal.*alpha/);
});

describe('losses of several outputs by name', () => {
  const names: Readonly<Record<string, readonly string[]>> = {
    cosineEmbedding: ['left', 'right'],
    marginRanking: ['left', 'right'],
    infoNCE: ['left', 'right'],
    tripletMargin: ['anchor', 'positive', 'negative'],
    gaussianNLL: ['mean', 'variance'],
  };
  const of = (name: string, options = {}) =>
    (core as unknown as Record<string, (options: object) => core.AnyLoss>)[name]?.(options) as core.AnyLoss;
  const pair = input('y', [3]);
  const given = (parts: readonly string[], shape = [3, 2]) =>
    Object.fromEntries(parts.map((part) => [part, input(part, shape)]));

  test.each(Object.entries(names))('%s says what is missing', (name, parts) => {
    expect(() => of(name).apply(input('x', [3, 2]), pair)).toThrow(/takes several outputs by name/);
    expect(() => of(name).apply(given(parts.slice(1)), pair)).toThrow(DescentError);
    expect(() => of(name).apply(given(parts.slice(1)), pair)).toThrow(`there is no output called '${parts[0]}'`);
    for (const wrong of ['', 3, null, {}])
      expect(() => of(name, { [parts[0] as string]: wrong })).toThrow(DescentError);
    expect(() => of(name, { [parts[0] as string]: parts[1] })).toThrow(/one name for two things/);
    const odd = { ...given(parts), [parts[1] as string]: input('odd', [3, 5]) };
    expect(() => of(name).apply(odd, pair)).toThrow(DescentError);
  });

  test('infoNCE refuses a batch of one; targets for pairs must be one each', () => {
    expect(() => of('infoNCE').apply(given(['left', 'right'], [1, 2]), pair)).toThrow(
      /no negatives.*\n(.*\n)*.*dropLast/,
    );
    expect(() => of('cosineEmbedding').apply(given(['left', 'right']), input('y', [2]))).toThrow(
      /one target for each pair/,
    );
    expect(() => of('marginRanking').apply(given(['left', 'right']), input('y', [2]))).toThrow(
      /one target for each pair/,
    );
  });

  test('a distance of one’s own', async () => {
    const made = core.tripletMarginWithDistance({ distance: (a, b) => sum(abs(sub(a, b)), { axes: [1] }) });
    const outputs = { anchor: float([[0, 0]]), positive: float([[1, 2]]), negative: float([[2, 2]]) };
    expect(await numbersOf(made.apply(outputs, pair))).toBe(0);
    const sameShape = core.tripletMarginWithDistance({ distance: (a, b) => sub(a, b) });
    expect(() => sameShape.apply(outputs, pair)).toThrow(/not one number for each pair/);
    for (const options of [undefined, {}, { distance: 3 }])
      expect(() => core.tripletMarginWithDistance(options as never)).toThrow(DescentError);
  });

  test('a variance below 0 is NaN, on which a run stops', async () => {
    const outputs = { mean: float([[1]]), variance: float([[-1]]) };
    expect(await numbersOf(core.gaussianNLL().apply(outputs, float([[1]])))).toBeNaN();
  });
});

describe('bce', () => {
  test('of what is no probability is NaN, on which a run stops', async () => {
    for (const p of [-0.5, 1.5])
      for (const y of [0, 1]) expect(await numbersOf(core.bce().apply(float([[p]]), float([[y]])))).toBeNaN();
  });
});

describe('ctc', () => {
  const x = input('x', [2, 3, 4]);
  const labels = input('y', [2, 2], 'int32');

  test('refuses what does not fit', () => {
    expect(() => core.ctc().apply(x, input('y', [3, 2], 'int32'))).toThrow(/batch comes first/);
    expect(() => core.ctc().apply(input('x', [2, 4]), labels)).toThrow(DescentError);
    expect(() => core.ctc().apply(x, input('y', [2, 2]))).toThrow(/integers/);
    expect(() => core.ctc({ blank: 4 }).apply(x, labels)).toThrow(/from 0 to 3/);
    const byName = core.ctc({ inputLengths: 'frames' });
    expect(() => byName.apply(x, labels as never)).toThrow(DescentError);
    expect(() => byName.apply(x, { labels } as never)).toThrow(/no target called 'frames'/);
    expect(byName.targets?.(x.type, { labels: labels.type, frames: labels.type })).toMatchObject([
      { kind: 'sequences', part: 'labels' },
      { kind: 'whole', high: 3, part: 'frames' },
    ]);
  });

  test('labels that no alignment fits: refused before the step, and else infinite, or nothing', async () => {
    const row = core.tensor([[1, 1]], 'int32');
    const [rule] =
      core.ctc().targets?.({ dtype: 'float32', shape: [1, 2, 3] }, { dtype: 'int32', shape: [1, 2] }) ?? [];
    expect(() => core.expectTargets(rule as core.TargetRule, row, 'ctc')).toThrow(
      /2 labels in row 0, which need 3 steps/,
    );
    const output = float([
      [
        [-1, -1, -1],
        [-1, -1, -1],
      ],
    ]);
    expect(await numbersOf(core.ctc().apply(output, constant(row)))).toBe(Number.POSITIVE_INFINITY);
    expect(await numbersOf(core.ctc({ zeroInfinity: true }).apply(output, constant(row)))).toBe(0);
  });
});

describe('classAxis', () => {
  const [x, y] = [input('x', [2, 3, 4, 4]), input('y', [2, 4, 4], 'int32')];

  test.each(['crossEntropy', 'nll', 'focal'])(
    '%s takes classes at axis 1, and tells of it where they are not last',
    (name) => {
      expect(make(name, { classAxis: 1 }).apply(x, y).type.shape).toEqual([]);
      expect(() => make(name).apply(x, y)).toThrow(/classAxis: 1/);
      expect(() => make(name, { classAxis: 0 })).toThrow(/0, which is the batch/);
      expect(() => make(name, { classAxis: -4 }).apply(x, y)).toThrow(/no axis of the batch/);
      expect(() => make(name, { classAxis: 4 }).apply(x, y)).toThrow(DescentError);
      expect(make(name, { classAxis: 1 }).targets?.(x.type, y.type)).toMatchObject([{ kind: 'classes', classes: 3 }]);
    },
  );

  test('accuracy beside the loss takes it there, too', async () => {
    const loss = core.crossEntropy({ classAxis: 1 });
    const [logits, labels] = [input('x', [1, 2, 3]), input('y', [1, 3], 'int32')];
    const of = { metric: core.accuracy().apply(logits, labels, loss) };
    const feeds = {
      x: core.tensor([
        [
          [1, 0, 2],
          [0, 1, 3],
        ],
      ]),
      y: core.tensor([[0, 1, 0]], 'int32'),
    };
    expect((await run(of, feeds))['metric']?.data[0]).toBeCloseTo(2 / 3, 6);
    const sum = core.weightedSum({ loss, weight: 1 });
    expect(sum.classAxis).toBe(1);
    expect(core.accuracy().targets?.(logits.type, labels.type, sum)).toMatchObject([{ classes: 2 }]);
    expect(core.accuracy().apply(logits, input('p', [1, 2, 3]), loss).type.shape).toEqual([]);
  });

  test('probabilities as targets add up to 1 along it', () => {
    const [rule] =
      core
        .crossEntropy({ classAxis: 1 })
        .targets?.({ dtype: 'float32', shape: [1, 2, 2] }, { dtype: 'float32', shape: [1, 2, 2] }) ?? [];
    const check = (values: readonly (readonly (readonly number[])[])[]) => () =>
      core.expectTargets(rule as core.TargetRule, core.tensor(values), 'y');
    expect(
      check([
        [
          [0.25, 1],
          [0.75, 0],
        ],
      ]),
    ).not.toThrow();
    expect(
      check([
        [
          [0.25, 0.75],
          [1, 0],
        ],
      ]),
    ).toThrow(/a sum of 1.25 in row 0/);
  });
});

describe('what targets must be', () => {
  const refusal = (rule: core.TargetRule, values: core.NestedNumbers): string => {
    try {
      core.expectTargets(rule, core.tensor(values), 'y');
    } catch (error) {
      expect(error).toBeInstanceOf(DescentError);
      return String(error).replaceAll('\n', ' ');
    }
    return '';
  };

  test('one of two numbers', () => {
    const rule = { kind: 'oneOf', values: [-1, 1] } as const;
    expect(refusal(rule, [1, -1])).toBe('');
    expect(refusal(rule, [1, 0])).toMatch(/0 in row 1.*-1 or 1.*give -1 for no/);
    expect(refusal(rule, [Number.NaN])).toMatch(/NaN in row 0/);
  });

  test('logarithms of probabilities', () => {
    const rule = { kind: 'log-probabilities' } as const;
    expect(refusal(rule, [[Math.log(0.25), Math.log(0.75)]])).toBe('');
    expect(refusal(rule, [[0.25, 0.75]])).toMatch(/0.25 in row 0.*at most 0/);
    expect(refusal(rule, [[Math.log(0.25), Math.log(0.25)]])).toMatch(/a sum of 0.5 in row 0/);
    expect(refusal(rule, [[0, Number.NEGATIVE_INFINITY]])).toMatch(/-Infinity in row 0/);
  });

  test('whole numbers in a range, such as lengths', () => {
    const rule = { kind: 'whole', low: 0, high: 5 } as const;
    expect(refusal(rule, [0, 5])).toBe('');
    for (const value of [-1, 6, 0.5, Number.NaN])
      expect(refusal(rule, [1, value])).toMatch(/row 1.*whole numbers from 0 to 5/);
  });

  test('labels with padding behind them', () => {
    const rule = { kind: 'sequences', classes: 4, padding: [-1], frames: 3 } as const;
    expect(
      refusal(rule, [
        [3, 0, -1],
        [-1, -1, -1],
      ]),
    ).toBe('');
    expect(refusal(rule, [[3, 4, -1]])).toMatch(/label 4 in row 0.*from 0 to 3, and -1 behind/);
    expect(
      refusal(rule, [
        [1, 2, 3],
        [1, -1, 2],
      ]),
    ).toMatch(/label 2 behind -1 in row 1/);
    expect(refusal(rule, [[1, 1, 2]])).toMatch(/3 labels in row 0, which need 4 steps.*at most 3/);
    expect(refusal(rule, [[0.5, -1, -1]])).toMatch(/label 0.5/);
  });

  test('of another kind', () => {
    for (const kind of ['toString', 'class', ''])
      expect(refusal({ kind } as never, [1])).toMatch(/no such rule for targets/);
  });
});

describe('reduction', () => {
  test.each(['mse', 'l1', 'smoothL1', 'huber', 'bceWithLogits', 'bce', 'softMargin', 'sigmoidFocal'])(
    'of %s: PyTorch’s others are explained',
    (name) => {
      expect(() => make(name, { reduction: 'sum' })).toThrow(/fix: give 'batchMean', the sum divided by the number/);
      expect(() => make(name, { reduction: 'none' })).toThrow(/one number/);
      expect(() => make(name, { reduction: 'batchmean' })).toThrow(/write it as 'batchMean'/);
    },
  );

  test('what a mean counts: elements of samples of any size, or samples', () => {
    const of = (shape: readonly number[], reduction: 'mean' | 'batchMean') => {
      const x = input('x', shape);
      return core.mse({ reduction }).weight?.(x, x);
    };
    expect(of([4, 3], 'mean')).toBeUndefined();
    expect(of([4, 3, 2], 'mean')).toBeDefined();
    expect(of([4, 3, 2], 'batchMean')).toBeUndefined();
  });
});
