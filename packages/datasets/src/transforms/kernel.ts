import type { NDArray, NDArrays, Shape } from '@descent/core';
import type { Key } from '@descent/core/random';
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
}

/** A batch on its way: samples `[batch, ...item]`, and targets: class indices `[batch]`, class probabilities `[batch, classes]`, or any others. */
export interface TransformableBatch<X extends NDArrays = NDArray, Y extends NDArrays = NDArray> {
  readonly x: X;
  readonly y: Y;
}

/** What a batch transform does. The batch is never written to. */
export interface BatchKernel<O> {
  /** What it changes: labels alone, or samples with them. */
  readonly changes: 'labels' | 'samples';
  label(options: O): string;
  apply(batch: TransformableBatch, options: O, key: Key): TransformableBatch;
}
