import { isOp, type Node } from '@descent/core/backend';
import { type FakeQuantizeAttrs, fakeQuantizeOp } from '@descent/core/ops';
import type { Value } from '../model/value.ts';
import { operator, type WriteOperator } from './operator.ts';

/** Integers of a byte, as ONNX has them. */
const BYTES = { uint8: [0, 255], int8: [-128, 127] } as const;

function byteType({ quantMin, quantMax }: FakeQuantizeAttrs): 'uint8' | 'int8' | undefined {
  if (quantMin === BYTES.uint8[0] && quantMax === BYTES.uint8[1]) return 'uint8';
  return quantMin === BYTES.int8[0] && quantMax === BYTES.int8[1] ? 'int8' : undefined;
}

/** Numbers as a byte would have them are integers between `QuantizeLinear` and `DequantizeLinear`. */
export function fakeQuantize(n: Node): Node | null {
  if (!isOp(n, fakeQuantizeOp) || byteType(n.attrs) === undefined) return null;
  return operator('FakeQuantize', n.inputs, n, {}, n.attrs);
}

export const writeFakeQuantize: WriteOperator = (operands, { more, output }, { builder: b }) => {
  const [x, scale, zeroPoint] = operands as readonly [Value, Value, Value];
  const attrs = more as FakeQuantizeAttrs;
  const dtype = byteType(attrs) as 'uint8' | 'int8';
  const attributes = attrs.axis === null ? {} : { axis: attrs.axis };
  const point = b.add('Cast', [zeroPoint], { dtype, shape: zeroPoint.shape }, { to: dtype === 'uint8' ? 2 : 3 });
  const integers = b.add('QuantizeLinear', [x, scale, point], { dtype, shape: output.shape }, attributes);
  return b.add('DequantizeLinear', [integers, scale, point], output, attributes);
};
