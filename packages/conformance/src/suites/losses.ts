import {
  type AnyLoss,
  bce,
  cosineEmbedding,
  crossEntropy,
  ctc,
  dice,
  focal,
  gaussianNLL,
  gradients,
  hingeEmbedding,
  huber,
  infoNCE,
  klDiv,
  l1,
  marginRanking,
  multiLabelMargin,
  multiLabelSoftMargin,
  multiMargin,
  type NDArray,
  type Node,
  nll,
  poissonNLL,
  type Shape,
  sigmoidFocal,
  smoothL1,
  softMargin,
  type Tensors,
  tensor,
  tripletMargin,
} from '@descent/core';
import { graph } from '@descent/core/backend';
import { abs, add, input, logSoftmax, sigmoid } from '@descent/core/ops';
import { values } from '@descent/core/testing';
import { type Computation, referenceTest } from '../reference-test.ts';
import type { ConformanceTest } from '../test-case.ts';

interface LossCase {
  readonly name?: string;
  readonly loss: AnyLoss;
  /** What makes the numbers that the loss takes of any. */
  readonly through?: (x: Node) => Node;
  /** One output, or several by name. */
  readonly outputs: Shape | Readonly<Record<string, Shape>>;
  readonly target: NDArray;
}

/** Losses that are more than a few ops, with the gradient of each output. */
export function lossTests(): readonly ConformanceTest[] {
  return CASES.map((one) =>
    referenceTest(
      `loss/${one.loss.label}${one.name === undefined ? '' : ` ${one.name}`}`,
      () => computation(one),
      ({ gradient }) => gradient,
    ),
  );
}

const labels = tensor([2, 0, 1], 'int32');
const signs = tensor([1, -1, 1]);
const bits = tensor([
  [1, 0, 1],
  [0, 0, 1],
]);
const nothing = tensor([0]);
const positive = (x: Node): Node => add(abs(x), 0.25);

const CASES: readonly LossCase[] = [
  { loss: l1(), outputs: [2, 3], target: bits },
  { loss: smoothL1({ beta: 0.5 }), outputs: [2, 3], target: bits },
  { loss: huber({ delta: 0.5 }), outputs: [2, 3], target: bits },
  {
    loss: poissonNLL({ full: true }),
    outputs: [2, 3],
    target: tensor([
      [0, 3, 1],
      [2, 0, 5],
    ]),
  },
  { loss: gaussianNLL({ full: true }), through: positive, outputs: { mean: [2, 3], variance: [2, 1] }, target: bits },
  { loss: nll({ weight: [1, 2, 0.5], ignoreIndex: 0 }), through: logSoftmax, outputs: [3, 3], target: labels },
  {
    name: 'of classes at axis 1',
    loss: crossEntropy({ weight: [1, 2], classAxis: 1 }),
    outputs: [2, 2, 3],
    target: tensor(
      [
        [0, 1, 1],
        [1, 0, 0],
      ],
      'int32',
    ),
  },
  {
    loss: klDiv(),
    through: logSoftmax,
    outputs: [2, 3],
    target: tensor([
      [0, 0.25, 0.75],
      [1, 0, 0],
    ]),
  },
  { loss: focal({ gamma: 1.5, alpha: [1, 2, 0.5] }), outputs: [3, 3], target: labels },
  { loss: multiMargin({ p: 2 }), outputs: [3, 3], target: labels },
  { loss: bce(), through: sigmoid, outputs: [2, 3], target: bits },
  { loss: sigmoidFocal(), outputs: [2, 3], target: bits },
  { loss: softMargin(), outputs: [3, 1], target: signs },
  {
    loss: multiLabelMargin(),
    outputs: [2, 4],
    target: tensor(
      [
        [3, 0, -1],
        [1, -1, -1],
      ],
      'int32',
    ),
  },
  { loss: multiLabelSoftMargin({ weight: [1, 2, 0.5] }), outputs: [2, 3], target: bits },
  { loss: dice(), through: sigmoid, outputs: [2, 1, 3], target: tensor([[[1, 0, 1]], [[0, 0, 0]]]) },
  { loss: hingeEmbedding(), outputs: [3, 1], target: signs },
  { loss: cosineEmbedding({ margin: -0.5 }), outputs: { left: [3, 4], right: [3, 4] }, target: signs },
  { loss: marginRanking({ margin: 0.5 }), outputs: { left: [3, 1], right: [3, 1] }, target: signs },
  {
    loss: tripletMargin({ margin: 4, swap: true }),
    outputs: { anchor: [3, 4], positive: [3, 4], negative: [3, 4] },
    target: nothing,
  },
  {
    loss: tripletMargin({ margin: 4, p: 3 }),
    name: 'of degree 3',
    outputs: { anchor: [2, 3], positive: [2, 3], negative: [2, 3] },
    target: nothing,
  },
  { loss: infoNCE({ temperature: 0.5, symmetric: true }), outputs: { left: [4, 3], right: [4, 3] }, target: nothing },
  {
    loss: ctc(),
    through: logSoftmax,
    outputs: [2, 5, 3],
    target: tensor(
      [
        [1, 1],
        [2, 0],
      ],
      'int32',
    ),
  },
];

function computation({ loss, through = (x) => x, outputs, target }: LossCase): Computation {
  const shapes = Object.entries(isShape(outputs) ? { x: outputs } : outputs);
  const inputs = shapes.map(([name, shape]) => input(name, shape));
  const y = input('target', target.shape, target.dtype === 'float64' ? 'float32' : target.dtype);
  const all = inputs.map((x) => through(x));
  const given: Tensors = isShape(outputs)
    ? (all[0] as Node)
    : Object.fromEntries(all.map((x, i) => [shapes[i]?.[0], x]));
  const value = loss.apply(given, y);
  const grads = Object.fromEntries(gradients(value, inputs).map((g, i) => [`gradient ${shapes[i]?.[0]}`, g]));
  const feeds = Object.fromEntries(shapes.map(([name, shape], i) => [name, values(shape, i + 1)]));
  return { graph: graph({ loss: value, ...grads }), feeds: { ...feeds, target } };
}

function isShape(outputs: LossCase['outputs']): outputs is Shape {
  return Array.isArray(outputs);
}
