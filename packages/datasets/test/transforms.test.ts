import { join } from 'node:path';
import { ndarray } from '@descent/core';
import { build } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyTransforms,
  centerCrop,
  colorJitter,
  type Item,
  loader,
  normalize,
  pad,
  randomAffine,
  randomCrop,
  randomErasing,
  randomHorizontalFlip,
  randomRotation,
  randomVerticalFlip,
  resize,
  type Transform,
  toFloat,
  transformed,
  transformedType,
} from '../src/public/index.ts';
import { cosSin, exp, log } from '../src/transforms/portable-math.ts';
import { toy } from './helpers.ts';
import { apply, bytes, chiSquare, floats, rows, sampleKey } from './transforms-helpers.ts';

const RANDOM: readonly (readonly [string, Transform])[] = [
  ['randomCrop', randomCrop(24, { padding: 4 })],
  ['randomHorizontalFlip', randomHorizontalFlip()],
  ['randomVerticalFlip', randomVerticalFlip()],
  ['randomRotation', randomRotation(30, { interpolation: 'bilinear' })],
  ['randomAffine', randomAffine(10, { translate: [0.2, 0.2], scale: [0.8, 1.2], shear: 5 })],
  ['colorJitter', colorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 })],
  ['randomErasing', randomErasing({ p: 0.9 })],
];

describe('the same key gives the same image, another key another', () => {
  test.each(RANDOM)('%s', (_, transform) => {
    for (const item of [bytes(3, 24, 20), floats(3, 24, 20)]) {
      const before = item.data.slice();
      const fits = transform.transform === 'randomCrop' ? randomCrop([20, 18], { padding: 4 }) : transform;
      const results = Array.from({ length: 12 }, (_, i) => apply(fits, item, i));
      // The data of a transform can travel.
      const again = Array.from({ length: 12 }, (_, i) => apply(structuredClone(fits), item, i));
      expect(again).toEqual(results);
      expect(item.data).toEqual(before);
      expect(new Set(results.map(({ data }) => String(data))).size).toBeGreaterThan(1);
      // Another epoch and another place in the list are other draws.
      const twice = Array.from({ length: 12 }, (_, i) => applyTransforms([pad(0), fits], item, sampleKey(i)));
      expect(twice).not.toEqual(results);
      expect(Array.from({ length: 12 }, (_, i) => applyTransforms([fits], item, sampleKey(i, 6)))).not.toEqual(results);
    }
  });

  test('whatever the size and order of the batches', async () => {
    const size = 3 * 8 * 8;
    const data = { ...toy(40), x: bytes(40, 3, 8, 8) as Item, y: toy(40, [...Array(40).keys()]).y };
    const transform = [randomCrop(8, { padding: 2 }), randomHorizontalFlip(), colorJitter({ brightness: 0.5 })];
    /** The images of epoch 0 by their number, which is their label here. */
    const images = async (options: { batchSize: number; shuffle?: boolean; seed?: number }) => {
      const found = new Map<number, string>();
      for await (const { x, y } of loader(data, { transform, seed: 3, ...options })) {
        for (const [i, label] of y.data.entries()) found.set(label, String(x.data.slice(i * size, (i + 1) * size)));
      }
      return found;
    };
    const all = await images({ batchSize: 40 });
    expect(all.size).toBe(40);
    expect(await images({ batchSize: 7 })).toEqual(all);
    const shuffled = await images({ batchSize: 9, shuffle: true });
    expect([...shuffled.keys()]).not.toEqual([...all.keys()]);
    expect(shuffled).toEqual(all);
    expect(await images({ batchSize: 40, seed: 4 })).not.toEqual(all);
  });
});

