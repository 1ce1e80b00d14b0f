import type { Node } from '../ir/node.ts';
import type { AnyLayer, LayerContext } from './layer.ts';

/** `layer`, for parameters of which these tensors stand: its own, and those of layers inside it that do not have them themselves. */
export function withParameters<L extends AnyLayer>(
  layer: L,
  given: (context: LayerContext) => ReadonlyMap<string, Node>,
): L {
  return { ...layer, apply: (x, context) => layer.apply(x, filled(context, given(context))) };
}

function filled(context: LayerContext, given: ReadonlyMap<string, Node>): LayerContext {
  return {
    ...context,
    parameter: (name) => given.get(name) ?? context.parameter(name),
    // What is computed cannot be set.
    assign: (name, value) => {
      if (!given.has(name)) context.assign(name, value);
    },
    applyChild(name, child, x, more) {
      const prefix = `${name}.`;
      const inside = [...given].filter(([key]) => key.startsWith(prefix));
      const ofChild = inside.map(([key, value]) => [key.slice(prefix.length), value] as const);
      return context.applyChild(name, child, x, ofChild.length === 0 ? more : new Map([...ofChild, ...(more ?? [])]));
    },
  };
}
