import type { Node } from '../../ir/node.ts';
import { concat as concatOf } from '../../ops/shape/concat.ts';
import { expectNumber, expectOptions } from '../../options.ts';
import { layer } from '../build.ts';
import type { Layer } from '../layer.ts';

export interface ConcatOptions {
  /** Default 1: features or channels. */
  readonly axis?: number;
}

/** Puts the tensors of its input one behind the other, in the order of their names: `{ a: [n, 3], b: [n, 2] } → [n, 5]`. */
export function concat(options: ConcatOptions = {}): Layer<Readonly<Record<string, Node>>> {
  expectOptions('concat', options, ['axis']);
  const { axis = 1 } = options;
  expectNumber('concat.axis', axis);
  return layer('concat', {}, (x: Readonly<Record<string, Node>>) => concatOf(Object.values(x), axis));
}
