// What targets and indices must be, as nodes: for a step that runs where no trainer looks at what it is fed. Each rule is the same as on the host.
import { LARGEST_FLOAT32 } from '../ir/finite.ts';
import type { Node } from '../ir/node.ts';
import { numel } from '../ir/shape.ts';
import type { IndexRule } from '../model/index-rules.ts';
import { abs } from '../ops/elementwise/abs.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { equal } from '../ops/elementwise/equal.ts';
import { exp } from '../ops/elementwise/exp.ts';
import { floor } from '../ops/elementwise/floor.ts';
import { greaterEqual } from '../ops/elementwise/greater-equal.ts';
import { less } from '../ops/elementwise/less.ts';
import { lessEqual } from '../ops/elementwise/less-equal.ts';
import { logicalAnd } from '../ops/elementwise/logical-and.ts';
import { logicalNot } from '../ops/elementwise/logical-not.ts';
import { logicalOr } from '../ops/elementwise/logical-or.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { gather } from '../ops/indexing/gather.ts';
import { constant } from '../ops/leaf/constant.ts';
import { min } from '../ops/reduce/min.ts';
import { sum } from '../ops/reduce/sum.ts';
import { reshape } from '../ops/shape/reshape.ts';
import { slice } from '../ops/shape/slice.ts';
import { SUM_TOLERANCE } from '../targets/find-wrong.ts';
import type { TargetRule } from '../targets/rule.ts';
import type { SequencesRule } from '../targets/sequences.ts';

/** Whether `target` keeps the rule: a boolean of rank 0; `null` where there is nothing to look at. */
export function keepsRule(rule: TargetRule, target: Node): Node | null {
  return numel(target.type.shape) === 0 ? null : all(kept(rule, cast(target, 'float32')));
}

/** Whether the numbers of `x` that are indices name rows of their table. */
export function keepsIndices({ size, positions }: IndexRule, x: Node): Node | null {
  const [batch = 0, ...sample] = x.type.shape;
  if (batch === 0 || numel(sample) === 0 || positions?.length === 0) return null;
  const rows = reshape(cast(x, 'float32'), [batch, numel(sample)]);
  const indices =
    positions === null
      ? rows
      : gather(rows, constant({ dtype: 'int32', shape: [positions.length], data: Int32Array.from(positions) }), 1);
  return all(within(indices, 0, size - 1));
}

/** Whether all of `conditions` hold; `null` of none. */
export function both(conditions: readonly (Node | null)[]): Node | null {
  const there = conditions.filter((condition) => condition !== null);
  return there.length === 0 ? null : there.reduce((a, b) => logicalAnd(a, b));
}

function kept(rule: TargetRule, y: Node): Node {
  switch (rule.kind) {
    case 'classes': {
      const isClass = wholeWithin(y, 0, rule.classes - 1);
      return rule.ignoreIndex === undefined ? isClass : logicalOr(isClass, equal(y, rule.ignoreIndex));
    }
    case 'probabilities':
      return logicalAnd(all(within(y, 0, LARGEST_FLOAT32)), all(addUpToOne(y, rule.axis)));
    case 'log-probabilities':
      return logicalAnd(all(within(y, -LARGEST_FLOAT32, SUM_TOLERANCE)), all(addUpToOne(exp(y), rule.axis)));
    case 'range':
      return within(y, rule.low, rule.high);
    case 'numbers':
      return within(y, -LARGEST_FLOAT32, LARGEST_FLOAT32);
    case 'oneOf':
      return rule.values.map((value) => equal(y, value)).reduce((a, b) => logicalOr(a, b));
    case 'whole':
      return wholeWithin(y, rule.low, rule.high);
    case 'sequences':
      return sequencesKept(rule, y);
  }
}

function addUpToOne(y: Node, axis = -1): Node {
  return lessEqual(abs(sub(sum(y, { axes: [axis] }), 1)), SUM_TOLERANCE);
}

/** NaN is within nothing. */
function within(y: Node, low: number, high: number): Node {
  const finite = (v: number): number => Math.max(-LARGEST_FLOAT32, Math.min(LARGEST_FLOAT32, v));
  return logicalAnd(greaterEqual(y, finite(low)), lessEqual(y, finite(high)));
}

function wholeWithin(y: Node, low: number, high: number): Node {
  return logicalAnd(within(y, low, high), equal(floor(y), y));
}

/** Labels, then padding alone, and no more labels than there are steps for. */
function sequencesKept({ classes, padding, frames }: SequencesRule, y: Node): Node {
  const isPadding = padding.map((p) => equal(y, p)).reduce((a, b) => logicalOr(a, b));
  const areLabels = all(logicalOr(isPadding, wholeWithin(y, 0, classes - 1)));
  const length = y.type.shape.at(-1) as number;
  const axis = y.type.shape.length - 1;
  const isLabel = cast(logicalNot(isPadding), 'float32');
  if (length < 2)
    return frames === undefined
      ? areLabels
      : logicalAnd(areLabels, all(lessEqual(sum(isLabel, { axes: [axis] }), frames)));
  const cut = (n: Node, start: number): Node => slice(n, { axis, start, end: start + length - 1 });
  const [before, after] = [cut(isLabel, 0), cut(isLabel, 1)];
  const inOrder = logicalAnd(areLabels, all(lessEqual(after, before)));
  if (frames === undefined) return inOrder;
  const isRepeated = logicalAnd(equal(cut(y, 0), cut(y, 1)), less(0.5, after));
  const needed = sum(isLabel, { axes: [axis] });
  const between = sum(cast(isRepeated, 'float32'), { axes: [axis] });
  return logicalAnd(inOrder, all(lessEqual(between, sub(frames, needed))));
}

function all(condition: Node): Node {
  return condition.type.shape.length === 0 ? condition : greaterEqual(min(cast(condition, 'float32')), 1);
}
