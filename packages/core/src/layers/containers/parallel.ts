import type { Node } from '../../ir/node.ts';
import type { Tensors } from '../../ir/tree.ts';
import { notWhatWasWanted } from '../../options.ts';
import { layer } from '../build.ts';
import { isLayer } from '../is-layer.ts';
import type { Layer } from '../layer.ts';

/** Gives the same input to several layers, and their outputs by name: `x → { mean: …, logVariance: … }`. */
export function parallel<In extends Tensors, Names extends string>(
  branches: Readonly<Record<Names, Layer<In>>>,
): Layer<In, Readonly<Record<Names, Node>>> {
  if (isLayer(branches))
    throw notWhatWasWanted('parallel', branches, {
      what: 'a record of layers by name',
      example: '{ mean: linear(8, 2), logVariance: linear(8, 2) }',
    });
  return layer('parallel', branches, (x: In, parts) => {
    const apply = parts as Readonly<Record<string, (x: In) => Node>>;
    return Object.fromEntries(Object.entries(apply).map(([name, f]) => [name, f(x)])) as Record<Names, Node>;
  });
}
