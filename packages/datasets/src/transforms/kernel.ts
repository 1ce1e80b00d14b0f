import type { NDArray, NDArrays, Shape, Tree } from '@descent/core';
import type { Key } from '@descent/core/random';
import type { RowType } from '../lazy/lazy-dataset.ts';
import type { Motion } from './motion.ts';
import type { Item } from './transform.ts';

export interface ItemType {
  readonly shape: Shape;
  readonly dtype: Item['dtype'];
}

/** What a transform does. Items are never written to; where nothing changes, the result may be the item itself. */
export interface Kernel<O> {
  /** Whether the result depends on the key. */
  readonly random: boolean;
  /** The arguments for people: `32` in `randomCrop(32)`. */
  label(options: O): string;
  /** The type of the results. Throws when items of `type` do not fit. */
  type(type: ItemType, options: O): ItemType;
  /** `out` is what `type` gave for this item. */
  apply(item: Item, options: O, key: Key, out: ItemType): Item;
  /** How masks and boxes follow the picture; absent where every pixel keeps its place. */
  readonly places?: Places<O>;
}

/** What a transform that moves pixels does to what is known about places in the picture. */
export interface Places<O> {
  /** The options with which a mask goes along: classes are not mixed, and `fill` is the class of what comes from outside. */
  mask(options: O, fill: number): O;
  /** Where points of an item of the type `from` go, with the draws that `apply` makes of the same key. */
  motion(from: ItemType, options: O, key: Key, out: ItemType): Motion;
  /** Why boxes cannot follow; undefined where they can. */
  againstBoxes?(options: O): string | undefined;
}

/** A batch on its way: samples `[batch, ...item]`, and targets: class indices `[batch]`, class probabilities `[batch, classes]`, or any others. */
export interface TransformableBatch<X extends NDArrays = NDArray, Y extends NDArrays = NDArray> {
  readonly x: X;
  readonly y: Y;
}

/** What a batch transform does. The batch is never written to. */
export interface BatchKernel<O> {
  /** What it changes: labels alone, or samples with them, each one array; absent where `expect` says which arrays it takes. */
  readonly changes?: 'labels' | 'samples';
  label(options: O): string;
  /** Throws for items and targets that do not fit. */
  expect?(item: Tree<RowType>, target: Tree<RowType>, options: O): void;
  apply(batch: TransformableBatch, options: O, key: Key): TransformableBatch<NDArrays, NDArrays>;
}
