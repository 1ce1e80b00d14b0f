import { numel, type Shape, sameShape } from '@descent/core/backend';
import type { DeviceDType } from '../engines/engine.ts';
import { type Builder, filled, type Value } from '../kernel-list/builder.ts';
import { commonOrder, type Order, physicalShape, raised, rowMajor } from '../kernel-list/layout.ts';
import { arranged, bare, named } from '../kernel-list/values.ts';

/**
 * Calls a kernel that combines operands element by element and broadcasts them to `shape`. The result lies in the order that moves the
 * fewest elements. Neighbouring axes that broadcast alike are merged, so kernels see few axes: equal shapes are vectors to them.
 */
export function elementwise(
  b: Builder,
  kernel: string,
  operands: Readonly<Record<string, Value>>,
  result: { readonly dtype: DeviceDType; readonly shape: Shape },
  attrs: object = {},
): Value {
  const { dtype, shape } = result;
  const names = Object.keys(operands);
  const { order, views, sizes } = aligned(b, Object.values(operands), shape);
  const inputs = Object.fromEntries(names.map((name, i) => [name, views[i] as Value]));
  return unmerged(b.emit(kernel, inputs, attrs, { dtype, shape: sizes }), shape, order);
}

/** Repeats the elements of `x` until it has `shape`, in `order` if that is given. */
export function broadcasted(b: Builder, x: Value, shape: Shape, order?: Order): Value {
  const scalar = b.scalarOf(x);
  if (scalar !== undefined) {
    const own = order ?? rowMajor(shape.length);
    return named(filled(b, scalar, x.dtype, physicalShape({ shape, order: own })), shape, own);
  }
  const y = order === undefined ? raised(x, shape.length) : arranged(b, raised(x, shape.length), order);
  if (sameShape(y.shape, shape)) return y;
  const { views, sizes } = aligned(b, [y], shape, y.order);
  const [view] = views as [Value];
  const reps = sizes.map((size, i) => (view.shape[i] === 1 ? size : 1));
  return unmerged(b.emit('Tile', { x: view }, { reps }, { dtype: x.dtype, shape: sizes }), shape, y.order);
}

/** The order in which operands of `shape`, or broadcast to it, combine best. */
export function orderOf(operands: readonly Value[], shape: Shape): Order {
  return commonOrder(
    operands.map((x) => raised(x, shape.length)),
    shape.length,
  );
}

function aligned(
  b: Builder,
  operands: readonly Value[],
  shape: Shape,
  order: Order = orderOf(operands, shape),
): { readonly order: Order; readonly views: readonly Value[]; readonly sizes: readonly number[] } {
  const moved = operands.map((x) => bare(arranged(b, raised(x, shape.length), order)));
  const groups = mergedAxes(
    moved.map((x) => x.shape),
    physicalShape({ shape, order }),
  );
  const views = moved.map((x) => {
    const sizes = groups.map((axes) => numel(axes.map((axis) => x.shape[axis] as number)));
    // A kernel broadcasts a scalar faster than ones.
    const seen = sizes.every((d) => d === 1) && sizes.length > 1 ? [] : sizes;
    return { ...x, shape: seen, order: rowMajor(seen.length) };
  });
  const physical = physicalShape({ shape, order });
  return { order, views, sizes: groups.map((axes) => numel(axes.map((axis) => physical[axis] as number))) };
}

/** Runs of neighbouring axes along which the same operands broadcast; axes of size 1 vanish. */
function mergedAxes(operands: readonly Shape[], shape: Shape): number[][] {
  const groups: number[][] = [];
  let last: string | undefined;
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const pattern = operands.map((sizes) => Number(sizes[axis] === 1)).join();
    if (pattern === last) groups.at(-1)?.push(axis);
    else groups.push([axis]);
    last = pattern;
  }
  return groups;
}

function unmerged(y: Value, shape: Shape, order: Order): Value {
  return named({ ...y, shape: physicalShape({ shape, order }) }, shape, order);
}
