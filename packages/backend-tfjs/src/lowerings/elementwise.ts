import { deviceDType } from '../engines/engine.ts';
import type { Builder, Value } from '../kernel-list/builder.ts';
import { converted } from '../kernel-list/values.ts';
import { broadcasted, elementwise, orderOf } from './_broadcast.ts';
import type { Family, Lower, Operands } from './_types.ts';
import { biasedConvolution } from './conv.ts';

const one =
  (kernel: string, operand = 'x'): Lower =>
  ([x], { output: { dtype, shape } }, b) =>
    elementwise(b, kernel, { [operand]: x as Value }, { dtype: deviceDType(dtype), shape });

const two =
  (kernel: string): Lower =>
  (operands, { output: { dtype, shape } }, b) => {
    const [x, y] = operands as Operands;
    return elementwise(b, kernel, { a: x, b: y }, { dtype: deviceDType(dtype), shape });
  };

/** Comparisons of booleans are those of 0 and 1; not every engine has them. */
const comparison =
  (kernel: string): Lower =>
  (operands, info, b) =>
    two(kernel)(
      operands.map((x) => unbool(b, x)),
      info,
      b,
    );

function unbool(b: Builder, x: Value): Value {
  return x.dtype === 'bool' ? converted(b, x, 'float32') : x;
}

type Names =
  | 'abs'
  | 'add'
  | 'cast'
  | 'cos'
  | 'div'
  | 'equal'
  | 'erf'
  | 'exp'
  | 'floor'
  | 'greater'
  | 'greaterEqual'
  | 'less'
  | 'lessEqual'
  | 'log'
  | 'logicalAnd'
  | 'logicalNot'
  | 'logicalOr'
  | 'logicalXor'
  | 'maximum'
  | 'minimum'
  | 'mul'
  | 'neg'
  | 'pow'
  | 'relu'
  | 'sigmoid'
  | 'sign'
  | 'sin'
  | 'sqrt'
  | 'sub'
  | 'tanh'
  | 'where';

export const elementwiseLowerings: Family<Names> = {
  abs: one('Abs'),
  cos: one('Cos'),
  erf: one('Erf'),
  exp: one('Exp'),
  floor: one('Floor'),
  log: one('Log'),
  neg: one('Neg'),
  relu: one('Relu'),
  sigmoid: one('Sigmoid'),
  sign: one('Sign'),
  sin: one('Sin'),
  sqrt: one('Sqrt'),
  tanh: one('Tanh'),
  logicalNot: one('LogicalNot'),

  add(operands, info, b) {
    const [x, y] = operands as Operands;
    const { shape } = info.output;
    return biasedConvolution(b, x, y, shape) ?? biasedConvolution(b, y, x, shape) ?? two('Add')(operands, info, b);
  },
  sub: two('Sub'),
  mul: two('Multiply'),
  pow: two('Pow'),
  maximum: two('Maximum'),
  minimum: two('Minimum'),
  div(operands, info, b) {
    if (info.output.dtype !== 'int32' || b.traits.intDivision === 'kernel') return two('RealDiv')(operands, info, b);
    const floats = operands.map((x) => converted(b, x, 'float32'));
    const quotient = two('RealDiv')(floats, { ...info, output: { ...info.output, dtype: 'float32' } }, b);
    return converted(b, quotient, 'int32');
  },

  equal: comparison('Equal'),
  greater: comparison('Greater'),
  greaterEqual: comparison('GreaterEqual'),
  less: comparison('Less'),
  lessEqual: comparison('LessEqual'),
  logicalAnd: two('LogicalAnd'),
  logicalOr: two('LogicalOr'),
  logicalXor: comparison('NotEqual'),

  cast([x], { inputs: [from], attrs: { to } }, b) {
    const value = x as Value;
    const test = b.producer(value);
    // `1 where x > 0` in one kernel: the gradient of relu.
    if (to === 'float32' && test?.kernel === 'Greater' && test.inputs[0]?.dtype === 'float32') {
      const [positive, zero] = test.inputs;
      if (positive !== undefined && zero !== undefined && b.scalarOf(zero) === 0) {
        const seen = { ...value, slot: positive.slot, dtype: positive.dtype };
        return elementwise(b, 'Step', { x: seen }, { dtype: 'float32', shape: value.shape }, { alpha: 0 });
      }
    }
    if (to !== 'uint8' || from?.dtype === 'bool') return converted(b, value, deviceDType(to));
    // A uint8 wraps around, as when stored to a typed array.
    const { shape } = value;
    const bytes = b.constant({ dtype: 'int32', shape: [], data: Int32Array.of(256) });
    const whole = { a: converted(b, value, 'int32'), b: bytes };
    return converted(b, elementwise(b, 'Mod', whole, { dtype: 'int32', shape }), 'float32');
  },

  where(operands, { output }, b) {
    const { shape } = output;
    const [condition, x, y] = operands as Operands;
    const order = orderOf(operands, shape);
    if (x.dtype === 'bool') {
      const result = { dtype: 'bool', shape } as const;
      const not = elementwise(b, 'LogicalNot', { x: condition }, { dtype: 'bool', shape: condition.shape });
      const left = elementwise(b, 'LogicalAnd', { a: condition, b: x }, result);
      return elementwise(
        b,
        'LogicalOr',
        { a: left, b: elementwise(b, 'LogicalAnd', { a: not, b: y }, result) },
        result,
      );
    }
    const [c, t, e] = [condition, x, y].map((v) => broadcasted(b, v, shape, order)) as [Value, Value, Value];
    return elementwise(b, 'Select', { condition: c, t, e }, { dtype: x.dtype, shape });
  },
};
