import type { NDArray } from '../../ir/ndarray.ts';
import { bools, type Draw, distinct, integers, type OpCase, prefixed, values } from '../cases.ts';
import { NO_ATTRS, type NoAttrs } from './_types.ts';

type Plain = readonly OpCase<NoAttrs>[];

const UNARY_SHAPES = {
  'a matrix': [3, 4],
  'four axes': [2, 1, 3, 2],
  'one element': [1],
  'a scalar': [],
  'no elements': [0, 3],
} as const;

const BINARY_SHAPES = {
  'equal shapes': [
    [2, 3],
    [2, 3],
  ],
  'four axes': [
    [2, 3, 1, 2],
    [2, 3, 1, 2],
  ],
  'broadcasts a row': [[2, 3], [3]],
  'broadcasts a row on the left': [[3], [2, 3]],
  'broadcasts a column': [
    [2, 3],
    [2, 1],
  ],
  'broadcasts both ways': [
    [3, 1],
    [1, 4],
  ],
  'broadcasts both ways with another rank': [
    [2, 1, 3],
    [4, 1],
  ],
  'broadcasts an inner axis': [
    [2, 3, 2],
    [2, 1, 2],
  ],
  'broadcasts a scalar': [[2, 2], []],
  'broadcasts a scalar on the left': [[], [2, 2]],
  'broadcasts ones in front': [[3], [1, 1, 1]],
  'two scalars': [[], []],
  'no elements': [[0, 3], [3]],
  'no elements, broadcast from one': [
    [1, 3],
    [0, 1],
  ],
} as const;

/** An op of one operand on the shapes that matter. */
export function unaryCases(draw: Draw): Plain {
  return Object.entries(UNARY_SHAPES).map(([name, shape], i) => ({
    name,
    inputs: [draw(shape, i + 1)],
    attrs: NO_ATTRS,
  }));
}

/** An op of two operands on the shapes that matter. */
export function binaryCases(left: Draw, right: Draw = left): Plain {
  return Object.entries(BINARY_SHAPES).map(([name, [a, b]], i) => ({
    name,
    inputs: [left(a, 2 * i + 1), right(b, 2 * i + 2)],
    attrs: NO_ATTRS,
  }));
}

/** An op of two operands on one broadcast, for further element types. */
export function briefBinaryCases(left: Draw, right: Draw = left): Plain {
  return binaryCases(left, right).filter(
    (c) => c.name === 'equal shapes' || c.name === 'broadcasts both ways with another rank',
  );
}

/** A comparison of every element type, with many equal pairs, and the truth table of -1, 0, 1 on float32. */
export function comparisonCases(expected: NDArray): Plain {
  const few: Draw = (shape, seed) => ({ ...integers(shape, seed, { low: -1, high: 2, dtype: 'float32' }) });
  const signs = { dtype: 'float32', data: Float32Array.of(-1, 0, 1) } as const;
  return [
    {
      name: 'less, equal and greater',
      inputs: [
        { ...signs, shape: [3, 1] },
        { ...signs, shape: [1, 3] },
      ],
      attrs: NO_ATTRS,
      expected,
    },
    ...binaryCases(few),
    ...prefixed(
      'int32',
      briefBinaryCases((shape, seed) => integers(shape, seed, { low: -1, high: 2 })),
    ),
    ...prefixed(
      'uint8',
      briefBinaryCases((shape, seed) => integers(shape, seed, { low: 254, high: 256, dtype: 'uint8' })),
    ),
    ...prefixed('bool', briefBinaryCases(bools)),
  ];
}

/** A truth table of two booleans, and the shapes that matter. */
export function logicalCases(expected: NDArray): Plain {
  const bits = { dtype: 'bool', data: Uint8Array.of(0, 1) } as const;
  return [
    {
      name: 'truth table',
      inputs: [
        { ...bits, shape: [2, 1] },
        { ...bits, shape: [1, 2] },
      ],
      attrs: NO_ATTRS,
      expected,
    },
    ...binaryCases(bools),
  ];
}

/** float32 away from zero: from 0.5 to 2, either sign. */
export const nonZero: Draw = (shape, seed) => {
  const sized = values(shape, seed, { low: 0.5, high: 2 });
  const signs = bools(shape, seed + 1000);
  return { ...sized, data: (sized.data as Float32Array).map((v, i) => (signs.data[i] === 1 ? v : -v)) };
};

/** float32 from 0.3 to 3. */
export const positive: Draw = (shape, seed) => values(shape, seed, { low: 0.3, high: 3 });

/** Two draws whose values never meet, however they are broadcast: multiples of 1/4, plus 1/16 and plus 3/16. */
export const leftDistinct: Draw = (shape, seed) => distinct(shape, seed);
export const rightDistinct: Draw = (shape, seed) => distinct(shape, seed, { offset: 0.1875 });
