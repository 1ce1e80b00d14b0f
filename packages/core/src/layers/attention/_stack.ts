import type { Node } from '../../ir/node.ts';
import type { Tensors } from '../../ir/tree.ts';
import { expectCount } from '../../options.ts';
import { layer } from '../build.ts';
import { expectLayer } from '../expect.ts';
import type { Layer } from '../layer.ts';

/** `numLayers` layers like `inner` called `layers.0` and so on, which `apply` puts one behind the other, and `norm` behind the last. */
export function stack<In extends Tensors, Out extends Tensors>(
  name: string,
  inner: Layer<In, Out>,
  numLayers: number,
  norm: Layer | undefined,
  apply: (x: In, layers: readonly ((x: In) => Out)[], norm: (y: Node) => Node) => Out,
): Layer<In, Out> {
  expectLayer(name, inner);
  expectCount(name, 'numLayers', numLayers);
  if (norm !== undefined) expectLayer(`${name} › norm`, norm);
  const layers = Array.from({ length: numLayers }, () => inner);
  const parts = { layers, ...(norm === undefined ? {} : { norm }) };
  return layer(`${name}(${numLayers})`, parts, (x: In, applied) => {
    const all = applied as { readonly layers: readonly ((x: In) => Out)[]; readonly norm?: (x: Node) => Node };
    return apply(x, all.layers, all.norm ?? ((y) => y));
  });
}
