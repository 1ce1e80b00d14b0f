import { DTypeError, ShapeError } from '../errors.ts';
import type { Node } from '../ir/node.ts';
import type { TensorType } from '../ir/op.ts';
import { formatShape, numel, sameShape } from '../ir/shape.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { div } from '../ops/elementwise/div.ts';
import { equal } from '../ops/elementwise/equal.ts';
import { maximum } from '../ops/elementwise/maximum.ts';
import { scalar } from '../ops/leaf/constant.ts';
import { argMax } from '../ops/reduce/arg-max.ts';
import { mean } from '../ops/reduce/mean.ts';
import { sum } from '../ops/reduce/sum.ts';
import { expectOptions } from '../options.ts';
import { classesLast, classesLastShape } from '../targets/class-axis.ts';
import { classLabels, isClass } from '../targets/labels.ts';
import type { TargetContext } from '../targets/rule.ts';
import type { Metric } from './metric.ts';

export interface AccuracyOptions {
  /** A label that is left out. Default: the one that the loss leaves out. */
  readonly ignoreIndex?: number;
}

/**
 * Fraction of samples whose largest logit is at the label: output `[batch, classes]`, target integers `[batch]`, or float32 class
 * probabilities `[batch, classes]`, of which the (first) largest is the label. Throws a `ShapeError` or `DTypeError` for what has no classes,
 * such as numbers to predict.
 */
export function accuracy(options: AccuracyOptions = {}): Metric<Node, Node, 'accuracy'> {
  expectOptions('accuracy', options, ['ignoreIndex']);
  const ignored = (target: TensorType, context: TargetContext | undefined): number | undefined =>
    target.dtype === 'float32' ? undefined : (options.ignoreIndex ?? context?.ignoreIndex);
  return {
    name: 'accuracy',
    better: 'higher',
    apply(given, target, context) {
      const { classAxis = -1 } = context ?? {};
      const output = classesLast('accuracy', given, classAxis);
      expectClasses(output.type, target.type, classAxis);
      const ignoreIndex = ignored(target.type, context);
      const labels =
        target.type.dtype === 'float32'
          ? argMax(classesLast('accuracy', target, classAxis))
          : classLabels(target, ignoreIndex);
      const hits = cast(equal(argMax(output), labels), 'float32');
      if (ignoreIndex === undefined) return mean(hits);
      return div(sum(hits), maximum(sum(isClass(labels, output.type.shape.at(-1) as number)), 1));
    },
    weight(output, target, context) {
      const ignoreIndex = ignored(target.type, context);
      const shape = classesLastShape('accuracy', output.type.shape, context?.classAxis ?? -1);
      const rows = shape.slice(0, -1);
      if (ignoreIndex === undefined) return rows.length > 1 ? scalar(numel(rows)) : undefined;
      return sum(isClass(classLabels(target, ignoreIndex), shape.at(-1) as number));
    },
    targets(output, target, context) {
      const { classAxis = -1 } = context ?? {};
      if (target.dtype === 'float32') return [{ kind: 'probabilities', ...(classAxis !== -1 && { axis: classAxis }) }];
      const classes = output.shape.at(classAxis) as number;
      return [{ kind: 'classes', classes, ignoreIndex: ignored(target, context) }];
    },
  };
}

function expectClasses(output: TensorType, given: TensorType, classAxis: number): void {
  const rows = output.shape.slice(0, -1);
  const target =
    given.dtype === 'float32' && given.shape.length === output.shape.length
      ? { ...given, shape: classesLastShape('accuracy', given.shape, classAxis) }
      : given;
  const isFloat = target.dtype === 'float32';
  const received = `output ${formatShape(output.shape)}, targets ${target.dtype}${formatShape(target.shape)}`;
  if (output.shape.length < 2 || output.shape.at(-1) === 1) {
    throw new ShapeError('accuracy needs one output for each class', {
      path: 'accuracy',
      received,
      expected: 'output [batch, classes], of at least two classes',
      fix: 'leave accuracy out where numbers are predicted; use binaryAccuracy() for one output of yes or no',
    });
  }
  if (isFloat && sameShape(rows, target.shape)) {
    throw new DTypeError('accuracy takes integer labels or class probabilities, not one float a sample', {
      path: 'accuracy',
      received,
      expected: `int32 or uint8 class indices ${formatShape(rows)}`,
      fix: 'give the index of the class as an integer; leave accuracy out where numbers are predicted',
    });
  }
  if (sameShape(target.shape, isFloat ? output.shape : rows)) return;
  throw new ShapeError('labels do not fit the output', {
    path: 'accuracy',
    received,
    expected: `labels ${formatShape(rows)} or float32 probabilities ${formatShape(output.shape)}`,
    fix: sameShape([...rows, 1], target.shape)
      ? `labels are a column: give them as ${formatShape(rows)}`
      : sameShape(target.shape, output.shape)
        ? 'for several yes or no in a row use binaryAccuracy() or exactMatch(); one-hot rows go as float32'
        : 'give one label for each sample',
  });
}
