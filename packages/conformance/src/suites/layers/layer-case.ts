import type { AnyLayer, NDArray, Shape } from '@descent/core';

/** What a layer is given: of a shape alone different numbers, or what stands here, such as a mask. */
export type Given = Shape | NDArray;

/** A layer, and what it is given: one tensor, or several by name. */
export type LayerCase = readonly [layer: AnyLayer, input: Given | { readonly [name: string]: Given }];
