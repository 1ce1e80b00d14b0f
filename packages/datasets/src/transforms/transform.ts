import type { NDArray } from '@descent/core';

/** One sample, such as an image `[channels, height, width]`. */
export type Item = NDArray<'uint8' | 'float32'>;

/** A change of one sample, as plain data: it can travel to a worker thread and into a JSON file. Made by functions such as `randomCrop`. */
export interface Transform {
  readonly transform: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A change of a whole batch, likewise. Made by `mixup`, `cutmix` and `oneHot`. */
export interface BatchTransform {
  readonly batchTransform: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A transform whose name and options the compiler knows, which is how `kernels.ts` finds out that one has no kernel. */
export interface TransformOf<N extends string, O extends Transform['options']> extends Transform {
  readonly transform: N;
  readonly options: O;
}

export interface BatchTransformOf<N extends string, O extends BatchTransform['options']> extends BatchTransform {
  readonly batchTransform: N;
  readonly options: O;
}