describe('draws have the right distribution', () => {
  test.each([0, 0.3, 0.5, 1])('a flip with probability %d', (p) => {
    const item = ndarray('uint8', [1, 2], Uint8Array.of(1, 2));
    for (const flip of [randomHorizontalFlip({ p }), randomVerticalFlip({ p })]) {
      const vertical = flip.transform === 'randomVerticalFlip';
      const shaped = vertical ? { ...item, shape: [2, 1] } : item;
      let flipped = 0;
      for (let i = 0; i < 10_000; i++) flipped += Number(apply(flip, shaped, i).data[0] === 2);
      // Five standard deviations of a binomial count.
      expect(Math.abs(flipped - 10_000 * p)).toBeLessThanOrEqual(5 * Math.sqrt(10_000 * p * (1 - p)));
    }
  });

  test('all windows of a crop are equally likely', () => {
    // 6 × 5 with a padding of 1 and 2 has 5 × 4 windows of 4 × 6; the pixels tell which one it is.
    const item = ndarray(
      'uint8',
      [6, 5],
      Uint8Array.from({ length: 30 }, (_, i) => i + 1),
    );
    const crop = randomCrop([4, 6], { padding: [2, 1] });
    const counts = new Map<string, number>();
    const draws = 8000;
    for (let i = 0; i < draws; i++) {
      const window = String(apply(crop, item, i).data);
      counts.set(window, (counts.get(window) ?? 0) + 1);
    }
    expect(counts.size).toBe(5 * 4);
    const padded = rows(apply(pad([2, 1]), item), 9);
    for (let top = 0; top <= 4; top++) {
      for (let left = 0; left <= 3; left++) {
        expect(counts.has(String(padded.slice(top, top + 4).map((row) => row.slice(left, left + 6))))).toBe(true);
      }
    }
    expect(chiSquare([...counts.values()], Array(20).fill(draws / 20))).toBeLessThan(19 + 5 * Math.sqrt(38));
  });

  test('shifts are whole pixels, the outermost half as likely', () => {
    const dot = ndarray(
      'uint8',
      [9, 8],
      Uint8Array.from({ length: 72 }, (_, i) => Number(i === 4 * 8 + 4)),
    );
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < 8000; i++) {
      const at = apply(randomAffine(0, { translate: [0.25, 0] }), dot, i).data.indexOf(1);
      expect(Math.floor(at / 8)).toBe(4);
      counts[(at % 8) - 2] = (counts[(at % 8) - 2] ?? Number.NaN) + 1;
    }
    expect(chiSquare(counts, [1000, 2000, 2000, 2000, 1000])).toBeLessThan(4 + 5 * Math.sqrt(8));
  });

  test('angles are uniform', () => {
    // A turn by θ around the middle takes a horizontal ramp to cos θ times it: the middle's neighbour tells θ.
    const ramp = ndarray(
      'float32',
      [3, 3],
      Float32Array.from({ length: 9 }, (_, i) => (i % 3) - 1),
    );
    const turn = randomRotation([0, 90], { interpolation: 'bilinear' });
    const counts = Array<number>(9).fill(0);
    for (let i = 0; i < 9000; i++) {
      const cos = apply(turn, ramp, i).data[5] as number;
      const tenth = Math.min(8, Math.floor((Math.acos(Math.min(cos, 1)) * 180) / Math.PI / 10));
      counts[tenth] = (counts[tenth] as number) + 1;
    }
    expect(chiSquare(counts, Array(9).fill(1000))).toBeLessThan(8 + 5 * Math.sqrt(16));
  });

  test('the parts of an affine map are uniform and independent', () => {
    // Pixels that hold their coordinates from the middle: next to the middle the result holds the inverse matrix.
    const coordinates = ndarray(
      'float32',
      [2, 9, 9],
      Float32Array.from({ length: 162 }, (_, i) => (i < 81 ? i % 9 : Math.floor((i - 81) / 9)) - 4),
    );
    const matrices = (transform: Transform): number[][] =>
      Array.from({ length: 3000 }, (_, i) => {
        const at = (plane: number, y: number, x: number): number =>
          apply(transform, coordinates, i).data[81 * plane + 9 * y + x] as number;
        const [a, b, c, d] = [at(0, 4, 5), at(0, 5, 4), at(1, 4, 5), at(1, 5, 4)];
        const det = a * d - b * c;
        return [d / det, -b / det, -c / det, a / det];
      });
    const degrees = (tangent: number): number => (Math.atan(tangent) * 180) / Math.PI;
    // scale · rotation · shear along x = s [[cos, −sin], [sin, cos]] [[1, −tan], [0, 1]]
    const turned = randomAffine(20, { scale: [0.9, 1.1], shear: 10, interpolation: 'bilinear' });
    expectUniform(
      matrices(turned).map(([a = 0, b = 0, c = 0, d = 0]) => {
        const square = a * a + c * c;
        return [degrees(c / a) / 20, (Math.sqrt(square) - 1) / 0.1, degrees(-(a * b + c * d) / square) / 10];
      }),
    );
    // shear along y · shear along x = [[1, −tan x], [−tan y, 1 + tan x tan y]]
    const sheared = randomAffine(0, { shear: [-10, 10, 0, 20], interpolation: 'bilinear' });
    expectUniform(matrices(sheared).map(([, b = 0, c = 0]) => [degrees(-b) / 10, degrees(-c) / 10 - 1]));
  });

  test('the factors of a colour jitter are uniform and independent', () => {
    // Contrast keeps the mean, so mean and difference tell both factors, in either order.
    const item = ndarray('float32', [1, 1, 2], Float32Array.of(0.3, 0.5));
    const jitter = colorJitter({ brightness: 0.2, contrast: [0.9, 1.3] });
    expectUniform(
      Array.from({ length: 4000 }, (_, i) => {
        const [p = 0, q = 0] = apply(jitter, item, i).data;
        const brightness = (p + q) / 0.8;
        return [(brightness - 1) / 0.2, ((q - p) / (0.2 * brightness) - 1.1) / 0.2];
      }),
    );
  });

  test('the parts of a colour jitter come in every order', () => {
    const item = floats(3, 5, 4);
    const parts = [
      { brightness: [1.5, 1.5] },
      { contrast: [0.5, 0.5] },
      { saturation: [1.8, 1.8] },
      { hue: [0.2, 0.2] },
    ] as const;
    const inOrder = (order: readonly number[]): Item =>
      order.reduce((x, i) => apply(colorJitter(parts[i] as object), x), item);
    const all = permutations([0, 1, 2, 3]).map((order) => inOrder(order));
    const together = colorJitter(Object.assign({}, ...parts));
    const counts = Array<number>(all.length).fill(0);
    for (let i = 0; i < 2400; i++) {
      const { data } = apply(together, item, i);
      const which = all.findIndex((one) => one.data.every((v, j) => v === data[j]));
      expect(which).toBeGreaterThanOrEqual(0);
      counts[which] = (counts[which] as number) + 1;
    }
    // Some orders may give the same picture; then their counts add up at the first.
    const first = all.map((one) => all.findIndex((other) => other.data.every((v, j) => v === one.data[j])));
    const expected = first.map((_, i) => 100 * first.filter((f) => f === i).length);
    const cells = expected.flatMap((e, i) => (e > 0 ? [i] : []));
    expect(cells.length).toBeGreaterThan(12);
    const statistic = chiSquare(
      cells.map((i) => counts[i] as number),
      cells.map((i) => expected[i] as number),
    );
    expect(statistic).toBeLessThan(cells.length + 5 * Math.sqrt(2 * cells.length));
  });

  test('an erased rectangle has the share and the shape that were asked for', () => {
    const [height, width] = [40, 50];
    const item = ndarray('float32', [1, height, width], new Float32Array(height * width).fill(1));
    const erase = randomErasing({ p: 0.6, scale: [0.05, 0.2], ratio: [0.5, 2], value: 7 });
    let erased = 0;
    let logRatios = 0;
    for (let i = 0; i < 3000; i++) {
      const { data } = apply(erase, item, i);
      const at = [...data.keys()].filter((j) => data[j] === 7);
      if (at.length === 0) continue;
      erased++;
      const columns = at.map((j) => j % width);
      const lines = at.map((j) => Math.floor(j / width));
      const w = Math.max(...columns) - Math.min(...columns) + 1;
      const h = Math.max(...lines) - Math.min(...lines) + 1;
      expect(at.length).toBe(w * h);
      // Sides are rounded to whole pixels, by half of one at most.
      expect((h + 0.5) * (w + 0.5)).toBeGreaterThanOrEqual(0.05 * height * width);
      expect((h - 0.5) * (w - 0.5)).toBeLessThanOrEqual(0.2 * height * width);
      expect((h + 0.5) / (w - 0.5)).toBeGreaterThanOrEqual(0.5);
      expect((h - 0.5) / (w + 0.5)).toBeLessThanOrEqual(2);
      logRatios += Math.log(h / w);
    }
    expect(Math.abs(erased - 1800)).toBeLessThan(5 * Math.sqrt(3000 * 0.6 * 0.4));
    // The logarithm is uniform from -ln 2 to ln 2; rounding adds little.
    expect(Math.abs(logRatios / erased)).toBeLessThan((5 * Math.log(2)) / Math.sqrt(3 * erased) + 0.01);
  });

  test('erased pixels can have one value a channel, or noise', () => {
    const colour = apply(randomErasing({ p: 1, value: [1, 2, 3] }), bytes(3, 30, 30), 1);
    const was = bytes(3, 30, 30);
    const changed = [0, 1, 2].map((c) => {
      const at = Array.from({ length: 900 }, (_, i) => i).filter(
        (i) => colour.data[900 * c + i] !== was.data[900 * c + i],
      );
      for (const i of at) expect(colour.data[900 * c + i]).toBe(c + 1);
      return at.length;
    });
    expect(Math.max(...changed)).toBeGreaterThan(0);

    const blank = ndarray('float32', [1, 200, 200], new Float32Array(40_000).fill(99));
    const { data } = apply(randomErasing({ p: 1, scale: [0.3, 0.3], value: 'random' }), blank, 2);
    const noise = [...data].filter((v) => v !== 99);
    const mean = noise.reduce((a, b) => a + b, 0) / noise.length;
    const variance = noise.reduce((a, b) => a + (b - mean) ** 2, 0) / noise.length;
    expect(noise.length).toBeGreaterThan(11_000);
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(noise.length));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / noise.length));
  });
});

