import { numel } from '../ir/shape.ts';
import { ownParameters } from '../layers/build.ts';
import type { ParameterSpec } from '../layers/layer.ts';
import type { Item, Level } from './level.ts';
import type { Call, Port } from './trace.ts';

/** What a call says of itself. */
export interface Facts {
  /** Numbers that training changes, of the layer and of all layers inside; what another call has counted before is not counted again. */
  parameters(call: Call): number;
  /** How many layers without others inside are applied in it; of one without, 1. */
  layers(call: Call): number;
  /** Equal for things that look alike in all they have inside. */
  likeness(item: Item): number;
}

export function factsOf(levels: ReadonlyMap<Call, Level>): Facts {
  const ids = new Map<string, number>();
  const idOf = (text: string): number => {
    const id = ids.get(text) ?? ids.size;
    ids.set(text, id);
    return id;
  };
  const known = new Map<Call, { readonly parameters: number; readonly layers: number; readonly likeness: number }>();
  // Calls inside come first in `levels`.
  for (const [call, level] of levels) {
    const inside = call.calls.map((inner) => known.get(inner) as { parameters: number; layers: number });
    const own = ownParameters(call.layer);
    known.set(call, {
      parameters: (call.isAgain ? 0 : trained(own)) + inside.reduce((sum, { parameters }) => sum + parameters, 0),
      layers: call.calls.length === 0 ? 1 : inside.reduce((sum, { layers }) => sum + layers, 0),
      likeness: idOf(
        JSON.stringify([
          call.layer.label,
          call.isAgain,
          own.map(({ name, shape, trainable }) => [name, shape, trainable]),
          ports(call.inputs),
          ports(call.outputs),
          level.items.map(likeness),
          level.edges.map(({ from, fromPort, to, toPort }) => [from, fromPort, to, toPort]),
        ]),
      ),
    });
  }
  function likeness(item: Item): number {
    if (item.kind === 'call') return (known.get(item.call) as { likeness: number }).likeness;
    if (item.kind === 'repeat') return idOf(JSON.stringify([item.count, item.level.items.map(likeness)]));
    if (item.kind === 'box') return idOf(JSON.stringify([item.kind, item.words]));
    return idOf(JSON.stringify([item.kind, item.kind === 'ops' ? item.ops : item.names]));
  }
  return {
    parameters: (call) => known.get(call)?.parameters ?? 0,
    layers: (call) => known.get(call)?.layers ?? 1,
    likeness,
  };
}

function trained(own: readonly ParameterSpec[]): number {
  return own.reduce((sum, { shape, trainable }) => (trainable === false ? sum : sum + numel(shape)), 0);
}

function ports(all: readonly Port[]): unknown {
  return all.map(({ names, node: { type } }) => [names, type.dtype, type.shape]);
}
