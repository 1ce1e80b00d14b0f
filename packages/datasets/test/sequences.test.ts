import {
  accuracy,
  averageGradients,
  createTrainer,
  crossEntropy,
  embedding,
  embeddingBag,
  fit,
  gru,
  layer,
  linear,
  multiheadAttention,
  type NDArray,
  type Node,
  ShapeError,
  sgd,
  tensor,
  ValueError,
} from '@descent/core';
import { fold, key, permutation } from '@descent/core/random';
import { referenceBackend } from '@descent/core/reference';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bagDataset,
  kFold,
  lengthSampler,
  loader,
  randomSplit,
  type Sampler,
  type SequenceTargets,
  sequenceDataset,
  subset,
  trimPadding,
} from '../src/public/index.ts';

/** Items of these lengths with the tokens 1, 2, …, so that 0 is padding alone. */
function itemsOf(lengths: readonly number[]): number[][] {
  return lengths.map((length, i) => Array.from({ length }, (_, t) => 1 + ((7 * i + 3 * t) % 11)));
}

function rowsOf({ data, shape }: NDArray): number[][] {
  const width = shape[1] as number;
  return Array.from({ length: shape[0] as number }, (_, i) => [...data.slice(i * width, (i + 1) * width)]);
}

describe('sequenceDataset', () => {
  test('pads lists of tokens behind, tells lengths, and makes a mask of them', () => {
    const data = sequenceDataset([[5, 6], [7], [1, 2, 3]], [1, 0, 1], { mask: true, padding: 9, name: 'words' });
    expect([data.name, data.length, data.classes]).toEqual(['words', 3, ['0', '1']]);
    expect(rowsOf(data.x.tokens)).toEqual([
      [5, 6, 9],
      [7, 9, 9],
      [1, 2, 3],
    ]);
    expect([data.x.tokens.dtype, data.x.lengths.dtype, data.x.mask.dtype]).toEqual(['int32', 'int32', 'bool']);
    expect([...data.x.lengths.data]).toEqual([2, 1, 3]);
    expect(rowsOf(data.x.mask)).toEqual([
      [0, 0, 1],
      [0, 1, 1],
      [0, 0, 0],
    ]);
    expect([data.y.dtype, data.y.shape, ...data.y.data]).toEqual(['int32', [3], 1, 0, 1]);
  });

  test('takes arrays of entries, such as measurements over time, and numbers to predict', () => {
    const data = sequenceDataset(
      [
        tensor([[1, 2]]),
        tensor([
          [3, 4],
          [5, 6],
        ]),
      ],
      tensor([0.5, 1.5]),
    );
    expect([data.x.x.dtype, data.x.x.shape, ...data.x.x.data]).toEqual(['float32', [2, 2, 2], 1, 2, 0, 0, 3, 4, 5, 6]);
    expect([data.y.dtype, ...data.y.data]).toEqual(['float32', 0.5, 1.5]);
    expect(data.classes).toEqual([]);
    expect(Object.keys(data.x)).toEqual(['x', 'lengths']);
  });

  test('pads targets of entries with what losses ignore, and cuts them as it cuts entries', () => {
    const rows = [[1, 2, 3], [4]];
    const tags = [[0, 1, 2], [1]];
    expect(rowsOf(sequenceDataset(rows, tags).y)).toEqual([
      [0, 1, 2],
      [1, -100, -100],
    ]);
    const end = sequenceDataset(rows, tags, { maxLength: 2, truncate: 'end', ignoreIndex: -1 });
    expect([rowsOf(end.x.tokens), rowsOf(end.y), ...end.x.lengths.data]).toEqual([
      [
        [1, 2],
        [4, 0],
      ],
      [
        [0, 1],
        [1, -1],
      ],
      2,
      1,
    ]);
    const start = sequenceDataset(rows, tags, { maxLength: 2, truncate: 'start' });
    expect([rowsOf(start.x.tokens), rowsOf(start.y)]).toEqual([
      [
        [2, 3],
        [4, 0],
      ],
      [
        [1, 2],
        [1, -100],
      ],
    ]);
  });

  test('is a dataset like others', () => {
    const data = sequenceDataset(itemsOf([3, 1, 4, 2, 5, 2]), [0, 1, 0, 1, 0, 1]);
    expect([...subset(data, [4, 1]).x.lengths.data]).toEqual([5, 1]);
    expect([...randomSplit(data, [0.5, 0.5], { seed: 1 })].map(({ length }) => length)).toEqual([3, 3]);
    expect([...kFold(data, 3)].map(({ validation }) => validation.x.tokens.shape)).toEqual([
      [2, 5],
      [2, 5],
      [2, 5],
    ]);
  });

  const made = (items: unknown, targets: unknown, options?: object): unknown =>
    sequenceDataset(items as number[][], targets as SequenceTargets, options);
  test.each<[string, () => unknown, typeof ValueError | typeof ShapeError, RegExp]>([
    ['no items', () => made([], []), ValueError, /there is no item/],
    ['no list', () => made('text', []), ValueError, /a list of sequences/],
    ['a text', () => made(['abc'], [0]), ValueError, /give it to encode/],
    ['an empty item', () => made([[1], []], [0, 0]), ValueError, /item 1 of 2, without an entry/],
    ['a negative token', () => made([[1, -1]], [0]), ValueError, /-1 at position 1 of item 0/],
    ['NaN', () => made([[Number.NaN]], [0]), ValueError, /NaN at position 0/],
    ['a half', () => made([[0.5]], [0]), ValueError, /0.5 at position 0/],
    ['a nested list', () => made([[[1]]], [0]), ValueError, /position 0 of item 0/],
    ['lists and arrays', () => made([tensor([1]), [1]], [0, 0]), ValueError, /item 1,? is no array|item 1 is no array/],
    ['a rank of 0', () => made([tensor(1)], [0]), ShapeError, /does not fit the others/],
    ['other features', () => made([tensor([[1]]), tensor([[1, 2]])], [0, 0]), ShapeError, /\[length, 1\], as item 0/],
    ['few targets', () => made([[1], [2]], [0]), ShapeError, /expected: *2, one an item/],
    ['an array of few targets', () => made([[1], [2]], tensor([0])), ShapeError, /as many targets/],
    ['numbers to predict in a list', () => made([[1]], [0.5]), ValueError, /tensor\(\[0.5, 1.5\]\)/],
    ['few targets of entries', () => made([[1, 2]], [[0]]), ShapeError, /1 targets of item 0/],
    ['targets of both kinds', () => made([[1], [2]], [[0], 1]), ValueError, /targets of item 1/],
    [
      'a long item',
      () => made([[1, 2, 3], [1]], [0, 0], { maxLength: 2 }),
      ValueError,
      /1 of 2 items.*longest with 3/s,
    ],
    ['truncate alone', () => made([[1]], [0], { truncate: 'end' }), ValueError, /truncate needs maxLength/],
    ['another truncate', () => made([[1]], [0], { maxLength: 1, truncate: 'middle' }), ValueError, /'end'.*'start'/],
    ['maxLength 0', () => made([[1]], [0], { maxLength: 0 }), ValueError, /positive integer/],
    ['padding of a half', () => made([[1]], [0], { padding: 0.5 }), ValueError, /int32 keeps/],
    ['padding NaN', () => made([[1]], [0], { padding: Number.NaN }), ValueError, /finite number/],
    ['mask of another kind', () => made([[1]], [0], { mask: 1 }), ValueError, /true or false/],
    ['a misspelt option', () => made([[1]], [0], { maxlength: 2 }), ValueError, /maxLength/],
  ])('refuses %s', (_, make, type, message) => {
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });
});

