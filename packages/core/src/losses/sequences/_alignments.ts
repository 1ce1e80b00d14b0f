import type { Node } from '../../ir/node.ts';
import { detach } from '../../ops/composite/detach.ts';
import { add } from '../../ops/elementwise/add.ts';
import { cast } from '../../ops/elementwise/cast.ts';
import { equal } from '../../ops/elementwise/equal.ts';
import { exp } from '../../ops/elementwise/exp.ts';
import { greater } from '../../ops/elementwise/greater.ts';
import { less } from '../../ops/elementwise/less.ts';
import { log } from '../../ops/elementwise/log.ts';
import { logicalNot } from '../../ops/elementwise/logical-not.ts';
import { logicalOr } from '../../ops/elementwise/logical-or.ts';
import { maximum } from '../../ops/elementwise/maximum.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { where } from '../../ops/elementwise/where.ts';
import { iota } from '../../ops/indexing/iota.ts';
import { oneHot } from '../../ops/indexing/one-hot.ts';
import { scalar } from '../../ops/leaf/constant.ts';
import { matmul } from '../../ops/linalg/matmul.ts';
import { scan } from '../../ops/loop/scan-builder.ts';
import { sum } from '../../ops/reduce/sum.ts';
import { concat } from '../../ops/shape/concat.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { slice } from '../../ops/shape/slice.ts';
import { transpose } from '../../ops/shape/transpose.ts';

/** Stands for the logarithm of 0: finite, so that differences are no NaN, and far below any sum of logarithms. */
export const IMPOSSIBLE = -1e30;

/**
 * `ln P(labels | x)` of each sample, below `IMPOSSIBLE / 10` where no alignment fits, and the number of its labels, by the forward algorithm of Graves and others (2006):
 * over labels with blanks around them, what all ways that end at a place by step t have together.
 * @param x Log-probabilities `[batch, time, classes]`.
 * @param labels int32 `[batch, length]`, behind them the blank or −1.
 * @param lengths int32 `[batch]`, the steps of each sample.
 */
export function logLikelihood(x: Node, labels: Node, blank: number, lengths?: Node): { likelihood: Node; count: Node } {
  const [batch, time, classes] = x.type.shape as readonly [number, number, number];
  const length = labels.type.shape[1] as number;
  const blankLabel = scalar(blank, 'int32');
  const isPadding = logicalOr(equal(labels, blankLabel), less(labels, scalar(0, 'int32')));
  const count = sum(cast(logicalNot(isPadding), 'float32'), { axes: [1] });
  const places = 2 * length + 1;
  const path = withBlanks(where(isPadding, blankLabel, labels), blank);
  // [time, batch, places]: what each step gives to the label of each place.
  const chosen = transpose(matmul(maximum(x, IMPOSSIBLE), transpose(oneHot(path, classes), [0, 2, 1])), [1, 0, 2]);
  const none = (width: number): Node => scalar(IMPOSSIBLE, 'float32', [batch, width]);
  const skip = skipCost(path, blank);
  const next = (ways: Node, at: Node): Node => {
    const one = joined(none(1), slice(ways, { axis: 1, end: places - 1 }));
    const two = places < 3 ? none(places) : add(joined(none(2), slice(ways, { axis: 1, end: places - 2 })), skip);
    return add(logSum([ways, one, two]), at);
  };
  const start = joined(scalar(0, 'float32', [batch, 1]), none(places - 1));
  // Before the first step a way stands at the first blank, from where it reaches this or the first label.
  const { carry: ways } =
    lengths === undefined
      ? scan(start, chosen, (before: Node, at: Node) => ({ carry: next(before, at) }))
      : scan(
          start,
          { at: chosen, t: iota(time) },
          (before: Node, { at, t }: { readonly at: Node; readonly t: Node }) => ({
            carry: where(reshape(less(t, lengths), [batch, 1]), next(before, at), before),
          }),
        );
  const last = cast(mul(count, 2), 'int32');
  const ended = logSum([
    pick(ways, last),
    where(greater(count, 0), pick(ways, sub(last, scalar(1, 'int32'))), scalar(IMPOSSIBLE)),
  ]);
  return { likelihood: ended, count };
}

/** Beside each other, of which one may be empty. */
function joined(a: Node, b: Node): Node {
  if (a.type.shape[1] === 0) return b;
  return b.type.shape[1] === 0 ? a : concat([a, b], 1);
}

/** `[batch, length]` → `[batch, 2·length + 1]`, with a blank around each label. */
function withBlanks(labels: Node, blank: number): Node {
  const [batch, length] = labels.type.shape as readonly [number, number];
  const blanks = scalar(blank, 'int32', [batch, length, 1]);
  const pairs = reshape(concat([blanks, reshape(labels, [batch, length, 1])], 2), [batch, 2 * length]);
  return joined(pairs, scalar(blank, 'int32', [batch, 1]));
}

/** 0 where a way may come from two places before, over a blank between different labels; `IMPOSSIBLE` elsewhere. */
function skipCost(path: Node, blank: number): Node {
  const [batch, places] = path.type.shape as readonly [number, number];
  if (places < 3) return scalar(0);
  const before = joined(scalar(blank, 'int32', [batch, 2]), slice(path, { axis: 1, end: places - 2 }));
  const isClosed = logicalOr(equal(path, scalar(blank, 'int32')), equal(path, before));
  return where(isClosed, scalar(IMPOSSIBLE), scalar(0));
}

/** `ln Σ e^x` of several nodes; the largest is taken out, which changes neither value nor gradient. */
function logSum(terms: readonly Node[]): Node {
  const largest = detach(terms.reduce((a, b) => maximum(a, b)));
  return add(largest, log(terms.map((x) => exp(sub(x, largest))).reduce((a, b) => add(a, b))));
}

/** `x[b, index[b]]`; 0 for an index that is none. */
function pick(x: Node, index: Node): Node {
  return sum(where(greater(oneHot(index, x.type.shape[1] as number), 0), x, scalar(0)), { axes: [1] });
}
