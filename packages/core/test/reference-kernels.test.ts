import { describe, expect, test } from 'vitest';
import { gradients } from '../src/autodiff/gradients.ts';
import { erf as erfOf } from '../src/ops/elementwise/_erf.ts';
import { graph, type NDArray, type Node, ValueError } from '../src/public/backend.ts';
import { tensor } from '../src/public/index.ts';
import * as ops from '../src/public/ops.ts';
import { float, int, numbersOf, precise, run } from './_reference.ts';

/** Values without symmetry. */
function wave(shape: readonly number[]): NDArray<'float64'> {
  const size = shape.reduce((a, b) => a * b, 1);
  return { dtype: 'float64', shape, data: Float64Array.from({ length: size }, (_, i) => Math.sin(1.3 * i + 0.2)) };
}

describe('elementwise', () => {
  test('broadcasts both operands', async () => {
    expect(await numbersOf(ops.sub(float([[1], [2]]), float([10, 20, 30])))).toEqual([
      [-9, -19, -29],
      [-8, -18, -28],
    ]);
    const condition = ops.constant(tensor([[true], [false]], 'bool'));
    expect(await numbersOf(ops.where(condition, float([1, 2]), ops.scalar(0)))).toEqual([
      [1, 2],
      [0, 0],
    ]);
  });

  test('wraps int32 and truncates its division', async () => {
    expect(await numbersOf(ops.mul(int([65537, -3]), int([65537, 2_000_000_000])))).toEqual([131073, -1_705_032_704]);
    expect(await numbersOf(ops.add(int(2_147_483_647), 1))).toBe(-2_147_483_648);
    expect(await numbersOf(ops.div(int([7, -7, 7, 2_147_483_647]), int([2, 2, -2, 2_147_483_647])))).toEqual([
      3, -3, -3, 1,
    ]);
  });

  test('casts by truncating, wrapping and comparing with zero', async () => {
    const x = float([-1.7, 0, 0.4, 2.9, 257]);
    expect(await numbersOf(ops.cast(x, 'int32'))).toEqual([-1, 0, 0, 2, 257]);
    expect(await numbersOf(ops.cast(x, 'uint8'))).toEqual([255, 0, 0, 2, 1]);
    expect(await numbersOf(ops.cast(ops.add(x, Number.NaN), 'bool'))).toEqual([1, 1, 1, 1, 1]);
    expect(await numbersOf(ops.cast(x, 'bool'))).toEqual([1, 0, 1, 1, 1]);
    expect(await numbersOf(ops.cast(int([0, 256, -1]), 'bool'))).toEqual([0, 1, 1]);
  });

  test('propagates NaN through extremes', async () => {
    const x = float([Number.NaN, 1, 2]);
    const y = float([0, Number.NaN, 3]);
    expect(await numbersOf(ops.maximum(x, y))).toEqual([Number.NaN, Number.NaN, 3]);
    expect(await numbersOf(ops.minimum(x, y))).toEqual([Number.NaN, Number.NaN, 2]);
    expect(await numbersOf(ops.max(x))).toBeNaN();
    expect(await numbersOf(ops.min(x))).toBeNaN();
    expect(await numbersOf(ops.relu(x))).toEqual([Number.NaN, 1, 2]);
  });

  test('has the powers of C', async () => {
    const base = float([1, -1, 0, -2, 2]);
    const exponent = float([Number.NaN, Number.POSITIVE_INFINITY, 0, 3, -1]);
    expect(await numbersOf(ops.pow(base, exponent))).toEqual([1, 1, 1, -8, 0.5]);
  });

  test('rounds each result to float32 once', async () => {
    const x = 0.3;
    const rounded = Math.fround(Math.exp(Math.fround(x)));
    expect(await numbersOf(ops.exp(float(x)))).toBe(rounded);
  });

  // Values of the C library, whose error is below one unit in the last place.
  test.each([
    [1e-10, 1.1283791670955126e-10],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [0.999, 0.8422852702064969],
    [1.001, 0.8431154854780762],
    [1.5, 0.9661051464753108],
    [1.999, 0.9953015566513705],
    [2, 0.9953222650189527],
    [2.001, 0.9953428907185247],
    [2.5, 0.999593047982555],
    [3, 0.9999779095030014],
    [4, 0.9999999845827421],
    [5.5, 0.9999999999999927],
  ])('erf(%d)', (x, expected) => {
    expect(Math.abs(erfOf(x) - expected)).toBeLessThan(1e-15);
    expect(Math.abs(erfOf(x) / expected - 1)).toBeLessThan(1e-15);
    expect(erfOf(-x)).toBe(-erfOf(x));
  });

  test('erf at its ends', () => {
    expect([erfOf(0), erfOf(Number.POSITIVE_INFINITY), erfOf(Number.NEGATIVE_INFINITY)]).toEqual([0, 1, -1]);
    expect(erfOf(Number.NaN)).toBeNaN();
  });
});