describe('pixels by arithmetic', () => {
  test('toFloat gives byte / 255 to the last bit, and leaves floats alone', () => {
    const item = ndarray(
      'uint8',
      [256],
      Uint8Array.from({ length: 256 }, (_, i) => i),
    );
    expect([...apply(toFloat(), item).data]).toEqual([...item.data].map((v) => Math.fround(v / 255)));
    expect([...apply(toFloat({ scale: 1 / 16 }), item).data]).toEqual([...item.data].map((v) => v / 16));
    expect(apply(toFloat(), floats(2, 2))).toEqual(floats(2, 2));
  });

  test('normalize by channel, column, or all alike', () => {
    const item = ndarray('float32', [2, 1, 2], Float32Array.of(1, 2, 3, 4));
    expect([...apply(normalize([1, 2], [0.5, 4]), item).data]).toEqual([0, 2, 0.25, 0.5]);
    expect([...apply(normalize(1, 2), item).data]).toEqual([0, 0.5, 1, 1.5]);
    const row = ndarray('float32', [3], Float32Array.of(1, 2, 3));
    expect([...apply(normalize([1, 1, 1], [1, 2, 4]), row).data]).toEqual([0, 0.5, 0.5]);
  });

  test('centerCrop leaves equal margins; of an odd one, as Python rounds', () => {
    const item = ndarray(
      'uint8',
      [8, 9],
      Uint8Array.from({ length: 72 }, (_, i) => i),
    );
    const window = (ys: readonly number[], xs: readonly number[]): number[] =>
      ys.flatMap((y) => xs.map((x) => 9 * y + x));
    // round((8 - 5) / 2) = round(1.5) = 2, round((9 - 4) / 2) = round(2.5) = 2
    expect([...apply(centerCrop([5, 4]), item).data]).toEqual(window([2, 3, 4, 5, 6], [2, 3, 4, 5]));
    // round((8 - 3) / 2) = round(2.5) = 2, round((9 - 6) / 2) = round(1.5) = 2
    expect([...apply(centerCrop([3, 6]), item).data]).toEqual(window([2, 3, 4], [2, 3, 4, 5, 6, 7]));
    expect([...apply(centerCrop([4, 3]), item).data]).toEqual(window([2, 3, 4, 5], [3, 4, 5]));
    expect(apply(centerCrop([8, 9]), item)).toEqual(item);
  });

  test('resize of one number keeps the proportions', () => {
    expect(apply(resize(4), bytes(3, 8, 12)).shape).toEqual([3, 4, 6]);
    expect(apply(resize(5), bytes(9, 7)).shape).toEqual([6, 5]);
    expect(apply(resize(7), bytes(1, 7, 7))).toEqual(bytes(1, 7, 7));
  });

  test('jittered bytes stay bytes, clamped and rounded', () => {
    const item = ndarray('uint8', [1, 1, 3], Uint8Array.of(10, 101, 200));
    expect([...apply(colorJitter({ brightness: [1.5, 1.5] }), item).data]).toEqual([15, 152, 255]);
    expect(apply(colorJitter(), item)).toEqual(item);
  });

  test('portable functions agree with those of the engine', () => {
    for (let x = -720; x <= 720; x += 0.37) {
      const [c, s] = cosSin(x);
      expect(Math.abs(c - Math.cos((x * Math.PI) / 180))).toBeLessThan(3e-15);
      expect(Math.abs(s - Math.sin((x * Math.PI) / 180))).toBeLessThan(3e-15);
      if (Math.abs(x) < 700) expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(1e-15);
      const y = Math.exp(x / 2);
      expect(Math.abs(log(y) - Math.log(y))).toBeLessThan(2e-15 * Math.max(1, Math.abs(x)));
    }
    expect([-90, 0, 90, 180, 270, 36_000_090].map((x) => cosSin(x).map((v) => v + 0))).toEqual([
      [0, -1],
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, -1],
      [0, 1],
    ]);
    expect(exp(-800)).toBe(0);
    expect(Math.abs(exp(-744) / Math.exp(-744) - 1)).toBeLessThan(0.5);
  });
});

