import type { Node } from '../../ir/node.ts';
import { numel } from '../../ir/shape.ts';
import { reshape } from '../shape/reshape.ts';
import { matmul } from './matmul.ts';

/** Multiplies the numbers along `axis`, which comes behind batch and channels, by a matrix `[count, size]`: the axis has `count` numbers then. */
export function productAlong(x: Node, axis: number, matrix: Node): Node {
  const { shape } = x.type;
  if (axis === shape.length - 1) return matmul(x, matrix, { transposeB: true });
  const [batch, channels] = shape as readonly [number, number];
  const [count, size] = matrix.type.shape as readonly [number, number];
  // The batch keeps its axis, since its size may not be known.
  const planes = [batch, channels * numel(shape.slice(2, axis))];
  const y = matmul(matrix, reshape(x, [...planes, size, numel(shape.slice(axis + 1))]));
  return reshape(y, [...shape.slice(0, axis), count, ...shape.slice(axis + 1)]);
}
