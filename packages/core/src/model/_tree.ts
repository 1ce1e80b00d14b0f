import { ownParameters, prefixed } from '../layers/build.ts';
import type { AnyLayer, ParameterSpec } from '../layers/layer.ts';

/** The path of the part `name` of what stands at `path`; the whole network stands at the empty path. */
export function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** What `layer` is made of, changed. What is left out stays as it is. */
interface Changes {
  readonly own?: readonly ParameterSpec[];
  readonly children?: ReadonlyMap<string, AnyLayer> | undefined;
}

/** The layers inside `layer`, which stands at `path`, as `change` makes each of them; undefined where there are none. */
export function childrenBy(
  path: string,
  layer: AnyLayer,
  change: (path: string, layer: AnyLayer) => AnyLayer,
): Changes['children'] {
  if (layer.children === undefined) return undefined;
  return new Map([...layer.children].map(([name, child]) => [name, change(joined(path, name), child)] as const));
}

/** `layer` with other first values of its own parameters, or with other layers in the place of its children. */
export function rebuilt<L extends AnyLayer>(layer: L, changes: Changes): L {
  const { own = ownParameters(layer), children = layer.children } = changes;
  if (children === undefined) return { ...layer, parameters: own };
  const inside = [...children].flatMap(([name, child]) => prefixed(name, child.parameters));
  return {
    ...layer,
    children,
    parameters: withAliases([...own, ...inside], layer.parameters),
    // The function of the layer knows its children as they were; it applies them by name.
    apply: (x, context) =>
      layer.apply(x, {
        ...context,
        applyChild: (name, child, input, given) =>
          context.applyChild(name, (children.get(name) ?? child) as typeof child, input, given),
      }),
  };
}

/** `parameters` with the second names that they had `before`, which what stands around them knows alone; not with those of parameters that are there now. */
function withAliases(parameters: readonly ParameterSpec[], before: readonly ParameterSpec[]): readonly ParameterSpec[] {
  const names = new Set(parameters.map(({ name }) => name));
  const known = new Map(before.map(({ name, aliases = [] }) => [name, aliases]));
  return parameters.map(({ aliases = [], ...spec }) => {
    const all = [...new Set([...aliases, ...(known.get(spec.name) ?? [])])].filter((alias) => !names.has(alias));
    return all.length === 0 ? spec : { ...spec, aliases: all };
  });
}
