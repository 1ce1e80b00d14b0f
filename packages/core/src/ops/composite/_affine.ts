import { ShapeError, ValueError } from '../../errors.ts';
import { expectDType } from '../../ir/dtype.ts';
import type { Node } from '../../ir/node.ts';
import type { TensorType } from '../../ir/op.ts';
import { formatShape, normalizeAxis, type Shape, sameShape } from '../../ir/shape.ts';
import { expectNonEmpty } from '../reduce/_extreme.ts';

/** Weight and bias of a normalization. */
export interface Affine {
  readonly weight?: Node | undefined;
  readonly bias?: Node | undefined;
}

/** The operands of a normalization: a bias stands behind a weight. Throws a `ValueError` for a bias alone. */
export function affineInputs(op: string, x: Node, { weight, bias }: Affine): readonly Node[] {
  if (bias !== undefined && weight === undefined) {
    throw new ValueError(`${op} was given a bias without a weight`, {
      received: 'a bias alone',
      expected: 'a weight, a weight and a bias, or neither',
      fix: 'add the bias to the result',
    });
  }
  return [x, weight, bias].filter((n) => n !== undefined);
}

/** Throws unless weight and bias, where they are, are float32 of `shape`. */
export function expectAffine(op: string, x: TensorType, affine: readonly TensorType[], shape: Shape): void {
  for (const [i, given] of affine.entries()) {
    const name = i === 0 ? 'weight' : 'bias';
    expectDType(op, name, given.dtype, ['float32']);
    if (sameShape(given.shape, shape)) continue;
    throw new ShapeError(`${op} has a ${name} of a shape that does not go with its input`, {
      received: `${name} ${formatShape(given.shape)}, x ${formatShape(x.shape)}`,
      expected: `${name} ${formatShape(shape)}`,
    });
  }
}

/** The type of a normalization of `axis` and all axes behind it. */
export function lastAxesType(op: string, inputs: readonly TensorType[], axis: number): TensorType {
  const [x, ...affine] = inputs as readonly [TensorType, ...TensorType[]];
  expectDType(op, 'a tensor', x.dtype, ['float32']);
  const normalized = x.shape.slice(normalizeAxis(op, axis, x.shape.length));
  expectNonEmpty(
    op,
    [x],
    normalized.map((_, i) => axis + i),
  );
  expectAffine(op, x, affine, normalized);
  return x;
}

/** `axis` and all axes behind it. */
export function axesFrom(axis: number, { type: { shape } }: Node): readonly number[] {
  return shape.flatMap((_, i) => (i < axis ? [] : [i]));
}