describe('reduce', () => {
  const x = float([
    [
      [1, 2],
      [3, 4],
    ],
    [
      [5, 6],
      [7, 8],
    ],
  ]);

  test('over any axes', async () => {
    expect(await numbersOf(ops.sum(x))).toBe(36);
    expect(await numbersOf(ops.sum(x, { axes: [0, 2] }))).toEqual([14, 22]);
    expect(await numbersOf(ops.mean(x, { axes: 1, keepDims: true }))).toEqual([[[2, 3]], [[6, 7]]]);
    expect(await numbersOf(ops.max(x, { axes: [1, 2] }))).toEqual([4, 8]);
    expect(await numbersOf(ops.min(ops.neg(x), { axes: 0 }))).toEqual([
      [-5, -6],
      [-7, -8],
    ]);
    expect(await numbersOf(ops.sum(int([2_147_483_647, 1])))).toBe(-2_147_483_648);
  });

  test('sums in float64', async () => {
    expect(await numbersOf(ops.sum(float([16_777_216, 1, 1])))).toBe(16_777_218);
  });

  test('argMax takes the first maximum, and NaN as the largest', async () => {
    expect(
      await numbersOf(
        ops.argMax(
          float([
            [1, 3, 3],
            [Number.NaN, 9, Number.NaN],
            [2, 1, 0],
          ]),
        ),
      ),
    ).toEqual([1, 0, 0]);
    expect(
      await numbersOf(
        ops.argMax(
          float([
            [1, 3],
            [2, 2],
          ]),
          { axis: 0, keepDims: true },
        ),
      ),
    ).toEqual([[1, 0]]);
  });
});

describe('shape', () => {
  const x = float([
    [1, 2, 3],
    [4, 5, 6],
  ]);

  test('moves elements', async () => {
    expect(await numbersOf(ops.reshape(x, [3, 2]))).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(await numbersOf(ops.transpose(x))).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    expect(await numbersOf(ops.transpose(ops.reshape(x, [1, 2, 3]), [1, 2, 0]))).toEqual([
      [[1], [2], [3]],
      [[4], [5], [6]],
    ]);
    expect(await numbersOf(ops.slice(x, { axis: 0, start: 1 }, { axis: 1, step: 2 }))).toEqual([[4, 6]]);
    expect(await numbersOf(ops.flip(x, [0, 1]))).toEqual([
      [6, 5, 4],
      [3, 2, 1],
    ]);
    expect(await numbersOf(ops.flip(x, 1))).toEqual([
      [3, 2, 1],
      [6, 5, 4],
    ]);
    expect(await numbersOf(ops.concat([x, float([[7], [8]])], 1))).toEqual([
      [1, 2, 3, 7],
      [4, 5, 6, 8],
    ]);
    expect(await numbersOf(ops.broadcastTo(float([[1], [2]]), [2, 2, 2]))).toEqual([
      [
        [1, 1],
        [2, 2],
      ],
      [
        [1, 1],
        [2, 2],
      ],
    ]);
  });

  test('pads around and between', async () => {
    const padded = ops.pad(
      float([
        [1, 2],
        [3, 4],
      ]),
      [1, 0],
      [0, 1],
      { value: 9, interior: [0, 1] },
    );
    expect(await numbersOf(padded)).toEqual([
      [9, 9, 9, 9],
      [1, 9, 2, 9],
      [3, 9, 4, 9],
    ]);
  });
});

