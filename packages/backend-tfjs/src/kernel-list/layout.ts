import { numel, type Shape } from '@descent/core/backend';

// Kernels for images want the channels last, graphs have them second, and gradients of convolutions come out in yet other orders. So each
// value carries the order in which its axes lie in memory; ops that do not care keep it, and `transpose` merely renames. Only ops that
// insist on an order, such as conv2d or reshape, move elements, and only when the value does not already lie that way.

/** The axes of a value as they lie in memory: physical axis i is logical axis `order[i]`. */
export type Order = readonly number[];

/** What the kernels for images want of `[batch, channels, height, width]`. */
export const CHANNELS_LAST: Order = [0, 2, 3, 1];

export interface Arranged {
  /** Logical, as in the graph. */
  readonly shape: Shape;
  readonly order: Order;
}

export function rowMajor(rank: number): Order {
  return Array.from({ length: rank }, (_, i) => i);
}

/** The sizes in memory order, as kernels see them. */
export function physicalShape({ shape, order }: Arranged): number[] {
  return order.map((axis) => shape[axis] as number);
}

/** Where each logical axis is in memory. */
export function positions(order: Order): Order {
  return order.map((_, axis) => order.indexOf(axis));
}

/** Whether two orders put the elements of `shape` at the same places: axes of size 1 may be anywhere. */
export function sameMemory(shape: Shape, a: Order, b: Order): boolean {
  const visible = (order: Order): Order => order.filter((axis) => shape[axis] !== 1);
  const rest = visible(b);
  return visible(a).every((axis, i) => axis === rest[i]);
}

/** The order after removing `axes`. */
export function without(order: Order, axes: readonly number[]): Order {
  const kept = order.filter((axis) => !axes.includes(axis));
  return kept.map((axis) => axis - axes.filter((a) => a < axis).length);
}

/** The same value with axes of size 1 in front, up to `rank` axes. */
export function raised<T extends Arranged>(x: T, rank: number): T {
  const more = rank - x.shape.length;
  if (more === 0) return x;
  const front = rowMajor(more);
  return { ...x, shape: [...front.map(() => 1), ...x.shape], order: [...front, ...x.order.map((axis) => axis + more)] };
}

/** The order in which to combine operands of equal rank: moves the fewest elements; among equals, channels last and then row-major. */
export function commonOrder(operands: readonly Arranged[], rank: number): Order {
  const preferred = rank === 4 ? [CHANNELS_LAST, rowMajor(rank)] : [rowMajor(rank)];
  const known = (order: Order): boolean => operands.some((x) => sameMemory(x.shape, x.order, order));
  const candidates = [...preferred.filter(known), ...operands.map((x) => x.order)];
  const moved = (order: Order): number =>
    operands.reduce((n, x) => (sameMemory(x.shape, x.order, order) ? n : n + numel(x.shape)), 0);
  return candidates.reduce((best, order) => (moved(order) < moved(best) ? order : best));
}
