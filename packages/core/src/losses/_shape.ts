import { ShapeError } from '../errors.ts';
import type { TensorType } from '../ir/op.ts';
import { formatShape, sameShape } from '../ir/shape.ts';

/** Throws a `ShapeError` unless output and target have one shape. */
export function expectSameShape(loss: string, output: TensorType, target: TensorType): void {
  if (sameShape(output.shape, target.shape)) return;
  const column = sameShape(output.shape, [...target.shape, 1]);
  const flat = sameShape([...output.shape, 1], target.shape);
  throw new ShapeError(`${loss} needs a target of the output's shape`, {
    path: loss,
    received: `output ${formatShape(output.shape)}, target ${formatShape(target.shape)}`,
    expected: 'equal shapes: broadcasting here would silently train on wrong pairs',
    fix:
      column && target.dtype !== 'float32'
        ? `for class labels use crossEntropy(), with an output for each class; to predict whole numbers give the targets as ${formatShape(output.shape)}`
        : column || flat
          ? `give the targets as ${formatShape(output.shape)}`
          : 'for class labels use crossEntropy(); else let the last layer give as many numbers as a target has',
  });
}
