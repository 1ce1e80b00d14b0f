import type { Node } from '../../ir/node.ts';
import { logSoftmax } from '../../ops/composite/log-softmax.ts';
import { softmax } from '../../ops/composite/softmax.ts';
import { softmaxCrossEntropy } from '../../ops/composite/softmax-cross-entropy.ts';
import { avgPool2d } from '../../ops/conv/avg-pool2d.ts';
import { conv2d } from '../../ops/conv/conv2d.ts';
import { maxPool2d } from '../../ops/conv/max-pool2d.ts';
import * as e from '../../ops/elementwise/index.ts';
import { constant, scalar } from '../../ops/leaf/index.ts';
import { matmul } from '../../ops/linalg/matmul.ts';
import { argMax } from '../../ops/reduce/arg-max.ts';
import { max } from '../../ops/reduce/max.ts';
import { mean } from '../../ops/reduce/mean.ts';
import { min } from '../../ops/reduce/min.ts';
import { sum } from '../../ops/reduce/sum.ts';

type Build = (...operands: readonly Node[]) => Node;

const one =
  (f: (x: Node) => Node): Build =>
  (...operands) =>
    f(operands[0] as Node);

const two =
  (f: (a: Node, b: Node) => Node): Build =>
  (...operands) =>
    f(operands[0] as Node, operands[1] as Node);

const positive = (x: Node): Node => e.greater(x, 0);
const rows = { axes: [1] };
const columns = { axes: [0] };

const windows: Readonly<Record<string, readonly [kernel: number, stride: number, padding: number]>> = {
  'kernel 2': [2, 2, 0],
  'kernel 3, stride 2, padding 1': [3, 2, 1],
  'kernel 3, stride 1, padding 1': [3, 1, 1],
  'kernel 1, stride 2': [1, 2, 0],
};

const pools = Object.fromEntries(
  Object.entries(windows).flatMap(([name, [kernel, stride, padding]]) => [
    [`maxPool ${name}`, one((x) => maxPool2d(x, kernel, { stride, padding }))],
    [`avgPool ${name}`, one((x) => avgPool2d(x, kernel, { stride, padding }))],
    [
      `avgPool ${name}, padding not counted`,
      one((x) => avgPool2d(x, kernel, { stride, padding, countIncludePad: false })),
    ],
  ]),
);

/** What PyTorch's cases compute, written with Descent's ops. */
export const EDGE_BUILDERS: Readonly<Record<string, Build>> = {
  abs: one(e.abs),
  sign: one(e.sign),
  neg: one(e.neg),
  relu: one(e.relu),
  sqrt: one(e.sqrt),
  log: one(e.log),
  exp: one(e.exp),
  tanh: one(e.tanh),
  sigmoid: one(e.sigmoid),
  erf: one(e.erf),
  floor: one(e.floor),
  sin: one(e.sin),
  cos: one(e.cos),
  isTrue: one((x) => e.cast(x, 'bool')),
  '1/x': one((x) => e.div(1, x)),
  '1/sqrt': one((x) => e.div(1, e.sqrt(x))),
  'x^2': one((x) => e.pow(x, 2)),
  'x^0': one((x) => e.pow(x, 0)),
  'x^1': one((x) => e.pow(x, 1)),
  'x^0.5': one((x) => e.pow(x, 0.5)),
  'x^-1': one((x) => e.pow(x, -1)),
  '2^x': one((x) => e.pow(2, x)),
  '1/neg': one((x) => e.div(1, e.neg(x))),
  '1/abs': one((x) => e.div(1, e.abs(x))),
  '1/floor': one((x) => e.div(1, e.floor(x))),
  '1/sqrt of zeros': one((x) => e.div(1, e.sqrt(x))),
  '1/(-1·x)': one((x) => e.div(1, e.mul(-1, x))),
  clip: one((x) => e.minimum(e.maximum(x, -1), 1)),

  add: two(e.add),
  sub: two(e.sub),
  mul: two(e.mul),
  div: two(e.div),
  pow: two(e.pow),
  maximum: two(e.maximum),
  minimum: two(e.minimum),
  equal: two(e.equal),
  greater: two(e.greater),
  greaterEqual: two(e.greaterEqual),
  less: two(e.less),
  lessEqual: two(e.lessEqual),
  where: (...operands) => e.where(...(operands as [Node, Node, Node])),
  'where(x>0, sqrt, 0)': one((x) => e.where(positive(x), e.sqrt(x), scalar(0))),
  'where(x>0, sqrt of safe, 0)': one((x) =>
    e.where(positive(x), e.sqrt(e.where(positive(x), x, scalar(1))), scalar(0)),
  ),

  'sum of rows': one((x) => sum(x, rows)),
  'mean of rows': one((x) => mean(x, rows)),
  'max of rows': one((x) => max(x, rows)),
  'min of rows': one((x) => min(x, rows)),
  'argMax of rows': one((x) => argMax(x, { axis: 1 })),
  'sum of columns': one((x) => sum(x, columns)),
  'mean of columns': one((x) => mean(x, columns)),
  'max of columns': one((x) => max(x, columns)),
  'argMax of columns': one((x) => argMax(x, { axis: 0 })),
  'sum of all': one((x) => sum(x)),
  'mean of all': one((x) => mean(x)),

  softmax: one((x) => softmax(x, { axis: 1 })),
  logSoftmax: one((x) => logSoftmax(x, { axis: 1 })),
  'cross entropy of label 1': one((x) => {
    const [count] = x.type.shape as readonly [number];
    return softmaxCrossEntropy(x, constant({ dtype: 'int32', shape: [count], data: new Int32Array(count).fill(1) }));
  }),
  matmul: two(matmul),
  conv2d: two(conv2d),
  ...pools,
};