describe('lengthSampler', () => {
  const options = fc.record({
    batchSize: fc.integer({ min: 1, max: 9 }),
    pool: fc.integer({ min: 1, max: 5 }),
    shuffle: fc.boolean(),
    seed: fc.nat(),
  });

  test('gives every item once, the same at each call, batches of neighbours in length', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 60 }), options, fc.nat(5), (lengths, given, epoch) => {
        const sampler = lengthSampler(lengths, given);
        const order = [...sampler.indices(epoch)];
        expect(order.toSorted((a, b) => a - b)).toEqual(lengths.map((_, i) => i));
        expect([...lengthSampler(lengths, given).indices(epoch)]).toEqual(order);
        for (let start = 0; start < order.length; start += given.batchSize) {
          const own = order.slice(start, start + given.batchSize).map((i) => lengths[i] as number);
          expect(own).toEqual(own.toSorted((a, b) => a - b));
        }
      }),
    );
  });

  test('orders epochs anew, and with one pool of all items wastes the least', () => {
    const lengths = [...permutation(fold(key(1), 'lengths'), 64)];
    const sampler = lengthSampler(lengths, { batchSize: 8, seed: 2 });
    expect([...sampler.indices(0)]).not.toEqual([...sampler.indices(1)]);
    const longest = Array.from({ length: 8 }, (_, b) =>
      Math.max(...[...sampler.indices(0)].slice(8 * b, 8 * b + 8).map((i) => lengths[i] as number)),
    );
    expect(longest.toSorted((a, b) => a - b)).toEqual([7, 15, 23, 31, 39, 47, 55, 63]);
    expect(longest).not.toEqual(longest.toSorted((a, b) => a - b));
  });

  test.each<[unknown, object, RegExp]>([
    [[1, -1], { batchSize: 2 }, /-1 at position 1/],
    [[1, Number.NaN], { batchSize: 2 }, /NaN at position 1/],
    [[1.5], { batchSize: 2 }, /1.5 at position 0/],
    [4, { batchSize: 2 }, /data.x.lengths.data/],
    [[1], {}, /number of items a batch/],
    [[1], { batchSize: 0 }, /positive integer/],
    [[1], { batchSize: 2, pool: 0 }, /number of batches/],
    [[1], { batchSize: 2, shuffle: 'yes' }, /true or false/],
    [[1], { batchSize: 2, seed: 0.5 }, /whole number/],
    [[1], { batchSize: 2, pools: 3 }, /pool/],
  ])('refuses %j, %j', (lengths, given, message) => {
    expect(() => lengthSampler(lengths as number[], given as { batchSize: number })).toThrow(message);
  });
});

