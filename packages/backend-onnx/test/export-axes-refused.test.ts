// What depends on the size of an axis in a way that no file can is refused by layer and op.
import {
  conv2d,
  createPredictor,
  flatten,
  initParameters,
  type Layer,
  layer,
  linear,
  type Node,
  ndarray,
  parameter,
  relu,
  sequential,
  zeros,
} from '@descent/core';
import { add, cast, concat, constant, gather, iota, matmul, mean, mul, reshape, slice, sum } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { values } from '@descent/core/testing';
import { describe, expect, test } from 'vitest';
import { evaluate, formatForm, sizeForm } from '../src/export/size-forms.ts';
import { traceSizes } from '../src/export/traces.ts';
import { exportOnnx, loadOnnx } from '../src/public/index.ts';

const timeOf = (x: Node): number => x.type.shape[1] as number;
const plain = (label: string, apply: (x: Node) => Node): Layer => layer(label, {}, apply);
const exported = (model: Layer, shape: readonly (number | string)[] = ['time', 2], axes = {}) =>
  exportOnnx(model, { parameters: initParameters(model, 1), sample: { shape }, axes });

describe('refused by layer and op', () => {
  const mask = plain('mask', (x) => {
    const n = timeOf(x);
    const table = Float32Array.from({ length: n * n }, (_, i) => (i % n > Math.floor(i / n) ? -1e9 : 0));
    return matmul(constant(ndarray('float32', [n, n], table)), x);
  });
  // Up to 100 tokens it is a causal mask, and the places are all there.
  const recent = plain('recent', (x) => {
    const n = timeOf(x);
    const table = Uint8Array.from({ length: n * n }, (_, i) => {
      const back = Math.floor(i / n) - (i % n);
      return back >= 0 && back < 100 ? 1 : 0;
    });
    return matmul(cast(constant(ndarray('bool', [n, n], table)), 'float32'), x);
  });
  const clipped = plain('clipped', (x) => {
    const table = Float32Array.from({ length: timeOf(x) }, (_, i) => Math.min(i, 100));
    return add(x, constant(ndarray('float32', [timeOf(x), 1], table)));
  });
  const scaled = plain('scaled', (x) => mul(x, 1 / Math.sqrt(timeOf(x))));
  const loop = plain('loop', (x) => {
    let h = slice(x, { axis: 1, end: 1 });
    for (let t = 1; t < timeOf(x); t++) h = add(h, slice(x, { axis: 1, start: t, end: t + 1 }));
    return h;
  });
  const branch = plain('branch', (x) => (timeOf(x) > 20 ? mean(x, { axes: [1] }) : sum(x, { axes: [1] })));
  const positions = layer('positions', { table: parameter([16, 2]) }, (x: Node, { table }) =>
    add(x, gather(table, iota(16))),
  );
  const odd = plain('odd', (x) => slice(x, { axis: 1, end: Math.floor(timeOf(x) / 3) }));

  test('a branch that is first seen when the file is compared is not called a bug of the export', async () => {
    const late = plain('late', (x) => {
      const m = mean(x, { axes: [1] });
      return timeOf(x) > 100 ? mul(m, -1) : m;
    });
    await expect(exported(late, ['time', 2], { time: { max: 150 } })).rejects.toThrow(
      /does not compute what the network computes(.|\n)*look for a branch on the size of an axis/,
    );
  });

  test.each<readonly [string, Layer, RegExp]>([
    [
      'a mask that is a constant',
      mask,
      /^0 mask › constant: .*'time' of any size: a constant in it(.|\n)*iota\(size\)/,
    ],
    [
      'a window that is longer than the sizes at which a file is made',
      recent,
      /^0 recent › constant: .*made for one size/,
    ],
    ['places that end far away', clipped, /^0 clipped › constant: .*made for one size/],
    [
      'a number that is no whole one',
      scaled,
      /^0 scaled › constant(.|\n)*received: 0\.\d+ at time = \d+; 0\.\d+ at time/,
    ],
    ['a loop over the axis', loop, /^0 loop › \w+: .*other operations at other sizes(.|\n)*unrolled/],
    ['a branch on the size', branch, /^0 branch › (mean|sum): .*other operations/],
    ['positions of one length', positions, /^0 positions(.|\n)*sizes \d+ and 16 on axis/],
    [
      'a linear layer over the axis',
      sequential(flatten(), linear(32, 2)),
      /^0\.1 linear\(32 → 2\)(.|\n)*for time = \d+/,
    ],
    ['a bound that is rounded', odd, /Slice differs from size to size(.|\n)*bounds/],
  ])('%s', async (_, model, message) => {
    await expect(exported(sequential(model))).rejects.toThrow(message);
  });

  test("padding 'same' with a stride, which follows from the size", async () => {
    const net = sequential(conv2d(1, 2, 3, { padding: 'same', stride: 2 }), relu());
    await expect(exported(net, [1, 'height', 8])).rejects.toThrow(
      /^0 conv2d.* › conv2d: .*'height' of any size: the pads of conv2d(.|\n)*padding as numbers/,
    );
    // With one stride it is the same at every size.
    await exported(sequential(conv2d(1, 2, 3, { padding: 'same' }), relu()), [1, 'height', 8]);
  });

  test('a network that does something else for each batch', async () => {
    const model = plain('batches', (x) => mul(x, Math.sqrt(x.type.shape[0] as number)));
    await expect(exported(model, [2])).rejects.toThrow(/'batch' of any size(.|\n)*at batch = /);
    await exportOnnx(model, { parameters: {}, sample: { shape: [2] }, batch: 3 });
  });

  test('sizes that the network does not take', async () => {
    const net = sequential(conv2d(1, 2, 5), relu());
    await expect(exported(net, [1, 'height', 'width'])).rejects.toThrow(/window is larger(.|\n)*axes: \{ height/);
    await exported(net, [1, 'height', 'width'], { height: { min: 5 }, width: { min: 5 } });
    // The largest size is looked at, too.
    const first = layer('first', { table: parameter([90, 2]) }, (x: Node, { table }) =>
      add(x, slice(table, { axis: 0, end: timeOf(x) })),
    );
    await exported(first, ['time', 2], { time: { max: 90 } });
    await expect(exported(first, ['time', 2], { time: { max: 91 } })).rejects.toThrow(/out of range(.|\n)*time = 91/);
  });
});

describe('what can be computed is', () => {
  const fine: Readonly<Record<string, (x: Node) => Node>> = {
    'a whole number': (x) => mul(x, timeOf(x)),
    'twice the size and one': (x) => mul(x, 2 * timeOf(x) + 1),
    'zeros of the size': (x) => concat([x, constant(zeros([x.type.shape[0] as number, timeOf(x), 3]))], 2),
    'the last three': (x) => slice(concat([x, x, x], 1), { axis: 1, start: 3 * timeOf(x) - 3 }),
    'all but the last': (x) => slice(x, { axis: 1, end: -1 }),
    'every second': (x) => slice(concat([x, x], 1), { axis: 1, end: 2 * timeOf(x) - 1, step: 2 }),
    'numbers of the square': (x) =>
      reshape(matmul(x, x, { transposeB: true }), [-1 * -(x.type.shape[0] as number), timeOf(x) ** 2]),
    'what a step leaves, its last, and its positions': (x) => {
      const half = slice(x, { axis: 1, step: 2 });
      const places = mul(reshape(iota(timeOf(half), 'float32'), [timeOf(half), 1]), timeOf(half));
      return concat([add(places, half), slice(half, { axis: 1, start: timeOf(half) - 1 })], 1);
    },
    'a count with a range': (x) => mul(x, reshape(iota(timeOf(x) + 1, 'float32'), [timeOf(x) + 1, 1])),
  };

  test.each(Object.entries(fine))('%s', async (name, apply) => {
    const lead = name === 'a count with a range' ? (x: Node) => apply(slice(x, { axis: 1, start: 1 })) : apply;
    const model = plain(
      'fine',
      name === 'a count with a range' ? (x) => mul(x, reshape(iota(timeOf(x), 'float32'), [timeOf(x), 1])) : lead,
    );
    const min = name === 'all but the last' ? 2 : 1;
    const { bytes, maxAbsDifference } = await exported(model, ['time', 2], { time: { min } });
    expect(maxAbsDifference).toBeLessThan(1e-4);
    const file = await loadOnnx(bytes);
    const predictor = await createPredictor({
      model,
      parameters: {},
      sample: { shape: ['time', 2] },
      backend: referenceBackend(),
    });
    for (const [batch, time] of [
      [2, 3],
      [1, min],
      [3, 37],
    ] as const) {
      const x = values([batch, time, 2], time);
      const [actual, wanted] = [await file.predict(x), await predictor.predict(x)];
      expect(actual.shape).toEqual(wanted.shape);
      for (const [i, v] of wanted.data.entries()) expect(Math.abs((actual.data[i] as number) - v)).toBeLessThan(1e-4);
    }
    file.dispose();
  });
});

describe('options', () => {
  const model = plain('same', (x) => mul(x, 2));
  // biome-ignore lint/suspicious/noExplicitAny: what plain JavaScript may give.
  const given = (options: any) => exportOnnx(model, { parameters: {}, ...options });

  test.each<readonly [string, object, RegExp]>([
    [
      'a range of no axis',
      { sample: { shape: ['time'] }, axes: { tiem: {} } },
      /no option 'tiem'; did you mean 'time'/,
    ],
    ['a misspelt limit', { sample: { shape: ['time'] }, axes: { time: { maximum: 3 } } }, /no option 'maximum'/],
    ['a limit as a text', { sample: { shape: ['time'] }, axes: { time: { max: '3' } } }, /invalid max/],
    [
      'a range as a number',
      { sample: { shape: ['time'] }, axes: { time: 3 } },
      /axes.time takes its options as one object/,
    ],
    ['a range of one size', { sample: { shape: ['time'] }, axes: { time: { min: 4, max: 4 } } }, /no room/],
    [
      'a range without multiples',
      { sample: { shape: ['time'] }, axes: { time: { min: 9, max: 15, multipleOf: 8 } } },
      /no room/,
    ],
    ['a name that is no word', { sample: { shape: ['a b'] } }, /name that cannot be used/],
    ['no name at all', { sample: { shape: [''] } }, /name that cannot be used/],
    ['the batch once more', { sample: { shape: ['batch', 2] } }, /leave the batch out/],
    ['sizes below 0', { sample: { shape: ['time', -1] } }, /no shape/],
    ['a shape as a text', { sample: { shape: 'time' } }, /no shape/],
  ])('%s', async (_, options, message) => {
    await expect(given(options)).rejects.toThrow(message);
    const predictor = createPredictor({
      model,
      parameters: {},
      backend: referenceBackend(),
      ...(options as { sample: { shape: string[] } }),
    });
    await expect(predictor).rejects.toThrow(message);
  });

  test('names that objects have by themselves are names like others', async () => {
    const { bytes } = await given({ sample: { shape: ['constructor', 'toString'] } });
    const file = await loadOnnx(bytes);
    expect((await file.predict(values([1, 2, 3], 1))).shape).toEqual([1, 2, 3]);
  });
});

describe('forms of sizes', () => {
  const axes = ['a', 'b'].map((name) => ({ name, min: 1, max: Number.POSITIVE_INFINITY, multipleOf: 1 }));
  const sizes = traceSizes(axes, new Set([3, 8]), 0);
  const formOf = (f: (a: number, b: number) => number) =>
    sizeForm(
      sizes.map(({ a = 0, b = 0 }) => f(a, b)),
      sizes,
    );

  test('sizes are never 1, never those that are taken, and change one axis at a time at first', () => {
    const all = sizes.flatMap((s) => Object.values(s));
    for (const size of [1, 3, 8]) expect(all).not.toContain(size);
    const changed = sizes.slice(1, 7).map((s) => Object.keys(s).filter((name) => s[name] !== sizes[0]?.[name]));
    expect(changed.every((names) => names.length === 1)).toBe(true);
    for (const { name } of axes)
      expect(new Set(sizes.map((s) => (s[name] as number) % 4))).toEqual(new Set([0, 1, 2, 3]));
  });

  test.each<readonly [string, (a: number, b: number) => number]>([
    ['7', () => 7],
    ['a', (a) => a],
    ['2*a + 1', (a) => 2 * a + 1],
    ['a - 1', (a) => a - 1],
    ['a + b', (a, b) => a + b],
    ['-1*a + 512', (a) => 512 - a],
    ['4*a*b', (a, b) => 4 * a * b],
    ['a*a', (a) => a * a],
    ['b*a*a', (a, b) => a * a * b],
  ])('%s', (text, f) => {
    const form = formOf(f);
    expect(form).not.toBeNull();
    if (form === null) return;
    expect(formatForm(form).split('*').sort()).toEqual(text.split('*').sort());
    expect(evaluate(form, { a: 1000, b: 7 })).toBe(f(1000, 7));
  });

  test.each<readonly [string, (a: number, b: number) => number]>([
    ['a rounded half', (a) => Math.floor(a / 2)],
    ['a rounded quarter', (a) => Math.ceil(a / 4)],
    ['a rounded third', (a) => Math.floor(a / 3)],
    ['a sum of a product', (a, b) => a * b + a],
    ['the larger one', (a, b) => Math.max(a, b)],
    ['a root', (a) => Math.sqrt(a)],
  ])('%s has none', (_, f) => {
    expect(formOf(f)).toBeNull();
  });
});
