import { sameShape } from '@descent/core/backend';
import { type } from '../attrs.ts';
import type { Tensor, Writer } from '../writer.ts';
import { at, type Call, plain, type Translate, typed } from './types.ts';

const logical =
  (op: string): Translate =>
  (g, { inputs, output }) =>
    g.op(op, inputs, {}, output);

export const elementwiseOps: Readonly<Record<string, Translate>> = {
  Abs: plain('Abs'),
  Cos: plain('Cos'),
  Erf: plain('Erf'),
  Exp: plain('Exp'),
  Floor: plain('Floor'),
  Log: plain('Log'),
  Neg: plain('Neg'),
  Relu: plain('Relu'),
  Sigmoid: plain('Sigmoid'),
  Sign: sign,
  Sin: plain('Sin'),
  Sqrt: plain('Sqrt'),
  Tanh: plain('Tanh'),

  Add: (g, call) => biasAdd(g, call) ?? plain('AddV2')(g, call),
  Sub: plain('Sub'),
  Multiply: plain('Mul'),
  RealDiv: (g, call) => plain(call.output.dtype === 'int32' ? 'TruncateDiv' : 'RealDiv')(g, call),
  Pow: plain('Pow'),
  Mod: plain('FloorMod'),
  Maximum: plain('Maximum'),
  Minimum: plain('Minimum'),

  Equal: plain('Equal'),
  NotEqual: plain('NotEqual'),
  Greater: plain('Greater'),
  GreaterEqual: plain('GreaterEqual'),
  Less: plain('Less'),
  LessEqual: plain('LessEqual'),
  LogicalAnd: logical('LogicalAnd'),
  LogicalOr: logical('LogicalOr'),
  LogicalNot: logical('LogicalNot'),

  Step: (g, { inputs, output }) => g.cast(positive(g, at(inputs, 0)), output.dtype),
  Cast: (g, { inputs, output }) => g.cast(at(inputs, 0), output.dtype),
  ReluGrad: reluGrad,
  Select: (g, { inputs, output }) => g.op('SelectV2', inputs, { T: type(output.dtype) }, output),
};

/** TensorFlow's own is NaN for NaN; PyTorch's is 0. */
function sign(g: Writer, { inputs, output }: Call): Tensor {
  const x = at(inputs, 0);
  if (x.dtype !== 'float32') return g.op('Sign', [x], typed(x), output);
  const below = g.op('Less', [x, g.scalar(0, x.dtype)], typed(x), { dtype: 'bool', shape: x.shape });
  const [above, under] = [positive(g, x), below].map((test) => g.cast(test, x.dtype)) as [Tensor, Tensor];
  return g.op('Sub', [above, under], typed(x), output);
}

function positive(g: Writer, x: Tensor): Tensor {
  return g.op('Greater', [x, g.scalar(0, x.dtype)], typed(x), { dtype: 'bool', shape: x.shape });
}

/** TensorFlow's own op multiplies, so that it serves only where a gradient that is not finite has spoilt the step already. */
function reluGrad(g: Writer, { inputs, views, output, producer }: Call): Tensor {
  const [y, dy] = inputs as [Tensor, Tensor];
  const source = views[1] === undefined ? undefined : producer(views[1]);
  if (source?.kernel === 'Conv2DBackpropInput' || source?.kernel === 'BatchMatMul')
    return g.op('ReluGrad', [dy, y], typed(dy), output);
  const zero = g.scalar(0, 'float32');
  const none = g.op('LessEqual', [y, zero], typed(y), { dtype: 'bool', shape: y.shape });
  return g.op('SelectV2', [none, zero, dy], typed(dy), output);
}

/** Rows plus one row in one op that TensorFlow fuses with the matrix product before it. */
function biasAdd(g: Writer, { inputs, output }: Call): Tensor | null {
  const [columns] = output.shape.slice(-1);
  if (output.shape.length !== 2 || output.dtype !== 'float32' || columns === undefined) return null;
  for (const [x, y] of [inputs, [...inputs].reverse()] as [Tensor, Tensor][]) {
    if (!sameShape(x.shape, output.shape) || !sameShape(y.shape, [1, columns])) continue;
    if (output.shape[0] === 1) return null;
    return g.op('BiasAdd', [x, g.reshape(y, [columns])], typed(x), output);
  }
  return null;
}
