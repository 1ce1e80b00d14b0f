import { describe, expect, test } from 'vitest';
import type { Node } from '../src/public/index.ts';
import { type DType, DTypeError, full, type NDArray, tensor } from '../src/public/index.ts';
import * as o from '../src/public/ops.ts';
import { numbersOf, run } from './_reference.ts';

const of = (dtype: DType): Node => o.input('x', [2], dtype);
const BINARY = [
  o.add,
  o.sub,
  o.mul,
  o.div,
  o.maximum,
  o.minimum,
  o.equal,
  o.greater,
  o.greaterEqual,
  o.less,
  o.lessEqual,
];
const COMPARISONS = [o.equal, o.greater, o.greaterEqual, o.less, o.lessEqual];

/** Numbers that no element of the type is. */
const REFUSED: Readonly<Record<DType, readonly number[]>> = {
  float32: [1e39, -4e38],
  int32: [0.5, -1.25, 1e10, -2147483649, 2147483648, Number.NaN, Number.POSITIVE_INFINITY],
  uint8: [-1, 256, 300, 0.5, Number.NaN],
  bool: [2, -1, 0.5, Number.NaN],
};
const TAKEN: Readonly<Record<DType, readonly number[]>> = {
  float32: [0.5, 3, 1e38, Number.NaN, Number.NEGATIVE_INFINITY],
  int32: [0, -1, 2147483647, -2147483648],
  uint8: [0, 255],
  bool: [0, 1],
};
const TYPES = Object.keys(REFUSED) as readonly DType[];

describe.each(TYPES)('a number beside a tensor of %s', (dtype) => {
  const ops =
    dtype === 'float32' || dtype === 'int32' ? [...BINARY, ...(dtype === 'float32' ? [o.pow] : [])] : COMPARISONS;

  test.each(ops.map((op) => [op.name, op] as const))(
    '%s takes what the type holds, on either side, and nothing else',
    (name, op) => {
      for (const value of TAKEN[dtype]) {
        expect(op(of(dtype), value).inputs[1]?.type.dtype).toBe(dtype);
        expect(op(value, of(dtype)).inputs[0]?.type.dtype).toBe(dtype);
      }
      for (const value of REFUSED[dtype]) {
        expect(() => op(of(dtype), value)).toThrow(DTypeError);
        expect(() => op(value, of(dtype))).toThrow(`${name} cannot use this value as ${dtype}`);
      }
    },
  );

  test('constants, paddings, choices and host arrays follow the same rule', () => {
    const makers = [
      (value: number) => o.scalar(value, dtype),
      (value: number) => o.pad(of(dtype), [1], [1], { value }),
      (value: number) => o.where(o.input('c', [2], 'bool'), of(dtype), value),
      (value: number) => full([3], value, dtype),
      (value: number) => tensor([value], dtype),
    ];
    for (const make of makers) {
      for (const value of TAKEN[dtype]) expect(() => make(value)).not.toThrow();
      for (const value of REFUSED[dtype]) expect(() => make(value)).toThrow(DTypeError);
    }
  });
});

test('the error says what came, what fits and what to do', () => {
  expect(() => o.mul(of('int32'), 0.5)).toThrow(
    "mul cannot use this value as int32\n  received: 0.5\n  expected: a whole number from -2147483648 to 2147483647\n  fix: cast the tensor to 'float32' first, or correct the number",
  );
  expect(() => o.equal(of('uint8'), 300)).toThrow(/received: 300\n {2}expected: a whole number from 0 to 255/);
  expect(() => o.mul(of('float32'), 1e39)).toThrow(
    /received: 1e\+39\n {2}expected: a number that float32 holds, or Infinity/,
  );
});

test('tensors of two types are refused with the cast that joins them', () => {
  for (const op of [...BINARY, o.pow, o.where.bind(null, o.input('c', [2], 'bool'))]) {
    expect(() => op(of('int32'), of('float32'))).toThrow(/float32[\s\S]*cast\(x, 'float32'\)/);
    expect(() => op(of('uint8'), of('int32'))).toThrow(DTypeError);
    expect(() => op(of('bool'), of('float32'))).toThrow(DTypeError);
  }
  expect(() => o.add(of('uint8'), of('uint8'))).toThrow(/cast\(x, 'float32'\)/);
});

test('where takes a number for a choice', async () => {
  const x = { x: { dtype: 'int32', shape: [2], data: Int32Array.of(4, 5) } as NDArray };
  const ints = of('int32');
  const isFour = o.equal(ints, 4);
  expect(await numbersOf(o.where(isFour, ints, -1), x)).toEqual([4, -1]);
  expect((await run({ y: o.where(isFour, 7, ints) }, x))['y']?.data).toEqual(Int32Array.of(7, 5));
});

const x = of('float32');
const odd = (value: unknown): Node => value as Node;
const MISUSES: Readonly<Record<string, () => unknown>> = {
  'a list': () => o.add(x, odd([1, 2])),
  'a host array': () => o.mul(odd(tensor([1, 2])), x),
  'a text': () => o.maximum(x, odd('2')),
  'a boolean': () => o.equal(x, odd(true)),
  null: () => o.sub(odd(null), x),
  nothing: () => o.exp(odd(undefined)),
  'a number alone': () => o.sum(odd(3)),
  'a list to reduce': () => o.mean(odd([1, 2])),
  'a list to cast': () => o.cast(odd([1]), 'int32'),
  'a condition that is a number': () => o.where(odd(1), x, 0),
  'a list of lists': () => o.concat([x, odd([1, 2])]),
  'labels as a list': () => o.gather(x, odd([0])),
  'a list to normalize': () => o.softmax(odd([1, 2])),
  'a list to turn': () => o.transpose(odd([[1]])),
  'a list to cut': () => o.slice(odd([1]), { axis: 0, end: 1 }),
};

test.each(Object.entries(MISUSES))(
  '%s where a tensor of the graph belongs is a DTypeError that tells how to wrap it',
  (_, use) => {
    expect(use).toThrow(DTypeError);
    expect(use).toThrow(/needs tensors of a graph[\s\S]*constant\(/);
  },
);

test('two numbers, a type that does not exist and a text in a list are refused', () => {
  expect(() => o.add(1, 2)).toThrow(/add needs at least one tensor/);
  expect(() => o.cast(x, 'int64' as DType)).toThrow(/cast cannot take a result of type int64/);
  expect(() => tensor(['a'] as unknown as number[])).toThrow(
    /tensor at \[0\] cannot use this value as float32\n {2}received: the text "a"/,
  );
  expect(() => tensor([0.5], 'int32')).toThrow(DTypeError);
  expect(tensor([true, false], 'bool').data).toEqual(Uint8Array.of(1, 0));
});
