import { numel, type Shape, sameShape } from '@descent/core/backend';
import { deviceDType } from '../engines/engine.ts';
import type { Builder, Value } from '../kernel-list/builder.ts';
import { converted } from '../kernel-list/values.ts';
import { elementwise } from './_broadcast.ts';
import type { Family, Lower, Operands } from './_types.ts';
import { biasedConvolution } from './conv.ts';
import { erf } from './erf.ts';
import { absolute, byte, negated, product, quotient, select, truncated } from './integers.ts';

const INF = Number.POSITIVE_INFINITY;

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

/** One way for floats, another for int32. */
const orInteger =
  (ofFloats: Lower, ofIntegers: Lower): Lower =>
  (operands, info, b) =>
    (info.output.dtype === 'int32' ? ofIntegers : ofFloats)(operands, info, b);

/** The larger or smaller of two; NaN if one of them is. */
const extreme =
  (kernel: string): Lower =>
  (operands, info, b) => {
    const found = two(kernel)(operands, info, b);
    if (found.dtype !== 'float32' || b.traits.extremes === 'kernel') return found;
    return operands.reduce((y, x) => {
      const number = b.scalarOf(x);
      if (number !== undefined && !Number.isNaN(number)) return y;
      const unordered = elementwise(b, 'NotEqual', { a: x, b: x }, { dtype: 'bool', shape: x.shape });
      return select(b, unordered, x, y, info.output.shape);
    }, found);
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

/** A float32 or int32 as int32. */
function whole(b: Builder, x: Value): Value {
  return x.dtype === 'float32' ? truncated(b, x) : x;
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
  abs: orInteger(one('Abs'), ([x], _, b) => absolute(b, x as Value)),
  cos: one('Cos'),
  erf: ([x], _, b) =>
    b.traits.erf === 'kernel' ? elementwise(b, 'Erf', { x: x as Value }, x as Value) : erf(b, x as Value),
  exp: one('Exp'),
  floor: one('Floor'),
  log: one('Log'),
  neg: orInteger(one('Neg'), ([x], _, b) => negated(b, x as Value)),
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
  mul: orInteger(two('Multiply'), ([x, y], { output }, b) => product(b, x as Value, y as Value, output.shape)),
  pow(operands, info, b) {
    const power = two('Pow')(operands, info, b);
    if (b.traits.powers === 'c') return power;
    // C's pow, as PyTorch has it, is 1 where 1 is raised to NaN or −1 to an infinity.
    const [x, y] = operands as Operands;
    const { shape } = info.output;
    const number = (value: number): Value => b.constant({ dtype: 'float32', shape: [], data: Float32Array.of(value) });
    const test = (kernel: string, left: Value, right: Value, size: Shape): Value =>
      elementwise(b, kernel, { a: left, b: right }, { dtype: 'bool', shape: size });
    const size = elementwise(b, 'Abs', { x: y }, { dtype: 'float32', shape: y.shape });
    const turns = test(
      'LogicalAnd',
      test('Equal', x, number(-1), x.shape),
      test('Equal', size, number(INF), y.shape),
      shape,
    );
    const isOne = test('LogicalOr', test('Equal', x, number(1), x.shape), turns, shape);
    return select(b, isOne, number(1), power, shape);
  },
  maximum: extreme('Maximum'),
  minimum: extreme('Minimum'),
  div: orInteger(two('RealDiv'), ([x, y], { output }, b) => quotient(b, x as Value, y as Value, output.shape)),

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
    if (from?.dtype !== 'bool' && to === 'uint8') return byte(b, whole(b, value));
    return to === 'int32' && from?.dtype === 'float32' ? whole(b, value) : converted(b, value, deviceDType(to));
  },

  where(operands, { output }, b) {
    const { shape } = output;
    const [condition, x, y] = operands as Operands;
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
    return reluGrad(b, condition, x, y, shape) ?? select(b, condition, x, y, shape);
  },
};

/** `where(y ≤ 0, 0, dy)` in one kernel, where there is one. */
function reluGrad(b: Builder, condition: Value, zero: Value, dy: Value, shape: readonly number[]): Value | null {
  const test = b.producer(condition);
  const [y, bound] = test?.inputs ?? [];
  if (b.traits.reluGradients === 'select' || test?.kernel !== 'LessEqual' || y?.dtype !== 'float32') return null;
  if (bound === undefined || b.scalarOf(bound) !== 0 || b.scalarOf(zero) !== 0 || numel(y.shape) !== numel(shape))
    return null;
  if (!sameShape(condition.shape, shape) || !sameShape(dy.shape, shape)) return null;
  const seen = { ...condition, slot: y.slot, dtype: y.dtype };
  return elementwise(b, 'ReluGrad', { y: seen, dy }, { dtype: 'float32', shape });
}
