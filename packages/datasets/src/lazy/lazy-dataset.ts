import type { DType, ImagePreprocessing, NDArray, NDArrays, Shape, Tree } from '@descent/core';
import type { TargetType } from '../dataset.ts';
import type { ImageFolder } from '../sources/image-entries.ts';
import type { Annotations } from '../transforms/annotations.ts';
import type { ImageFilesOptions } from './image-files.ts';

/** Element type and shape of one row of a dataset, without the axis of the rows. */
export interface RowType<D extends TargetType = TargetType> {
  readonly dtype: D;
  readonly shape: Shape;
}

/** The target of one item: the index of a class, the number to predict, an array, or several of them by name. */
export type ItemTargets = number | NDArray | { readonly [name: string]: number | NDArray };

/** One item of a dataset, one array or several by name, and its target. */
export interface SampleOf<X extends NDArrays = NDArrays, T extends ItemTargets = ItemTargets> {
  readonly x: X;
  readonly y: T;
}

/** One item of a dataset and its label: the index of a class, the number to predict, or a target of the shape that the dataset tells. */
export type Sample = SampleOf<NDArray, number | NDArray>;

/**
 * A labelled dataset whose items are read when they are asked for, since all together do not fit into memory; an item has one array or several by name.
 * `moduleDataset` makes some; any object of this form will do, but without `recipe` only in the thread that made it.
 */
export interface LazyDatasetOf<X extends NDArrays = NDArrays, T extends ItemTargets = ItemTargets> {
  readonly name: string;
  readonly length: number;
  /** The name of class `c` is `classes[c]`; none when numbers are predicted. */
  readonly classes: readonly string[];
  /** Element type and shape of every item, such as uint8 `[3, 64, 64]`: what a model is built for. */
  readonly sample: Tree<RowType<DType>>;
  /** How a picture file becomes an item, where items are pictures and that is known. */
  readonly pictures?: ImagePreprocessing;
  /** What targets say about places in the pictures, so that transforms which move pixels move them along. */
  readonly annotations?: Annotations;
  /** Element type of the labels; of several by name, their element types and shapes, such as `{ label: { dtype: 'int32', shape: [] } }`. */
  readonly target: TargetType | { readonly [name: string]: RowType };
  /** The shape of the target of one item where there is one target, such as `[2]` for a point. Default `[]`: a number. */
  readonly targetShape?: Shape;
  /** Item `index`, the same at each call; may be called for several at once. When `signal` aborts, nobody waits for it any more. */
  get(index: number, signal?: AbortSignal): Promise<SampleOf<X, T>>;
  /** What an error about an item adds to its number, such as its path and class. Must not throw. */
  describe?(index: number): string;
  /** By which a worker thread makes the same dataset again. */
  readonly recipe?: LazyRecipe;
}

/** A lazy dataset whose items are one array and one target. `imageFiles` makes one of pictures. */
export interface LazyDataset<Y extends TargetType = 'int32'> extends LazyDatasetOf<NDArray, number | NDArray> {
  readonly sample: RowType<DType>;
  readonly target: Y;
}

/** The targets of a batch of items with targets `T`. */
export type BatchedTargets<T extends ItemTargets> = [T] extends [number | NDArray]
  ? NDArray
  : ItemTargets extends T
    ? NDArrays
    : { readonly [K in keyof T]: NDArray };

/** How to make a lazy dataset again, as plain data. A module is imported from the user's own code only, never because a loaded file names it. */
export type LazyRecipe =
  | { readonly kind: 'imageFiles'; readonly folder: ImageFolder; readonly options: ImageFilesOptions }
  | { readonly kind: 'module'; readonly module: string; readonly export: string; readonly options: unknown };
