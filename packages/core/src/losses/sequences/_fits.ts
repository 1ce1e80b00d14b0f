import { DTypeError, ShapeError, ValueError } from '../../errors.ts';
import type { TensorType } from '../../ir/op.ts';
import { formatShape, sameShape } from '../../ir/shape.ts';

/** Throws a `ShapeError`, `DTypeError` or `ValueError` unless output, labels, lengths and blank of `ctc` belong together. */
export function expectFits(
  output: TensorType,
  labels: TensorType,
  lengths: TensorType | undefined,
  blank: number,
): void {
  const { shape } = output;
  const fits =
    shape.length === 3 &&
    (shape[1] as number) > 0 &&
    labels.shape.length === 2 &&
    labels.shape[0] === shape[0] &&
    (lengths === undefined || sameShape(lengths.shape, shape.slice(0, 1)));
  if (!fits) {
    throw new ShapeError('the labels do not fit the output', {
      path: 'ctc',
      received: `output ${formatShape(shape)}, labels ${formatShape(labels.shape)}${lengths === undefined ? '' : `, lengths ${formatShape(lengths.shape)}`}`,
      expected: 'an output [batch, time, classes], labels [batch, length], lengths [batch]',
      fix: 'the batch comes first here, unlike in PyTorch: transpose(x, [1, 0, 2])',
    });
  }
  for (const { dtype } of [labels, ...(lengths === undefined ? [] : [lengths])]) {
    if (dtype !== 'float32') continue;
    throw new DTypeError('labels and lengths are integers', { path: 'ctc', received: dtype, expected: 'int32' });
  }
  if (blank < (shape[2] as number)) return;
  throw new ValueError('the blank is no class of the output', {
    path: 'ctc.blank',
    received: String(blank),
    expected: `a class from 0 to ${(shape[2] as number) - 1}`,
  });
}
