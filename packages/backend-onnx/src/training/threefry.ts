// Threefry-2x32 in ONNX: words of 32 bits are int64 from 0 to 2^32 − 1, since no operator adds unsigned words everywhere. The same words as core's
// generator gives (core/src/random/threefry.ts), from operators on integers alone, so that they are the same on every machine.
import type { GraphBuilder } from '../model/builder.ts';
import { binary } from '../model/ops.ts';
import { broadcastShape, type Value } from '../model/value.ts';

/** Two words of each block or key, of one shape. */
export type Words = readonly [Value, Value];

/** `BitwiseXor` came with opset 18. */
export const LEAST_OPSET = 18;

const MASK = 2 ** 32 - 1;
const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/** The blocks of `counters` under `key`; both broadcast. */
export function threefry(b: GraphBuilder, key: Words, counters: Words): Words {
  const [k0, k1] = key;
  const keys = [k0, k1, xor(b, xor(b, k0, k1), int(b, 0x1bd1_1bda))] as const;
  const at = (i: number): Value => keys[i % 3] as Value;
  let x = plus(b, counters[0], k0);
  let y = plus(b, counters[1], k1);
  for (let group = 0; group < 5; group++) {
    for (const bits of ROTATIONS[(group % 2) as 0 | 1]) {
      x = plus(b, x, y);
      y = xor(b, rotated(b, y, bits), x);
    }
    x = plus(b, x, at(group + 1));
    y = plus(b, plus(b, y, at(group + 2)), int(b, group + 1));
  }
  return [x, y];
}

/** An int64 of rank 0. */
export function int(b: GraphBuilder, value: number): Value {
  return b.scalar(value, 'int64');
}

/** The low 32 bits. */
export function low(b: GraphBuilder, x: Value): Value {
  return and(b, x, int(b, MASK));
}

/** What is above the low 32 bits, as a word: of a negative number, too. */
export function high(b: GraphBuilder, x: Value): Value {
  return low(b, binary(b, 'Div', binary(b, 'Sub', x, low(b, x)), int(b, 2 ** 32)));
}

export function and(b: GraphBuilder, x: Value, y: Value): Value {
  return b.add('BitwiseAnd', [x, y], { dtype: 'int64', shape: broadcastShape(x.shape, y.shape) });
}

function xor(b: GraphBuilder, x: Value, y: Value): Value {
  return b.add('BitwiseXor', [x, y], { dtype: 'int64', shape: broadcastShape(x.shape, y.shape) });
}

/** The sum without what is above 32 bits. */
function plus(b: GraphBuilder, x: Value, y: Value): Value {
  return low(b, binary(b, 'Add', x, y));
}

/** A word moved by `bits` to the left, with what falls out put in on the right; 2^61 is the largest number on the way. */
function rotated(b: GraphBuilder, x: Value, bits: number): Value {
  const left = low(b, binary(b, 'Mul', x, int(b, 2 ** bits)));
  return binary(b, 'Add', left, binary(b, 'Div', x, int(b, 2 ** (32 - bits))));
}