describe('linalg', () => {
  test('multiplies matrices, transposed or not', async () => {
    const a = float([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const b = float([
      [1, 0],
      [0, 1],
      [1, 1],
    ]);
    const product = [
      [4, 5],
      [10, 11],
    ];
    expect(await numbersOf(ops.matmul(a, b))).toEqual(product);
    expect(await numbersOf(ops.matmul(ops.transpose(a), b, { transposeA: true }))).toEqual(product);
    expect(await numbersOf(ops.matmul(a, ops.transpose(b), { transposeB: true }))).toEqual(product);
  });

  test('broadcasts leading axes', async () => {
    const a = float([[[[1, 2]]], [[[3, 4]]]]);
    const b = float([
      [[1], [1]],
      [[0], [1]],
    ]);
    expect(await numbersOf(ops.matmul(a, b))).toEqual([
      [[[3]], [[2]]],
      [[[7]], [[4]]],
    ]);
  });
});

describe('conv', () => {
  const image = float([
    [
      [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ],
    ],
  ]);

  test('cross-correlates', async () => {
    const w = float([
      [
        [
          [1, 0],
          [0, 2],
        ],
      ],
    ]);
    expect(await numbersOf(ops.conv2d(image, w))).toEqual([
      [
        [
          [11, 14],
          [20, 23],
        ],
      ],
    ]);
    expect(await numbersOf(ops.conv2d(image, w, { stride: 2, padding: 1 }))).toEqual([
      [
        [
          [2, 6],
          [14, 23],
        ],
      ],
    ]);
    expect(await numbersOf(ops.conv2d(image, w, { dilation: 2 }))).toEqual([[[[19]]]]);
    expect(await numbersOf(ops.conv2d(image, w, { padding: [0, 0, 0, 1] }))).toEqual([
      [
        [
          [11, 14, 3],
          [20, 23, 6],
        ],
      ],
    ]);
  });

  test('keeps groups apart', async () => {
    const x = float([[[[1]], [[10]], [[100]], [[1000]]]]);
    const w = float([
      [[[1]], [[2]]],
      [[[3]], [[4]]],
    ]);
    expect(await numbersOf(ops.conv2d(x, w, { groups: 2 }))).toEqual([[[[21]], [[4300]]]]);
  });

  test('pools', async () => {
    expect(await numbersOf(ops.maxPool2d(image, 2, { stride: 1 }))).toEqual([
      [
        [
          [5, 6],
          [8, 9],
        ],
      ],
    ]);
    expect(await numbersOf(ops.maxPool2d(ops.neg(image), 2, { padding: 1 }))).toEqual([
      [
        [
          [-1, -2],
          [-4, -5],
        ],
      ],
    ]);
    expect(await numbersOf(ops.avgPool2d(image, 2, { padding: 1 }))).toEqual([
      [
        [
          [0.25, 1.25],
          [2.75, 7],
        ],
      ],
    ]);
    expect(await numbersOf(ops.avgPool2d(image, 2, { padding: 1, countIncludePad: false }))).toEqual([
      [
        [
          [1, 2.5],
          [5.5, 7],
        ],
      ],
    ]);
  });

  test('gives the gradient of a maximum to the first of equals, and adds up where windows overlap', async () => {
    const x = ops.input('x', [1, 1, 2, 3]);
    const [dx] = gradients(ops.sum(ops.maxPool2d(x, 2, { stride: 1 })), [x]) as [Node];
    expect(
      await numbersOf(dx, {
        x: tensor([
          [
            [
              [1, 2, 2],
              [2, 1, 2],
            ],
          ],
        ]),
      }),
    ).toEqual([
      [
        [
          [0, 2, 0],
          [0, 0, 0],
        ],
      ],
    ]);
    expect(
      await numbersOf(dx, {
        x: tensor([
          [
            [
              [3, 2, 2],
              [2, 1, 2],
            ],
          ],
        ]),
      }),
    ).toEqual([
      [
        [
          [1, 1, 0],
          [0, 0, 0],
        ],
      ],
    ]);
  });

  test.each([
    { stride: 1, padding: 0, dilation: 1, groups: 1 },
    { stride: 2, padding: 1, dilation: 1, groups: 2 },
    { stride: [1, 2], padding: [2, 0, 1, 3], dilation: [2, 1], groups: 1 },
  ] as const)('has the gradients that finite differences show: %o', async (options) => {
    const x = ops.input('x', [2, 2, 5, 6]);
    const w = ops.input('w', [4, 2 / options.groups, 2, 3]);
    const y = ops.conv2d(x, w, options);
    const loss = ops.sum(ops.mul(y, y));
    const [dx, dw] = gradients(loss, [x, w]) as [Node, Node];
    const executable = await precise.compile({ graph: graph({ loss, dx, dw }), reads: [], writes: [] });
    const feeds = { x: wave(x.type.shape), w: wave(w.type.shape) };
    const base = await executable.run(feeds);
    for (const name of ['x', 'w'] as const) {
      for (const at of [0, 7, feeds[name].data.length - 1]) {
        const shifted = async (by: number): Promise<number> => {
          const data = feeds[name].data.map((v, i) => (i === at ? v + by : v));
          return (await executable.run({ ...feeds, [name]: { ...feeds[name], data } }))['loss']?.data[0] as number;
        };
        const slope = ((await shifted(1e-5)) - (await shifted(-1e-5))) / 2e-5;
        expect(base[`d${name}`]?.data[at]).toBeCloseTo(slope, 6);
      }
    }
  });
});

describe('indexing', () => {
  const x = float([
    [1, 2, 3],
    [4, 5, 6],
  ]);

  test('gathers along any axis, and scatters back', async () => {
    expect(await numbersOf(ops.gather(x, int([1, 1, 0])))).toEqual([
      [4, 5, 6],
      [4, 5, 6],
      [1, 2, 3],
    ]);
    expect(await numbersOf(ops.gather(x, int([[2], [0]]), 1))).toEqual([
      [[3], [1]],
      [[6], [4]],
    ]);
    expect(await numbersOf(ops.scatterAdd(int([1, 1]), x, { axis: 0, size: 3 }))).toEqual([
      [0, 0, 0],
      [5, 7, 9],
      [0, 0, 0],
    ]);
    expect(await numbersOf(ops.scatterAdd(int([3, 0, 3]), x, { axis: 1, size: 4 }))).toEqual([
      [2, 0, 0, 4],
      [5, 0, 0, 10],
    ]);
  });

  test.each([2, -1])('refuses the index %d', async (index) => {
    await expect(run({ y: ops.gather(x, int([0, index])) })).rejects.toThrow(
      new RegExp(
        `gather: an index is out of range\\n {2}received: index ${index} at position 1 of 2\\n {2}expected: integers from 0 to 1`,
      ),
    );
    await expect(run({ y: ops.scatterAdd(int([0, index]), x, { axis: 0, size: 2 }) })).rejects.toThrow(ValueError);
  });

  test('makes one-hot rows and counts', async () => {
    expect(await numbersOf(ops.oneHot(int([1, 3, -1]), 3))).toEqual([
      [0, 1, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(await numbersOf(ops.iota(3))).toEqual([0, 1, 2]);
  });
});
