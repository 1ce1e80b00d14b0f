import { ValueError } from '../errors.ts';
import type { Layer } from './layer.ts';

/**
 * Applies layers one after the other. Parameters are named as in PyTorch: `0.weight`, `2.bias`, nested `1.0.weight`.
 * Takes layers, or an object that names them: `sequential({ features: …, head: … })`.
 */
export function sequential(...layers: readonly Layer[] | readonly [Readonly<Record<string, Layer>>]): Layer {
  const [first] = layers;
  const given =
    typeof first === 'object' && !isLayer(first) ? Object.entries(first) : Object.entries(layers as readonly Layer[]);
  const named: readonly (readonly [string, Layer])[] = given;
  for (const [name, layer] of named) {
    if (isLayer(layer)) continue;
    throw new ValueError(`sequential was given something that is not a layer`, {
      path: name,
      received: typeof layer,
      expected: 'a layer, such as linear(784, 10) or relu()',
      fix: 'call the function: relu() instead of relu',
    });
  }
  return {
    label: 'sequential',
    parameters: named.flatMap(([name, layer]) => layer.parameters.map((p) => ({ ...p, name: `${name}.${p.name}` }))),
    children: new Map(named),
    apply: (x, { applyChild }) => named.reduce((value, [name, layer]) => applyChild(name, layer, value), x),
  };
}

function isLayer(x: unknown): x is Layer {
  return typeof x === 'object' && x !== null && 'apply' in x && typeof x.apply === 'function' && 'parameters' in x;
}
