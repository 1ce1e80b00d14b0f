import type * as core from '@descent/core';
import type { AnyLayer } from '@descent/core';
import type { TableOf } from '../../callable.ts';

/** A line for each layer of core: one that JSON forgets does not compile. */
export type AllLayers = TableOf<typeof core, AnyLayer>;

/** The lines of the layers of these names. */
export type LayerTable<Name extends keyof AllLayers> = Pick<AllLayers, Name>;
