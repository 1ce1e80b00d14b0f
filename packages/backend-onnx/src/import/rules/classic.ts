import { type Node, ndarray } from '@descent/core';
import {
  abs,
  add,
  argMax,
  cast,
  concat,
  constant,
  div,
  equal,
  exp,
  gather,
  greater,
  matmul,
  max,
  mul,
  reshape,
  scalar,
  sigmoid,
  softmax,
  sqrt,
  sub,
  sum,
  where,
} from '@descent/core/ops';
import { hasAttribute, number, numbers, text, texts } from '../attributes.ts';
import type { ImportedNode } from '../graph.ts';
import type { RuleContext, Rules } from '../rule.ts';
import { treeEnsemble } from './trees.ts';

/** What scikit-learn exports as `ai.onnx.ml`. Labels that are texts come out as their numbers: a graph holds no texts. */
export const CLASSIC: Rules = {
  'ai.onnx.ml.Scaler': (node, c) =>
    mul(sub(cast(c.node(0), 'float32'), row(numbers(node, 'offset', [0]))), row(numbers(node, 'scale', [1]))),
  'ai.onnx.ml.Normalizer': (node, c) => normalized(cast(c.node(0), 'float32'), text(node, 'norm', 'MAX'), c),
  'ai.onnx.ml.LinearRegressor': (node, c) =>
    transformed(linear(node, c, number(node, 'targets', 1)), text(node, 'post_transform', 'NONE'), c),
  'ai.onnx.ml.LinearClassifier': linearClassifier,
  'ai.onnx.ml.TreeEnsembleRegressor': (node, c) =>
    transformed(treeEnsemble(node, c, 'target', number(node, 'n_targets', 1)), text(node, 'post_transform', 'NONE'), c),
  'ai.onnx.ml.TreeEnsembleClassifier': treeClassifier,
};

function row(values: readonly number[]): Node {
  return constant(ndarray('float32', [1, values.length], Float32Array.from(values)));
}

/** Each row divided by its largest size, the sum of sizes or its length; rows of zeros stay. */
function normalized(x: Node, norm: string, c: RuleContext): Node {
  const over = { axes: [x.type.shape.length - 1], keepDims: true };
  const length = { MAX: () => max(abs(x), over), L1: () => sum(abs(x), over), L2: () => sqrt(sum(mul(x, x), over)) }[
    norm
  ];
  if (length === undefined) throw c.unsupported(`norm '${norm}'`, 'MAX, L1 or L2');
  const by = length();
  return div(x, where(equal(by, 0), 1, by));
}

/** One row of coefficients for each result. */
function linear(node: ImportedNode, c: RuleContext, count: number): Node {
  const x = cast(c.node(0), 'float32');
  const coefficients = numbers(node, 'coefficients');
  const features = x.type.shape.at(-1) as number;
  if (coefficients.length !== count * features) {
    throw c.unsupported(
      `${coefficients.length} coefficients`,
      `${count} · ${features}, one for each feature of each result`,
    );
  }
  const weight = constant(ndarray('float32', [count, features], Float32Array.from(coefficients)));
  const y = matmul(x, weight, { transposeB: true });
  const intercepts = numbers(node, 'intercepts', []);
  return intercepts.length === 0 ? y : add(y, row(intercepts));
}

/** The classes that a node names: their numbers, or 0, 1, … where they are texts. */
function classesOf(node: ImportedNode): readonly number[] {
  if (hasAttribute(node, 'classlabels_ints')) return numbers(node, 'classlabels_ints');
  if (hasAttribute(node, 'classlabels_int64s')) return numbers(node, 'classlabels_int64s');
  return texts(node, 'classlabels_strings').map((_, i) => i);
}

function labelled(scores: Node, classes: readonly number[]): Node {
  return gather(constant(ndarray('int32', [classes.length], Int32Array.from(classes))), argMax(scores, { axis: -1 }));
}

function linearClassifier(node: ImportedNode, c: RuleContext): readonly Node[] {
  const classes = classesOf(node);
  const scores = linear(node, c, classes.length);
  return [labelled(scores, classes), transformed(scores, text(node, 'post_transform', 'NONE'), c)];
}

/** Two classes may share one score: it is that of the second, and what the first gets follows from it, as ONNX Runtime has it. */
function treeClassifier(node: ImportedNode, c: RuleContext): readonly Node[] {
  const classes = classesOf(node);
  const ids = new Set(numbers(node, 'class_ids'));
  const post = text(node, 'post_transform', 'NONE');
  const isShared = classes.length === 2 && ids.size === 1;
  if (isShared && !ids.has(0))
    throw c.unsupported('scores of the second class alone', 'scores of both, or of class_ids 0');
  const scores = treeEnsemble(node, c, 'class', isShared ? 1 : classes.length);
  if (!isShared) return [labelled(scores, classes), transformed(scores, post, c)];
  const isShare = numbers(node, 'class_weights').every((w) => w >= 0) && post === 'NONE';
  const labels = cast(greater(scores, isShare ? 0.5 : 0), 'int32');
  const label = gather(
    constant(ndarray('int32', [2], Int32Array.from(classes))),
    reshape(labels, scores.type.shape.slice(0, 1)),
  );
  const second = post === 'LOGISTIC' ? sigmoid(scores) : scores;
  if (post !== 'NONE' && post !== 'LOGISTIC')
    throw c.unsupported(`post_transform ${post} of one score`, 'NONE or LOGISTIC');
  const first = isShare || post === 'LOGISTIC' ? sub(1, second) : sub(0, second);
  return [label, concat([first, second], 1)];
}

function transformed(scores: Node, post: string, c: RuleContext): Node {
  switch (post) {
    case 'NONE':
      return scores;
    case 'LOGISTIC':
      return sigmoid(scores);
    case 'SOFTMAX':
      return softmax(scores, { axis: -1 });
    case 'SOFTMAX_ZERO': {
      // What is 0 stays 0, and has no share in the sum.
      const isAny = greater(abs(scores), 1e-7);
      const over = { axes: [scores.type.shape.length - 1], keepDims: true };
      const powers = where(isAny, exp(sub(scores, max(scores, over))), scalar(0));
      const total = sum(powers, over);
      return div(powers, where(equal(total, 0), 1, total));
    }
    default:
      throw c.unsupported(`post_transform '${post}'`, 'NONE, LOGISTIC, SOFTMAX or SOFTMAX_ZERO');
  }
}
