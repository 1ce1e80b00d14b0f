import type { DType, ImagePreprocessing, NDArray, Shape } from '@descent/core';
import type { TargetType } from '../dataset.ts';
import type { ImageFolder } from '../sources/image-folder.ts';
import type { ImageFilesOptions } from './image-files.ts';

/** Element type and shape of one row of a dataset, without the axis of the rows. */
export interface RowType<D extends TargetType = TargetType> {
  readonly dtype: D;
  readonly shape: Shape;
}

/** One item of a dataset and its label. */
export interface Sample {
  readonly x: NDArray;
  /** The index of a class, the number to predict, or a target of the shape that the dataset tells. */
  readonly y: number | NDArray;
}

/**
 * A labelled dataset whose items are read when they are asked for, since all together do not fit into memory. `imageFiles` and `moduleDataset` make
 * some; any object of this form will do, but without `recipe` only in the thread that made it.
 */
export interface LazyDataset<Y extends TargetType = 'int32'> {
  readonly name: string;
  readonly length: number;
  /** The name of class `c` is `classes[c]`; none when numbers are predicted. */
  readonly classes: readonly string[];
  /** Element type and shape of every item, such as uint8 `[3, 64, 64]`: what a model is built for. */
  readonly sample: RowType<DType>;
  /** How a picture file becomes an item, where items are pictures and that is known. */
  readonly pictures?: ImagePreprocessing;
  /** Element type of the labels. */
  readonly target: Y;
  /** The shape of the target of one item, such as `[2]` for a point. Default `[]`: a number. */
  readonly targetShape?: Shape;
  /** Item `index`, the same at each call; may be called for several at once. When `signal` aborts, nobody waits for it any more. */
  get(index: number, signal?: AbortSignal): Promise<Sample>;
  /** What an error about an item adds to its number, such as its path and class. Must not throw. */
  describe?(index: number): string;
  /** By which a worker thread makes the same dataset again. */
  readonly recipe?: LazyRecipe;
}

/** How to make a lazy dataset again, as plain data. A module is imported from the user's own code only, never because a loaded file names it. */
export type LazyRecipe =
  | { readonly kind: 'imageFiles'; readonly folder: ImageFolder; readonly options: ImageFilesOptions }
  | { readonly kind: 'module'; readonly module: string; readonly export: string; readonly options: unknown };
