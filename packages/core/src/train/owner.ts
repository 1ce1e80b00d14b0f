import type { Layer } from '../layers/layer.ts';

/** The layer that has the parameter `name`, for people: `layer 2 linear(256 → 10)`. */
export function ownerOf(model: Layer, name: string): string {
  const parts = name.split('.').slice(0, -1);
  let layer: Layer | undefined = model;
  for (const part of parts) layer = layer?.children?.get(part);
  return `layer ${[parts.join('.'), layer?.label].filter(Boolean).join(' ')}`;
}
