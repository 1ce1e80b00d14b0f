import { formatShape, type NDArray, ShapeError, ValueError } from '@descent/core';
import { expectValue, isCount } from './check.ts';
import type { TransformableBatch } from './kernel.ts';

/** Options of transforms that make class probabilities of labels. */
export interface ClassesOption {
  /** The number of classes. */
  readonly classes: number;
}

export function expectClasses(path: string, classes: unknown): void {
  expectValue(path, classes, isCount(classes, 1), 'the number of classes, a positive whole number');
}

/** Labels `[batch]` as rows of probabilities `[batch, classes]`; such rows stay as they are. */
export function probabilities({ y }: TransformableBatch, classes: number): NDArray<'float32'> {
  if (y.dtype === 'float32' && y.shape.length === 2 && y.shape[1] === classes) return y as NDArray<'float32'>;
  const isClass = y.dtype === 'int32' || y.dtype === 'uint8';
  if (!isClass || y.shape.length !== 1) {
    throw new ShapeError('the targets are neither classes nor class probabilities', {
      received: `${y.dtype}${formatShape(y.shape)}`,
      expected: `one class for each sample, int32[batch], or probabilities, float32[batch, ${classes}]`,
      fix: 'leave this transform out: numbers to predict, points and masks have no classes to mix',
    });
  }
  const rows = new Float32Array(y.data.length * classes);
  for (let i = 0; i < y.data.length; i++) {
    const label = y.data[i] as number;
    if (label < 0 || label >= classes) {
      throw new ValueError('a label is not one of the classes', {
        received: `label ${label} of sample ${i}`,
        expected: `0 to ${classes - 1}`,
        fix: 'give the number of classes of the dataset: data.classes.length',
      });
    }
    rows[i * classes + label] = 1;
  }
  return { dtype: 'float32', shape: [y.data.length, classes], data: rows };
}

/** Row `i` is `share` of row `i` and `1 - share` of the row before it (of the last for the first). */
export function mixRows({ dtype, shape, data }: NDArray<'float32'>, share: number): NDArray<'float32'> {
  const [rows, classes] = shape as readonly [number, number];
  const mixed = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) {
    const before = ((i + rows - 1) % rows) * classes;
    for (let c = 0; c < classes; c++) {
      mixed[i * classes + c] = share * (data[i * classes + c] as number) + (1 - share) * (data[before + c] as number);
    }
  }
  return { dtype, shape, data: mixed };
}