describe('types', () => {
  const size = fc.integer({ min: 1, max: 12 });
  const transforms = fc.oneof(
    fc.tuple(size, size).map((s) => centerCrop(s)),
    fc.tuple(size, size, fc.integer({ min: 0, max: 4 })).map(([h, w, padding]) => randomCrop([h, w], { padding })),
    fc
      .tuple(
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 4, maxLength: 4 }),
        fc.constantFrom('constant', 'edge', 'reflect', 'symmetric'),
      )
      .map(([p, paddingMode]) => pad(p as unknown as [number, number, number, number], { paddingMode })),
    fc.tuple(size, size, fc.boolean()).map(([h, w, antialias]) => resize([h, w], { antialias })),
    size.map((s) => resize(s, { interpolation: 'nearest' })),
    fc.constantFrom(
      toFloat(),
      normalize(0.5, 0.5),
      normalize([1, 2, 3], [1, 2, 3]),
      randomHorizontalFlip(),
      randomRotation(90),
      randomAffine(5, { shear: [1, 2, 3, 4], interpolation: 'bilinear' }),
      colorJitter({ hue: 0.5, saturation: 2 }),
      randomErasing({ value: 'random' }),
    ),
  );

  test('are foreseen: results have them, and what is refused is refused before', () => {
    let [accepted, refused] = [0, 0];
    fc.assert(
      fc.property(
        fc.array(transforms, { maxLength: 5 }),
        fc.array(size, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        fc.nat(),
        (list, shape, isFloat, sample) => {
          const item = isFloat ? floats(...shape) : bytes(...shape);
          let expected: ReturnType<typeof transformedType> | Error;
          try {
            expected = transformedType(list, { dtype: item.dtype, shape });
          } catch (error) {
            refused++;
            expect(() => applyTransforms(list, item, sampleKey(sample))).toThrow((error as Error).message);
            return;
          }
          accepted++;
          const { dtype, shape: received, data } = applyTransforms(list, item, sampleKey(sample));
          expect({ dtype, shape: received }).toEqual(expected);
          expect(data.length).toBe(received.reduce((n, d) => n * d, 1));
          expect(data.constructor).toBe(dtype === 'uint8' ? Uint8Array : Float32Array);
          expect(data.every((v) => Number.isFinite(v))).toBe(true);
        },
      ),
      { numRuns: 400, seed: 7 },
    );
    expect(accepted).toBeGreaterThan(50);
    expect(refused).toBeGreaterThan(50);
  });

  test('of items are float32 where none is given', () => {
    expect(transformedType([], { shape: [3] })).toEqual({ dtype: 'float32', shape: [3] });
    expect(transformedType([toFloat(), normalize(0, 1)], { dtype: 'uint8', shape: [3] }).dtype).toBe('float32');
  });
});

