import type { Tensors } from '../ir/tree.ts';
import { expectLayer } from '../layers/expect.ts';
import type { AnyLayer, Layer } from '../layers/layer.ts';
import { childrenBy, rebuilt } from './_tree.ts';
import { type Selection, select, selector } from './select.ts';

/**
 * The same network with other layers in the place of some: `by`, or what it makes of the layer and its path. Where a layer and one inside it are both
 * selected, the outer one is replaced. Parameters are named by their place, so those of all other layers keep their names.
 *
 * @example replace(net, { kind: 'relu' }, () => gelu())
 * @throws ValueError where nothing is selected, or what comes in is no layer.
 */
export function replace<In extends Tensors, Out extends Tensors>(
  model: Layer<In, Out>,
  what: Selection,
  by: AnyLayer | ((layer: AnyLayer, path: string) => AnyLayer),
): Layer<In, Out> {
  select(model, what);
  const fits = selector(what);
  const at = (path: string, layer: AnyLayer): AnyLayer => {
    if (fits({ path, layer })) {
      const other: unknown = typeof by === 'function' ? by(layer, path) : by;
      expectLayer(path === '' ? 'by' : `by, for ${path}`, other);
      return other;
    }
    const children = childrenBy(path, layer, at);
    const isSame = [...(layer.children ?? [])].every(([name, child]) => children?.get(name) === child);
    return isSame ? layer : rebuilt(layer, { children });
  };
  return at('', model) as Layer<In, Out>;
}