describe('trimPadding', () => {
  const lengths = [3, 1, 4, 2, 5, 2, 6, 1];
  const data = sequenceDataset(itemsOf(lengths), itemsOf(lengths), { mask: true });

  async function batchesOf(
    options: object,
    sampler?: Sampler,
    more: object = {},
  ): Promise<{ x: Record<string, NDArray>; y: NDArray }[]> {
    const batches = loader(data, {
      batchSize: 2,
      batchTransform: trimPadding(options),
      ...(sampler !== undefined && { sampler }),
      ...more,
    });
    const all: { x: Record<string, NDArray>; y: NDArray }[] = [];
    for await (const { x, y } of batches) all.push({ x: x as Record<string, NDArray>, y: y as NDArray });
    await batches.close();
    return all;
  }

  test('cuts batches to their longest item, inputs and targets, and no entry that counts', async () => {
    const batches = await batchesOf({ targets: true });
    expect(batches.map(({ x, y }) => [x.tokens?.shape, x.mask?.shape, y.shape])).toEqual(
      [3, 4, 5, 6].map((time) => [
        [2, time],
        [2, time],
        [2, time],
      ]),
    );
    const items = batches.flatMap(({ x, y }) =>
      rowsOf(x.tokens as NDArray).map((row, i) => {
        const length = x.lengths?.data[i] as number;
        expect(row.slice(length).every((token) => token === 0)).toBe(true);
        expect(rowsOf(y)[i]).toEqual([...row.slice(0, length), ...row.slice(length).map(() => -100)]);
        expect(rowsOf(x.mask as NDArray)[i]).toEqual(row.map((_, t) => (t < length ? 0 : 1)));
        return row.slice(0, length);
      }),
    );
    expect(items).toEqual(itemsOf(lengths));
  });

  test('cuts to the next bound, and leaves what is longer than all of them', async () => {
    const batches = await batchesOf(
      { bounds: [4, 2], arrays: ['tokens'] },
      lengthSampler(lengths, { batchSize: 2, shuffle: false }),
    );
    expect(batches.map(({ x, y }) => [x.tokens?.shape[1], x.mask?.shape[1], y.shape[1]])).toEqual([
      [2, 6, 6],
      [2, 6, 6],
      [4, 6, 6],
      [6, 6, 6],
    ]);
  });

  test('gives the rest of an epoch as it was', async () => {
    const sampler = lengthSampler(lengths, { batchSize: 2, seed: 3 });
    const batches = loader(data, { batchSize: 2, sampler, batchTransform: trimPadding({ bounds: [2, 4] }) });
    const all = [];
    for await (const batch of batches.epoch(2)) all.push(batch);
    const rest = [];
    for await (const batch of batches.epoch(2, { from: 2 })) rest.push(batch);
    expect(rest).toEqual(all.slice(2));
    expect(all).toHaveLength(4);
  });

  const made = (options: object, of: object = data): unknown =>
    loader(of as typeof data, { batchSize: 2, batchTransform: trimPadding(options) });
  test.each<[string, () => unknown, RegExp]>([
    ['one array', () => made({}, { x: tensor([[1, 2]]), y: tensor([1], 'int32') }), /no array of lengths/],
    ['lengths of another name', () => made({ lengths: 'length' }), /tokens, lengths, mask/],
    ['lengths of floats', () => made({}, { x: { a: tensor([[1]]), lengths: tensor([1]) }, y: tensor([1]) }), /int32/],
    ['an unknown array', () => made({ arrays: ['token'] }), /the name token/],
    ['an array without time', () => made({ arrays: ['lengths'] }), /x.lengths/],
    ['an unknown target', () => made({ targets: ['tags'] }), /the name tags/],
    [
      'targets without time',
      () => made({ targets: true }, sequenceDataset([[1, 2], [3]], [0, 1])),
      /no axis of time.*received: *y/s,
    ],
    [
      'targets of another time',
      () =>
        made(
          { targets: true },
          {
            ...sequenceDataset(
              [[1, 2], [3]],
              tensor([
                [1, 2, 3],
                [1, 2, 3],
              ]),
            ),
          },
        ),
      /x.tokens \[2\], y \[3\]/,
    ],
    ['nothing to cut', () => made({}, { x: { lengths: tensor([1], 'int32') }, y: tensor([1]) }), /no array besides/],
    ['a bound of 0', () => made({ bounds: [0] }), /positive whole numbers/],
    ['no bounds', () => made({ bounds: [] }), /positive whole numbers/],
    ['a bound alone', () => made({ bounds: 8 }), /positive whole numbers/],
    ['a misspelt option', () => made({ bound: [8] }), /bounds/],
    ['no names', () => made({ arrays: 'tokens' }), /names of arrays/],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('a length beyond its item is an error, not a cut', async () => {
    const broken = { ...data, x: { ...data.x, lengths: tensor([9, 1, 1, 1, 1, 1, 1, 1], 'int32') } };
    const [first] = [loader(broken, { batchSize: 2, batchTransform: trimPadding() })];
    await expect(first?.epoch(0)[Symbol.asyncIterator]().next()).rejects.toThrow(/9 for item 0 of the batch/);
  });
});

describe('padding in training', () => {
  const lengths = [3, 5, 1, 4];
  const tags = lengths.map((length, i) => Array.from({ length }, (_, t) => (i + t) % 3));
  const data = sequenceDataset(itemsOf(lengths), tags, { mask: true, maxLength: 9 });
  const parts = {
    embed: embedding(12, 4),
    gru: gru(4, 4),
    attention: multiheadAttention(4, 2),
    head: linear(4, 3),
  };
  type Inputs = { readonly tokens: Node; readonly lengths: Node; readonly mask: Node };
  const model = layer('tagger', parts, (x: Inputs, p) => {
    const seen = p.gru({ x: p.embed(x.tokens), lengths: x.lengths });
    return p.head(p.attention({ query: seen, keyPaddingMask: x.mask }));
  });
  const trainerOf = () =>
    createTrainer({
      model,
      loss: crossEntropy({ ignoreIndex: -100 }),
      metrics: [accuracy()],
      optimizer: sgd({ lr: 0.1 }),
      backend: referenceBackend(),
      seed: 4,
    });
  type Tagged = { readonly x: { tokens: NDArray; lengths: NDArray; mask: NDArray }; readonly y: NDArray };

  async function batchesOf(batchSize: number, options: object): Promise<Tagged[]> {
    const all: Tagged[] = [];
    const batchTransform = trimPadding({ targets: true, ...options });
    for await (const batch of loader(data, { batchSize, batchTransform })) all.push(batch as never);
    return all;
  }

  test('a padded batch has the loss, the gradients and the metrics of its items alone', async () => {
    const trainer = await trainerOf();
    const single = await batchesOf(1, {});
    expect(single.map(({ x }) => x.tokens.shape)).toEqual(lengths.map((length) => [1, length]));
    const parts = [];
    for (const { x, y } of single) parts.push(await trainer.gradients(x, y));
    const alone = averageGradients(parts);
    expect(alone.weight).toBe(13);
    for (const bounds of [[5], [7]]) {
      const [batch] = await batchesOf(4, { bounds });
      const { x, y } = batch as Tagged;
      const together = await trainer.gradients(x, y);
      expect(together.weight).toBe(13);
      expect(together.metrics.loss).toBeCloseTo(alone.metrics.loss, 5);
      expect(together.metrics.accuracy).toBeCloseTo(alone.metrics.accuracy, 6);
      for (const [name, { data: expected }] of Object.entries(alone.gradients)) {
        const got = together.gradients[name]?.data as Float32Array;
        for (const [i, value] of expected.entries()) expect(got[i], `${name}[${i}]`).toBeCloseTo(value as number, 5);
      }
      const ofBatch = await trainer.evaluate([{ x, y }]);
      const ofItems = await trainer.evaluate(single);
      expect(ofBatch.loss).toBeCloseTo(ofItems.loss, 5);
      expect(ofBatch.accuracy).toBeCloseTo(ofItems.accuracy, 6);
    }
    trainer.dispose();
  });

  test('fit takes such batches, and compiles one program a bound', async () => {
    const trainer = await trainerOf();
    const sampler = lengthSampler(data.x.lengths.data, { batchSize: 2, seed: 1 });
    const train = loader(data, {
      batchSize: 2,
      sampler,
      batchTransform: trimPadding({ targets: true, bounds: [3, 5] }),
    });
    const { history } = await fit(trainer, { train, epochs: 12, log: null });
    expect(history.at(-1)?.train.loss).toBeLessThan(history[0]?.train.loss as number);
    trainer.dispose();
  });
});

describe('bags of indices, one behind the other', () => {
  const indices = [3, 1, 4, 1, 2];

  test('become rows and lengths, empty ones among them; with the last offset given or not', () => {
    const bags = bagDataset({ indices, offsets: [0, 2, 2], perSampleWeights: [1, 2, 3, 4, 5] }, [0, 1, 1], {
      padding: 9,
    });
    expect(rowsOf(bags.x.x)).toEqual([
      [3, 1, 9],
      [9, 9, 9],
      [4, 1, 2],
    ]);
    expect([...bags.x.lengths.data]).toEqual([2, 0, 3]);
    expect([...(bags.x.perSampleWeights as NDArray).data]).toEqual([1, 2, 0, 0, 0, 0, 3, 4, 5]);
    const ended = bagDataset({ indices, offsets: [0, 2, 2, 5], includeLastOffset: true }, [0, 1, 1], { padding: 9 });
    expect(ended.x).toEqual({ x: bags.x.x, lengths: bags.x.lengths });
    expect(bagDataset({ indices: [], offsets: [0, 0] }, [0, 1]).x.x.shape).toEqual([2, 1]);
  });

  test('train with embeddingBag', async () => {
    const trainer = await createTrainer({
      model: embeddingBag(5, 2, { mode: 'sum' }) as never,
      loss: crossEntropy(),
      optimizer: sgd({ lr: 0.5 }),
      backend: referenceBackend(),
      seed: 1,
    });
    const bags = bagDataset({ indices, offsets: [0, 2, 3] }, [0, 1, 0]);
    const { history } = await fit(trainer, { train: loader(bags as never, { batchSize: 3 }), epochs: 20, log: null });
    expect(history.at(-1)?.train.loss).toBeLessThan(0.2);
  });

  test.each([
    [{ indices, offsets: [1, 2] }, /a first offset of 1/],
    [{ indices, offsets: [0, 3, 2] }, /offset 2 is 2, behind 3/],
    [{ indices, offsets: [0, 6] }, /an offset of 6, for 5 indices/],
    [{ indices, offsets: [] }, /no bag/],
    [{ indices, offsets: [0], includeLastOffset: true }, /no bag/],
    [{ indices, offsets: [0, 3], includeLastOffset: true }, /leaves 2 indices in no bag/],
    [{ indices, offsets: [0, 1.5] }, /offsets/],
    [{ indices: [1, -1], offsets: [0] }, /indices/],
    [{ indices: 'abc', offsets: [0] }, /indices/],
    [{ indices, offsets: [0], perSampleWeights: [1] }, /another number of weights/],
    [{ indices, offsets: [0], perSampleWeights: [1, 2, 3, 4, Number.NaN] }, /weight 4/],
    [{ indices, offset: [0] }, /offsets/],
  ])('refuse %j', (bags, message) => {
    expect(() => bagDataset(bags as never, [0])).toThrow(message);
  });

  test('refuse targets of another number of bags', () => {
    expect(() => bagDataset({ indices, offsets: [0, 1] }, [0])).toThrow(ShapeError);
  });
});
