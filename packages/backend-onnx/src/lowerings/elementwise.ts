import { type SomeLowerings, sameShape } from '@descent/core/backend';
import { binary, cast, compare, expand, unary, unbool, where } from '../model/ops.ts';
import type { Value } from '../model/value.ts';
import type { Context, Operands } from './context.ts';
import { quotient, truncated } from './integers.ts';

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

type Lower = (operands: readonly Value[], info: unknown, context: Context) => Value;

const one =
  (type: string): Lower =>
  ([x], _, { builder }) =>
    unary(builder, type, x as Value);

const two =
  (type: string): Lower =>
  ([x, y], _, { builder }) =>
    binary(builder, type, x as Value, y as Value);

/** ONNX Runtime orders numbers, not booleans. */
const ordered =
  (type: string): Lower =>
  (operands, _, { builder }) => {
    const [x, y] = operands.map((v) => unbool(builder, v)) as [Value, Value];
    return compare(builder, type, x, y);
  };

export const elementwiseLowerings: SomeLowerings<Value, Context, Names> = {
  abs: one('Abs'),
  cos: one('Cos'),
  erf: one('Erf'),
  exp: one('Exp'),
  floor: one('Floor'),
  log: one('Log'),
  neg: one('Neg'),
  relu: one('Relu'),
  // ONNX Runtime's own Sigmoid is 17 % off at -15, 0 below -18 and above 1 at the other end. Here e^-x may overflow: 1/∞ is the 0 that is due.
  sigmoid([x], _, { builder: b }) {
    const power = unary(b, 'Exp', unary(b, 'Neg', x as Value));
    return unary(b, 'Reciprocal', binary(b, 'Add', power, b.scalar(1)));
  },
  sin: one('Sin'),
  sqrt: one('Sqrt'),
  // ONNX Runtime's own Tanh goes beyond ±1 in the last digit.
  tanh([x], _, { builder: b }) {
    return b.add('Clip', [unary(b, 'Tanh', x as Value), b.scalar(-1), b.scalar(1)], x as Value);
  },
  logicalNot: one('Not'),
  sign([x], _, { builder, dialect }) {
    const { dtype } = x as Value;
    // ONNX Runtime's is NaN for NaN; PyTorch's is 0.
    if (dialect === 'cpu' && dtype !== 'float32') return unary(builder, 'Sign', x as Value);
    const zero = builder.scalar(0, dtype);
    const above = cast(builder, compare(builder, 'Greater', x as Value, zero), dtype);
    return binary(builder, 'Sub', above, cast(builder, compare(builder, 'Less', x as Value, zero), dtype));
  },

  add: two('Add'),
  sub: two('Sub'),
  mul: two('Mul'),
  div([x, y], { output }, { builder }) {
    if (output.dtype === 'int32') return quotient(builder, x as Value, y as Value);
    return binary(builder, 'Div', x as Value, y as Value);
  },
  pow([x, y], { output }, { builder: b, dialect }) {
    // The shader of the WebGPU provider does not compile where both operands are broadcast.
    const whole = (v: Value): Value =>
      dialect === 'cpu' || v.shape.length === 0 || sameShape(v.shape, output.shape) ? v : expand(b, v, output.shape);
    return binary(b, 'Pow', whole(x as Value), whole(y as Value));
  },
  maximum: two('Max'),
  minimum: two('Min'),
  logicalAnd: two('And'),
  logicalOr: two('Or'),
  logicalXor: two('Xor'),

  equal: ([x, y], _, { builder }) => compare(builder, 'Equal', x as Value, y as Value),
  greater: ordered('Greater'),
  greaterEqual: ordered('GreaterOrEqual'),
  less: ordered('Less'),
  lessEqual: ordered('LessOrEqual'),

  cast([x], { attrs: { to } }, { builder }) {
    const value = x as Value;
    const isRounded = value.dtype === 'float32' && (to === 'int32' || to === 'uint8');
    return cast(builder, isRounded ? truncated(builder, value) : value, to);
  },
  where(operands, { output }, { builder: b }) {
    const [condition, x, y] = operands as Operands;
    return cast(b, where(b, condition, unbool(b, x), unbool(b, y)), output.dtype);
  },
};
