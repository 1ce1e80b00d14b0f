import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  distributedSampler,
  loader,
  randomSampler,
  type Sampler,
  sequentialSampler,
  subsetSampler,
  weightedSampler,
} from '../src/public/index.ts';
import { toy } from './helpers.ts';

const order = (sampler: Sampler, epoch = 0): number[] => Array.from(sampler.indices(epoch));

/** From PyTorch 2: `list(DistributedSampler(range(n), ranks, rank, shuffle=False, drop_last=dropLast))` for each rank. */
const DEALT: readonly [n: number, ranks: number, dropLast: boolean, shares: number[][]][] = [
  [
    10,
    3,
    false,
    [
      [0, 3, 6, 9],
      [1, 4, 7, 0],
      [2, 5, 8, 1],
    ],
  ],
  [
    10,
    3,
    true,
    [
      [0, 3, 6],
      [1, 4, 7],
      [2, 5, 8],
    ],
  ],
  [
    12,
    4,
    false,
    [
      [0, 4, 8],
      [1, 5, 9],
      [2, 6, 10],
      [3, 7, 11],
    ],
  ],
  [
    12,
    4,
    true,
    [
      [0, 4, 8],
      [1, 5, 9],
      [2, 6, 10],
      [3, 7, 11],
    ],
  ],
  [2, 5, false, [[0], [1], [0], [1], [0]]],
  [2, 5, true, [[], [], [], [], []]],
  [
    7,
    2,
    false,
    [
      [0, 2, 4, 6],
      [1, 3, 5, 0],
    ],
  ],
  [
    7,
    2,
    true,
    [
      [0, 2, 4],
      [1, 3, 5],
    ],
  ],
  [1, 1, false, [[0]]],
  [1, 1, true, [[0]]],
];

describe('samplers', () => {
  test('sequential, random and subset', () => {
    expect(order(sequentialSampler(4))).toEqual([0, 1, 2, 3]);
    const shuffled = loader(toy(20), { batchSize: 3, shuffle: true, seed: 9 });
    expect(order(randomSampler(20, { seed: 9 }), 4)).toEqual(Array.from(shuffled.indices(4)));
    expect(order(subsetSampler([7, 3, 3]))).toEqual([7, 3, 3]);
    const mixed = subsetSampler([10, 11, 12, 13, 14, 15], { shuffle: true, seed: 1 });
    expect(order(mixed).sort()).toEqual([10, 11, 12, 13, 14, 15]);
    expect(order(mixed, 1)).toEqual(order(mixed, 1));
    expect(order(mixed, 1)).not.toEqual(order(mixed, 2));
  });

  test('the shares of all ranks are the order of the base, as PyTorch deals it', () => {
    for (const [n, ranks, dropLast, expected] of DEALT) {
      const got = expected.map((_, rank) => order(distributedSampler(sequentialSampler(n), { rank, ranks, dropLast })));
      expect(got, `${n} items, ${ranks} ranks, ${dropLast}`).toEqual(expected);
    }
    const base = randomSampler(10, { seed: 4 });
    const shares = [0, 1].map((rank) => order(distributedSampler(base, { rank, ranks: 2 }), 3));
    expect(order(base, 3)).toEqual(Array.from({ length: 10 }, (_, i) => shares[i % 2]?.[i >> 1]));
  });

  test('weights with replacement: each item as often as its share, none of weight 0', () => {
    const weights = [1, 0, 3, 0.5, 0, 5.5];
    const n = 20_000;
    const drawn = order(weightedSampler(weights, { length: n, seed: 3 }));
    weights.forEach((weight, i) => {
      const p = weight / 10;
      const count = drawn.filter((item) => item === i).length;
      // Six standard deviations of a binomial: one wrong seed in a billion.
      expect(Math.abs(count - n * p)).toBeLessThanOrEqual(6 * Math.sqrt(n * p * (1 - p)));
    });
    expect(order(weightedSampler(weights, { length: 50 }), 0)).not.toEqual(
      order(weightedSampler(weights, { length: 50 }), 1),
    );
  });

  test('weights without replacement: the chances of drawing one after another', () => {
    const weights = [1, 2, 3];
    const n = 6000;
    const sampler = weightedSampler(weights, { replacement: false, seed: 8 });
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < n; epoch++) {
      const key = order(sampler, epoch).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    // P(a, b, c) = w_a / 6 · w_b / (6 - w_a).
    for (const key of ['012', '021', '102', '120', '201', '210']) {
      const [a, b] = Array.from(key, (digit) => weights[Number(digit)] as number) as [number, number];
      const p = (a / 6) * (b / (6 - a));
      expect(Math.abs((counts.get(key) ?? 0) - n * p)).toBeLessThanOrEqual(6 * Math.sqrt(n * p * (1 - p)));
    }
  });

  test('without replacement no item comes twice, whatever the weights', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-300, max: 1e300, noNaN: true })), { maxLength: 40 }),
        fc.nat(),
        (weights, seed) => {
          const possible = weights.flatMap((weight, i) => (weight > 0 ? [i] : []));
          const drawn = order(weightedSampler(weights, { length: possible.length, replacement: false, seed }));
          expect(drawn.sort((a, b) => a - b)).toEqual(possible);
        },
      ),
    );
  });

  test('give a loader its order', () => {
    const data = toy(9);
    const batches = loader(data, { batchSize: 2, sampler: subsetSampler([8, 1, 1, 4, 0]), dropLast: true });
    expect(batches.length).toBe(2);
    expect(Array.from(batches.indices(0))).toEqual([8, 1, 1, 4]);
    expect([...batches].map(({ x }) => [x.data[0], x.data[6]])).toEqual([
      [8, 1],
      [1, 4],
    ]);
    // Plain rows of a data set in memory: fit keeps it on the device.
    expect(batches.dataset).toBe(data);
  });

  test.each<[string, () => unknown, string]>([
    [
      'shuffle and sampler',
      () => loader(toy(4), { batchSize: 2, shuffle: true, sampler: sequentialSampler(4) }),
      'nothing to shuffle',
    ],
    [
      'an item too many',
      () => loader(toy(4), { batchSize: 2, sampler: subsetSampler([1, 4]) }).indices(0),
      'item 4 at position 1 of epoch 0',
    ],
    [
      'another length',
      () => loader(toy(4), { batchSize: 2, sampler: { length: 3, indices: () => Uint32Array.of(1) } }).indices(0),
      'received: 1 in epoch 0',
    ],
    ['no sampler', () => loader(toy(4), { batchSize: 2, sampler: [1, 2] as never }), 'sampler says which items'],
    ['a bad length', () => randomSampler(1.5), 'received: 1.5'],
    ['a bad index', () => subsetSampler([0, -1]), 'index -1 at position 1'],
    ['a negative weight', () => weightedSampler([1, -1]), '-1 at position 1'],
    ['no weight', () => weightedSampler([0, 0]), '0 weights above 0'],
    ['too few weights', () => weightedSampler([1, 0, 2], { replacement: false }), 'at least 3'],
    ['a rank too high', () => distributedSampler(sequentialSampler(4), { rank: 2, ranks: 2 }), 'rank 2 of 2'],
    ['no ranks', () => distributedSampler(sequentialSampler(4), { rank: 0, ranks: 0 }), 'a positive integer'],
    ['an unknown option', () => weightedSampler([1], { num_samples: 3 } as never), "no option 'num_samples'"],
    ['a bad seed', () => randomSampler(3, { seed: 0.5 }), 'received: 0.5'],
  ])('refuse %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
