import type { DataOfDatatype, Datatype } from './datatypes.ts';

/** Settings of a request, a response or a tensor, by name. */
export type WireParameters = Readonly<Record<string, string | number | boolean>>;

/** A tensor as it travels: `data` in row-major order, as many elements as `shape` says. */
export interface WireTensor<D extends Datatype = Datatype> {
  readonly name: string;
  readonly datatype: D;
  readonly shape: readonly number[];
  readonly data: DataOfDatatype[D];
  readonly parameters?: WireParameters;
}

/** How many elements a shape has. */
export function elementsOf(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}
