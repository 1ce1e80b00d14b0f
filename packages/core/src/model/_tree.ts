import { ownParameters } from '../layers/build.ts';
import type { AnyLayer, ParameterSpec } from '../layers/layer.ts';

/** The path of the part `name` of what stands at `path`; the whole network stands at the empty path. */
export function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** What `layer` is made of, changed. What is left out stays as it is. */
interface Changes {
  readonly own?: readonly ParameterSpec[];
  readonly children?: ReadonlyMap<string, AnyLayer>;
}

/** `layer` with other first values of its own parameters, or with other layers in the place of its children. */
export function rebuilt<L extends AnyLayer>(layer: L, changes: Changes): L {
  const { own = ownParameters(layer), children = layer.children } = changes;
  if (children === undefined) return { ...layer, parameters: own };
  return {
    ...layer,
    children,
    parameters: [
      ...own,
      ...[...children].flatMap(([name, child]) => child.parameters.map((p) => ({ ...p, name: `${name}.${p.name}` }))),
    ],
    // The function of the layer knows its children as they were; it applies them by name.
    apply: (x, context) =>
      layer.apply(x, {
        ...context,
        applyChild: (name, child, input) =>
          context.applyChild(name, (children.get(name) ?? child) as typeof child, input),
      }),
  };
}
