import { tensor } from '../../ir/ndarray.ts';
import type { Node } from '../../ir/node.ts';
import type { Shape } from '../../ir/shape.ts';
import { type Cases, values } from '../cases.ts';
import { add } from '../elementwise/add.ts';
import { cast } from '../elementwise/cast.ts';
import { mul } from '../elementwise/mul.ts';
import { sub } from '../elementwise/sub.ts';
import { tanh } from '../elementwise/tanh.ts';
import { input } from '../leaf/input.ts';
import { matmul } from '../linalg/matmul.ts';
import { sum } from '../reduce/sum.ts';
import type { ScanAttrs } from './scan.ts';
import { scan } from './scan-builder.ts';

type Step = (h: Node, x: Node) => { readonly carry: Node; readonly y: Node };

/** The attributes of a loop with one state, and with what `captured` holds; `which` result of it. */
function attrsOf(
  shapes: { readonly h: Shape; readonly x: Shape; readonly captured?: readonly Shape[] },
  step: (...captured: readonly Node[]) => Step,
  which: 'carry' | 'ys',
  reverse = false,
): ScanAttrs {
  const captured = (shapes.captured ?? []).map((shape, i) => input(`c${i}`, shape));
  const loop = scan(input('h', shapes.h), input('x', shapes.x), step(...captured), { reverse });
  return loop[which].attrs as ScanAttrs;
}

const running: Step = (h, x) => ({ carry: add(h, x), y: add(h, x) });

/** A layer with a weight `w` and a bias `b` that sees its own last output. */
const recurrent =
  (w: Node, b: Node): Step =>
  (h, x) => {
    const next = tanh(add(add(matmul(h, w), x), b));
    return { carry: next, y: next };
  };

/** The weight is used twice, the state enters products, and a part of the state is kept. */
const tangled =
  (w: Node, s: Node): Step =>
  (h, x) => {
    const a = tanh(matmul(h, w));
    const next = add(mul(s, a), sub(matmul(a, w, { transposeB: true }), mul(x, h)));
    return { carry: mul(next, 0.5), y: sum(mul(next, h), { axes: [1] }) };
  };

/** A parameter of the shape of the state: its gradient is added up from step to step. */
const gated =
  (gate: Node): Step =>
  (h, x) => {
    const next = add(mul(h, gate), x);
    return { carry: next, y: mul(next, gate) };
  };

const layer = { h: [2, 3], x: [4, 2, 3], captured: [[3, 3], [3]] };

export const scanCases: Cases<'scan'> = [
  {
    name: 'running sums',
    inputs: [tensor([10]), tensor([[1], [2], [3]])],
    attrs: attrsOf({ h: [1], x: [3, 1] }, () => running, 'ys'),
    expected: tensor([[11], [13], [16]]),
  },
  {
    name: 'running sums, the last one',
    inputs: [tensor([10]), tensor([[1], [2], [3]])],
    attrs: attrsOf({ h: [1], x: [3, 1] }, () => running, 'carry'),
    expected: tensor([16]),
  },
  {
    name: 'running sums from behind',
    inputs: [tensor([10]), tensor([[1], [2], [3]])],
    attrs: attrsOf({ h: [1], x: [3, 1] }, () => running, 'ys', true),
    expected: tensor([[16], [15], [13]]),
  },
  ...(['ys', 'carry'] as const).flatMap((which) =>
    [false, true].map((reverse) => ({
      name: `a recurrent layer, ${which}${reverse ? ' from behind' : ''}`,
      inputs: [values([2, 3], 1), values([4, 2, 3], 2), values([3, 3], 3), values([3], 4)],
      attrs: attrsOf(layer, (w, b) => recurrent(w as Node, b as Node), which, reverse),
    })),
  ),
  {
    name: 'a weight used twice',
    inputs: [values([2, 3], 5), values([3, 2, 3], 6), values([3, 3], 7, { low: -1, high: 1 }), values([3], 8)],
    attrs: attrsOf({ ...layer, x: [3, 2, 3] }, (w, s) => tangled(w as Node, s as Node), 'ys'),
  },
  {
    name: 'a parameter of the shape of the state',
    inputs: [values([2, 3], 9), values([3, 2, 3], 10), values([2, 3], 11)],
    attrs: attrsOf({ h: [2, 3], x: [3, 2, 3], captured: [[2, 3]] }, (gate) => gated(gate as Node), 'ys'),
  },
  {
    name: 'a body that does not look at its state',
    inputs: [values([2], 12), values([3, 2], 13)],
    attrs: attrsOf({ h: [2], x: [3, 2] }, () => (_, x) => ({ carry: tanh(x), y: mul(x, x) }), 'carry'),
  },
  {
    name: 'one step',
    inputs: [values([2, 3], 14), values([1, 2, 3], 15), values([3, 3], 16), values([3], 17)],
    attrs: attrsOf({ ...layer, x: [1, 2, 3] }, (w, b) => recurrent(w as Node, b as Node), 'ys'),
  },
  {
    name: 'a batch of one',
    inputs: [values([1, 3], 18), values([3, 1, 3], 19), values([3, 3], 20), values([3], 21)],
    attrs: attrsOf({ ...layer, h: [1, 3], x: [3, 1, 3] }, (w, b) => recurrent(w as Node, b as Node), 'carry'),
  },
  {
    name: 'no step',
    inputs: [values([2], 22), values([0, 2], 23)],
    attrs: attrsOf({ h: [2], x: [0, 2] }, () => running, 'carry'),
    expected: values([2], 22),
  },
  {
    name: 'nothing kept of no step',
    inputs: [values([2], 24), values([0, 2], 25)],
    attrs: attrsOf({ h: [2], x: [0, 2] }, () => running, 'ys'),
    expected: values([0, 2], 0),
  },
  {
    name: 'whole numbers',
    inputs: [tensor(1, 'int32'), tensor([2, 3, 4])],
    attrs: scan(input('h', [], 'int32'), input('x', [3]), (h, x) => ({ carry: mul(h, cast(x, 'int32')), y: h })).ys
      .attrs as ScanAttrs,
    expected: tensor([1, 2, 6], 'int32'),
  },
];
