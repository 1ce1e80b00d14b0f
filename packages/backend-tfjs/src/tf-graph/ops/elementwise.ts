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
  Sign: plain('Sign'),
  Sin: plain('Sin'),
  Sqrt: plain('Sqrt'),
  Tanh: plain('Tanh'),

  Add: (g, call) => biasAdd(g, call) ?? plain('AddV2')(g, call),
  Sub: plain('Sub'),
  Multiply: (g, call) => reluGrad(g, call, 0, 1) ?? reluGrad(g, call, 1, 0) ?? plain('Mul')(g, call),
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
  Select: (g, { inputs, output }) => g.op('SelectV2', inputs, { T: type(output.dtype) }, output),
};

function positive(g: Writer, x: Tensor): Tensor {
  return g.op('Greater', [x, g.scalar(0, x.dtype)], typed(x), { dtype: 'bool', shape: x.shape });
}

/** `dy · step(x)` in one op. */
function reluGrad(g: Writer, { inputs, views, output, producer, tensor }: Call, dy: 0 | 1, step: 0 | 1): Tensor | null {
  const view = views[step];
  const source = view === undefined ? undefined : producer(view);
  const [x] = source?.inputs ?? [];
  const grad = at(inputs, dy);
  if (source?.kernel !== 'Step' || x === undefined || view === undefined) return null;
  if (!sameShape(grad.shape, output.shape) || !sameShape(view.shape, output.shape)) return null;
  return g.op('ReluGrad', [grad, g.reshape(tensor(x), output.shape)], typed(grad), output);
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
