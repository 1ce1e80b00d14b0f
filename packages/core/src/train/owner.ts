import type { AnyLayer } from '../layers/layer.ts';

/** The layer that has the parameter `name`, for people: `layer 2 linear(256 → 10)`. */
export function ownerOf(model: AnyLayer, name: string): string {
  let layer = model;
  let path = '';
  for (let inside = childWith(layer, name); inside !== undefined; inside = childWith(layer, name.slice(path.length))) {
    path += `${inside[0]}.`;
    layer = inside[1];
  }
  return `layer ${path.slice(0, -1)} ${layer.label}`.replace('  ', ' ');
}

/** The layer inside `layer` whose name starts the parameter's, and that name. A name may hold dots: `blocks.0`. */
function childWith({ children = new Map() }: AnyLayer, name: string): readonly [string, AnyLayer] | undefined {
  return [...children].find(([child]) => name.startsWith(`${child}.`));
}
