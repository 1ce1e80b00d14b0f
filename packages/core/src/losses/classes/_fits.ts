import { DTypeError, ShapeError, ValueError } from '../../errors.ts';
import type { TensorType } from '../../ir/op.ts';
import { formatShape, normalizeAxis, type Shape, sameShape } from '../../ir/shape.ts';
import { describeValue } from '../../options.ts';
import { classesLastShape, expectClassAxis } from '../../targets/class-axis.ts';
import { expectFactors } from '../_factors.ts';

/** What losses of labels share. */
export interface LabelOptions {
  readonly weight?: readonly number[] | undefined;
  readonly ignoreIndex?: number | undefined;
  /** Default: −1. */
  readonly classAxis?: number | undefined;
}

/** Throws a `ValueError` for options that are of another type, or that no labels have. */
export function expectLabelOptions(loss: string, { weight, ignoreIndex, classAxis = -1 }: LabelOptions): void {
  expectFactors(loss, 'weight', weight, 'class weights');
  expectClassAxis(loss, classAxis);
  if (ignoreIndex === undefined || (Number.isInteger(ignoreIndex) && Math.abs(ignoreIndex) < 2 ** 31)) return;
  throw new ValueError(`${loss} was given an invalid label to ignore`, {
    path: `${loss}.ignoreIndex`,
    received: describeValue(ignoreIndex),
    expected: 'a whole number, such as -100 or 255',
  });
}

/**
 * Throws unless the labels, or one probability for each class where the loss takes such, fit an output of two or more classes.
 * @param options.of What the output is, for messages, such as `logits`.
 * @throws ShapeError, DTypeError or ValueError
 */
export function expectLabelsFit(
  loss: string,
  output: TensorType,
  target: TensorType,
  options: LabelOptions & { readonly of: string; readonly takesProbabilities?: boolean },
): void {
  const { of, weight, ignoreIndex, classAxis = -1, takesProbabilities = false } = options;
  const { shape } = output;
  if (shape.length < 2) throw unfit(loss, of, shape, target, classAxis, takesProbabilities);
  if (normalizeAxis(loss, classAxis, shape.length) === 0) {
    throw new ShapeError('the classes are no axis of the batch', {
      path: `${loss}.classAxis`,
      received: `classAxis ${classAxis} of ${formatShape(shape)}`,
      expected: 'an axis behind the first',
    });
  }
  const rows = classesLastShape(loss, shape, classAxis).slice(0, -1);
  const classes = shape.at(classAxis) as number;
  if (classes === 1) {
    throw new ShapeError(`${loss} of a single output is always 0`, {
      path: loss,
      received: `${of} ${formatShape(shape)}`,
      expected: 'one output for each class, at least two',
      fix: 'end the network with linear(…, classes), two for yes and no; for numbers to predict use mse()',
    });
  }
  const isFloat = target.dtype === 'float32';
  if (isFloat && (sameShape(rows, target.shape) || !takesProbabilities)) {
    const probabilities = takesProbabilities ? ` or one probability for each class` : '';
    throw new DTypeError(`${loss} takes integer labels${probabilities}, not one float a sample`, {
      path: loss,
      received: `float32${formatShape(target.shape)}`,
      expected: `int32 or uint8 class indices ${formatShape(rows)}${takesProbabilities ? `, or float32 probabilities ${formatShape(shape)}` : ''}`,
      fix: 'give the index of the class as an integer; for regression use mse()',
    });
  }
  if (!sameShape(isFloat ? shape : rows, target.shape))
    throw unfit(loss, of, shape, target, classAxis, takesProbabilities);
  if (weight !== undefined && weight.length !== classes) {
    throw new ShapeError(`the class weights do not fit the ${of}`, {
      path: `${loss}.weight`,
      received: `${weight.length} weights for ${of} ${formatShape(shape)}`,
      expected: `one weight for each of ${classes} classes`,
    });
  }
  if (isFloat && ignoreIndex !== undefined) {
    throw new ValueError(`${loss} ignores labels, not class probabilities`, {
      path: `${loss}.ignoreIndex`,
      received: `${ignoreIndex} beside float32 targets ${formatShape(target.shape)}`,
      expected: 'integer labels',
      fix: 'leave ignoreIndex out, or give integer labels',
    });
  }
}

function unfit(
  loss: string,
  of: string,
  shape: Shape,
  target: TensorType,
  classAxis: number,
  takesProbabilities: boolean,
): ShapeError {
  const isFloat = target.dtype === 'float32';
  const layout = classAxis === -1 || shape.length < 2 ? '[batch, classes]' : `classes at axis ${classAxis}`;
  return new ShapeError(`labels do not fit the ${of}`, {
    path: loss,
    received: `${of} ${formatShape(shape)}, ${isFloat ? 'probabilities' : 'labels'} ${formatShape(target.shape)}`,
    expected: `${of} ${layout} and labels ${classAxis === -1 ? '[batch]' : 'of the other axes'}${takesProbabilities ? ' or float32 probabilities of their shape' : ''}`,
    fix: fixOf(shape, target, classAxis),
  });
}

function fixOf(shape: Shape, target: TensorType, classAxis: number): string {
  const others = (axis: number): Shape => shape.filter((_, i) => i !== (axis < 0 ? axis + shape.length : axis));
  if (shape.length > 2 && classAxis === -1 && sameShape(others(1), target.shape))
    return 'classes come last here unless told otherwise: classAxis: 1';
  if (classAxis !== -1 && sameShape(others(-1), target.shape))
    return 'the classes are the last axis: leave classAxis out';
  if (shape.length === 4) return 'end the network with flatten() and linear(…, classes)';
  if (target.dtype === 'float32') return 'give one probability for each class, or integer labels';
  if (sameShape([...others(classAxis), 1], target.shape))
    return `labels are a column: give them as ${formatShape(others(classAxis))}`;
  if (sameShape(shape, target.shape)) {
    return 'one-hot rows are probabilities: give them as float32, or give indices; for several yes or no in a row use bceWithLogits() and binaryAccuracy()';
  }
  return 'give one label for each sample';
}
