import { ShapeError, ValueError } from '../../errors.ts';
import type { NDArray } from '../../ir/ndarray.ts';
import type { Node } from '../../ir/node.ts';
import { formatShape, numel, type Shape } from '../../ir/shape.ts';
import { expectCount, expectKind } from '../../options.ts';
import { ownParameters } from '../build.ts';
import { expectLayer } from '../expect.ts';
import type { AnyLayer, LayerContext, OwnArrays, ParameterSpec } from '../layer.ts';
import { withParameters } from '../with-parameters.ts';

/** How one weight of a layer is computed of other parameters. */
export interface ComputedWeight {
  /** What stands in the label: `linear(3 → 2), weightNorm`. */
  readonly label: string;
  readonly weight: ParameterSpec;
  /** What the layer has instead. */
  readonly parts: readonly ParameterSpec[];
  readonly compute: (context: LayerContext) => Node;
  /** The same in numbers. */
  readonly merge: (own: OwnArrays) => Float32Array;
  readonly adopt: (weight: NDArray<'float32'>) => OwnArrays;
}

/** `layer`, but that weight is computed. */
export function computedWeight<L extends AnyLayer>(layer: L, how: ComputedWeight): L {
  const { name, shape } = how.weight;
  const own = ownParameters(layer);
  const partNames = new Set(how.parts.map((p) => p.name));
  const without = (arrays: OwnArrays, isLeftOut: (name: string) => boolean): OwnArrays =>
    Object.fromEntries(Object.entries(arrays).filter(([key]) => !isLeftOut(key)));
  return {
    ...withParameters(layer, (context) => new Map([[name, how.compute(context)]])),
    label: `${layer.label}, ${how.label}`,
    parameters: [
      ...own.filter((p) => p.name !== name),
      ...how.parts,
      ...layer.parameters.filter((p) => !own.includes(p)),
    ],
    parametrized: {
      base: layer,
      merge: (arrays) => ({
        ...without(arrays, (key) => partNames.has(key)),
        [name]: { dtype: 'float32', shape, data: how.merge(arrays) },
      }),
      adopt: (plain) => ({
        ...without(plain, (key) => key === name),
        ...how.adopt(plain[name] as NDArray<'float32'>),
      }),
    },
  };
}

/** The matrix or filter `name` of `layer`. Throws a `ValueError` where it has none that is trained. */
export function weightOf(what: string, layer: unknown, name: unknown): ParameterSpec {
  expectLayer(`${what}, layer`, layer);
  expectKind(`${what}.name`, name, 'text', "'weight'");
  const own = ownParameters(layer).filter(({ trainable }) => trainable !== false);
  const found = own.find((p) => p.name === name);
  if (found !== undefined && found.shape.length >= 2) return found;
  const fitting = own.filter(({ shape }) => shape.length >= 2).map((p) => p.name);
  throw new ValueError(`${what}: the layer has no such weight`, {
    path: `${what}.name`,
    received: `'${name}' ${found === undefined ? '' : `of shape ${formatShape(found.shape)} `}of ${layer.label}`,
    expected: fitting.join(' or ') || 'a layer with a weight of at least two axes, such as linear(3, 2)',
    fix:
      fitting.length > 0
        ? `give its name: { name: '${fitting[0]}' }`
        : layer.children === undefined
          ? undefined
          : `put ${what} around the layers inside it`,
  });
}

/** Throws unless `dim` is an axis of a weight. */
export function expectAxis(what: string, dim: unknown, { name, shape }: ParameterSpec): asserts dim is number {
  expectCount(what, 'dim', dim, 0);
  if (dim < shape.length) return;
  throw new ShapeError(`${what}: the weight has no such axis`, {
    path: `${what}.dim`,
    received: `${dim}, for ${name} ${formatShape(shape)}`,
    expected: `an axis from 0 to ${shape.length - 1}`,
  });
}

/** The place in `[rows, columns]` of each number of a weight of `shape` when `dim` comes first and the other axes are one. */
export function asMatrix(
  shape: Shape,
  dim: number,
): {
  readonly rows: number;
  readonly columns: number;
  readonly at: (i: number) => readonly [row: number, column: number];
} {
  const rows = shape[dim] as number;
  const inner = numel(shape.slice(dim + 1));
  const columns = numel(shape) / rows;
  return {
    rows,
    columns,
    at: (i) => [Math.floor(i / inner) % rows, Math.floor(i / (inner * rows)) * inner + (i % inner)],
  };
}