describe('errors', () => {
  test.each([
    [
      'a crop that is too large',
      [toFloat(), pad(1), randomCrop(32)],
      [3, 28, 28],
      'uint8',
      /^transforms\[2\] randomCrop\(32\): the crop is larger/,
    ],
    [
      'bytes to normalize',
      [normalize(0.1307, 0.3081)],
      [1, 28, 28],
      'uint8',
      /transforms\[0\] normalize\(0\.1307; 0\.3081\).*\n.*uint8\[1, 28, 28\]\n.*float32\n.*toFloat\(\) in front/,
    ],
    ['other channels', [normalize([0, 0], [1, 1])], [3, 8, 8], 'float32', /2 channels on the first axis/],
    ['a row of a table', [randomHorizontalFlip()], [4], 'float32', /randomHorizontalFlip\(\): the items are no images/],
    [
      'two channels',
      [colorJitter({ hue: 0.1 })],
      [2, 8, 8],
      'uint8',
      /colorJitter\(hue ±0\.1\): .*neither grey nor RGB/,
    ],
    ['a fill that is no byte', [pad(1, { fill: 0.5 })], [8, 8], 'uint8', /the fill is no byte/],
    ['noise for bytes', [randomErasing({ value: 'random' })], [1, 8, 8], 'uint8', /the items are bytes/],
    [
      'a mirror that is too small',
      [pad([3, 0], { paddingMode: 'reflect' })],
      [3, 3],
      'uint8',
      /pad\(\[3, 0, 3, 0\], reflect\).*larger.*\n.*\n.*at most 2 pixels left and right/,
    ],
    ['labels', [toFloat()], [2], 'int32', /transforms take bytes or floats/],
    [
      'a made-up one',
      [{ transform: 'constructor', options: {} }],
      [8, 8],
      'uint8',
      /transforms\[0\] constructor: there is no such transform\n.*\n.*centerCrop, colorJitter/,
    ],
  ] as const)('%s', (_, list, shape, dtype, message) => {
    expect(() => transformedType(list as readonly Transform[], { shape, dtype })).toThrow(message);
  });

  const wrong =
    (call: (...args: never[]) => unknown, ...args: readonly unknown[]) =>
    (): unknown =>
      (call as (...args: readonly unknown[]) => unknown)(...args);

  test.each([
    [
      wrong(randomCrop, 32, { pading: 4 }),
      /randomCrop has no option 'pading'; did you mean 'padding'\?\n.*\n.*padding, fill, paddingMode/,
    ],
    [wrong(randomRotation, 10, { expand: true }), /no option 'expand'/],
    [wrong(randomCrop, 0), /randomCrop\.size.*\n.*received: 0\n.*positive whole number, or \[height, width\]/],
    [wrong(randomCrop, [3, 2.5]), /received: \[3, 2\.5\]/],
    [wrong(centerCrop, undefined), /received: undefined/],
    [wrong(pad, -1), /pad\.padding/],
    [wrong(pad, [1, 2, 3]), /pad\.padding/],
    [wrong(pad, 1, { paddingMode: 'wrap' }), /'constant' or 'edge' or 'reflect' or 'symmetric'/],
    [wrong(pad, 1, { fill: Number.NaN }), /received: NaN/],
    [wrong(randomHorizontalFlip, { p: 1.5 }), /randomHorizontalFlip\.p.*\n.*1\.5\n.*probability/],
    [wrong(randomVerticalFlip, { p: '0.5' }), /received: the text "0\.5"/],
    [wrong(toFloat, { scale: Number.POSITIVE_INFINITY }), /toFloat\.scale/],
    [wrong(normalize, [0, 0], [1]), /normalize\.std.*\n.*\n.*2 numbers above 0/],
    [wrong(normalize, 0, 0), /normalize\.std.*\n.*\n.*\n.*standard deviation of 0: use 1/],
    [wrong(normalize, [], []), /normalize\.mean/],
    [wrong(resize, 8, { interpolation: 'bicubic' }), /resize\.interpolation/],
    [wrong(resize, 8, { antialias: 1 }), /resize\.antialias/],
    [wrong(randomRotation, [20, 10]), /randomRotation\.degrees/],
    [wrong(randomRotation, -5), /randomRotation\.degrees/],
    [wrong(randomRotation, 5, { center: [1] }), /randomRotation\.center/],
    [wrong(randomAffine, 0, { translate: [2, 0] }), /randomAffine\.translate/],
    [wrong(randomAffine, 0, { scale: [0, 1] }), /randomAffine\.scale/],
    [wrong(randomAffine, 0, { shear: 90 }), /randomAffine\.shear/],
    [wrong(randomAffine, 0, { shear: [1, 2, 3] }), /randomAffine\.shear/],
    [wrong(colorJitter, { hue: 0.6 }), /colorJitter\.hue/],
    [wrong(colorJitter, { brightness: -1 }), /colorJitter\.brightness/],
    [wrong(colorJitter, { contrast: [-0.5, 1] }), /colorJitter\.contrast/],
    [wrong(randomErasing, { scale: [0.5, 1.5] }), /randomErasing\.scale/],
    [wrong(randomErasing, { ratio: [0, 1] }), /randomErasing\.ratio/],
    [wrong(randomErasing, { value: 'noise' }), /randomErasing\.value/],
  ])('%#', (call, message) => {
    expect(call).toThrow(message);
  });
});

