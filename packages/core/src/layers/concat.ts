import type { Node } from '../ir/node.ts';
import { concat as concatOf } from '../ops/shape/concat.ts';
import { layer } from './build.ts';
import type { Layer } from './layer.ts';

export interface ConcatOptions {
  /** Default 1: features or channels. */
  readonly axis?: number;
}

/** Puts the tensors of its input one behind the other, in the order of their names: `{ a: [n, 3], b: [n, 2] } → [n, 5]`. */
export function concat({ axis = 1 }: ConcatOptions = {}): Layer<Readonly<Record<string, Node>>> {
  return layer('concat', {}, (x: Readonly<Record<string, Node>>) => concatOf(Object.values(x), axis));
}
