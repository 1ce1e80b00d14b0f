import { ValueError } from '../../errors.ts';
import { expectNodes, type Node } from '../../ir/node.ts';
import { isLeaf, type Tensors } from '../../ir/tree.ts';
import { notWhatWasWanted } from '../../options.ts';
import { layer } from '../build.ts';
import { isLayer } from '../is-layer.ts';
import type { Layer } from '../layer.ts';

/**
 * Gives each of several inputs to the layer of its name, and their outputs by the same names: `{ picture, numbers } → { picture: …, numbers: … }`. `concat()`
 * behind it joins them in the order of the layers.
 * @throws ValueError when an input has no layer, or a layer no input.
 */
export function branches<Names extends string>(
  layers: Readonly<Record<Names, Layer>>,
): Layer<Readonly<Record<Names, Node>>, Readonly<Record<Names, Node>>> {
  const example = '{ picture: flatten(), numbers: linear(3, 8) }';
  if (isLayer(layers)) throw notWhatWasWanted('branches', layers, { what: 'a record of layers by name', example });
  const names = Object.keys(layers ?? {});
  if (names.length === 0) throw notWhatWasWanted('branches', layers, { what: 'a record of layers by name', example });
  return layer('branches', layers, (x: Readonly<Record<Names, Node>>, parts) => {
    expectInputs(x, names);
    const apply = parts as Readonly<Record<string, (x: Node) => Node>>;
    return Object.fromEntries(Object.entries(apply).map(([name, f]) => [name, f(x[name as Names])])) as Record<
      Names,
      Node
    >;
  });
}

function expectInputs(x: Tensors, names: readonly string[]): void {
  const given = isLeaf(x) ? null : Object.keys(x);
  const isWhole = given?.length === names.length && names.every((name) => given.includes(name));
  if (!isWhole) {
    throw new ValueError('branches: the inputs are not those that there are layers for', {
      received: given === null ? 'one input without a name' : given.join(', ') || 'nothing',
      expected: names.join(', '),
      fix: 'give each input a layer of its name; identity() passes it on as it is',
    });
  }
  expectNodes('branches', Object.values(x as Readonly<Record<string, Node>>));
}