test('the entry of the transforms needs nothing of Node', async () => {
  const entry = join(import.meta.dirname, '..', 'src', 'public', 'transforms.ts');
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    // Modules of Node are not found there.
    platform: 'browser',
    conditions: ['@descent/source'],
    logLevel: 'silent',
  });
  const code = outputFiles[0]?.text ?? '';
  expect(code).toContain('randomHorizontalFlip');
  expect(code).not.toMatch(/["'](node:|fs"|sharp)/);
});

describe('transformed', () => {
  test('changes every item, once', () => {
    const data = { ...toy(5), x: bytes(5, 1, 4, 4) };
    const half = transformed(data, [centerCrop(2), toFloat(), normalize(0.5, 0.25)]);
    expect(half.x.shape).toEqual([5, 1, 2, 2]);
    for (let i = 0; i < 5; i++) {
      const middle = [5, 6, 9, 10].map((j) => data.x.data[16 * i + j] as number);
      expect([...half.x.data.slice(4 * i, 4 * i + 4)]).toEqual(
        middle.map((v) => Math.fround((Math.fround(v / 255) - 0.5) / 0.25)),
      );
    }
    expect(half.y).toEqual(data.y);
  });

  test('refuses what is random, and points to the loader', () => {
    expect(() => transformed(toy(3), [toFloat(), randomHorizontalFlip()])).toThrow(
      /transforms\[1\] randomHorizontalFlip\(\): .*random\n.*\n.*loader\(data/,
    );
  });
});

/** Throws unless the columns are draws from −1…1, uniform and uncorrelated, as far as moments tell. */
function expectUniform(drawn: readonly (readonly number[])[]): void {
  const mean = (of: (one: readonly number[]) => number): number =>
    drawn.reduce((sum, one) => sum + of(one), 0) / drawn.length;
  const bound = 5 / Math.sqrt(drawn.length);
  for (const k of (drawn[0] ?? []).keys()) {
    // Mean 0, variance 1/3, fourth moment 1/5.
    expect(Math.abs(mean((one) => one[k] as number))).toBeLessThan(bound * Math.sqrt(1 / 3));
    expect(Math.abs(mean((one) => (one[k] as number) ** 2) - 1 / 3)).toBeLessThan(bound * Math.sqrt(1 / 5 - 1 / 9));
    expect(Math.max(...drawn.map((one) => Math.abs(one[k] as number)))).toBeLessThan(1 + 1e-4);
    for (let j = 0; j < k; j++) {
      expect(Math.abs(mean((one) => (one[j] as number) * (one[k] as number)))).toBeLessThan(bound / 3);
    }
  }
}

function permutations(of: readonly number[]): number[][] {
  if (of.length === 0) return [[]];
  return of.flatMap((first) => permutations(of.filter((v) => v !== first)).map((rest) => [first, ...rest]));
}
