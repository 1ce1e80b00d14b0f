import { ValueError } from '../errors.ts';
import { formatShape } from '../ir/shape.ts';
import type { AnyLayer, ParameterSpec } from '../layers/layer.ts';

/** All parameters of several networks, each name once. */
export type Shared = Pick<AnyLayer, 'parameters'>;

/**
 * The parameters of networks that share those of the same layers.
 * @throws ValueError for two different parameters of one name: they would be one in silence.
 */
export function sharedParameters(models: readonly (readonly [name: string, model: AnyLayer])[]): Shared {
  const all = new Map<string, { readonly spec: ParameterSpec; readonly of: string }>();
  for (const [of, { parameters }] of models) {
    for (const spec of parameters) {
      const known = all.get(spec.name);
      if (known === undefined) all.set(spec.name, { spec, of });
      else if (!isSame(known.spec, spec)) throw notTheSame(known.of, of, known.spec, spec);
    }
  }
  return { parameters: [...all.values()].map(({ spec }) => spec) };
}

/** Layers that are made twice have shapes and initializers that are equal, but not the same objects. */
function isSame(a: ParameterSpec, b: ParameterSpec): boolean {
  return a.shape === b.shape && a.init === b.init && (a.trainable ?? true) === (b.trainable ?? true);
}

function notTheSame(first: string, second: string, a: ParameterSpec, b: ParameterSpec): ValueError {
  return new ValueError(`two trainers have different parameters of the name ${a.name}`, {
    received: `${a.name} ${formatShape(a.shape)} of ${first}, ${b.name} ${formatShape(b.shape)} of ${second}`,
    expected: 'the same layer in both networks, or different names',
    fix: "make each layer once and use it in both: parts = { generator, discriminator }, layer('judge', parts, …), layer('forge', parts, …)",
  });
}
