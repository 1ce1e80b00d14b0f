import { NumericError, StateError } from '../errors.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { expectSpecs } from '../layers/expect.ts';
import type { AnyLayer } from '../layers/layer.ts';
import { expectNamedArrays, expectParameters, type Parameters } from './parameters.ts';

/**
 * The tensors of a file as the parameters of `model`. Those of type float64 are rounded to the nearest float32.
 * @throws StateError when they are not exactly the model's, NumericError for a number that float32 cannot hold.
 */
export function toParameters(
  model: Pick<AnyLayer, 'parameters'>,
  tensors: Readonly<Record<string, NDArray>>,
  what = 'the parameters',
): Parameters {
  expectNamedArrays(what, tensors);
  const rounded = Object.fromEntries(
    Object.entries(tensors).map(([name, array]) => [name, array?.dtype === 'float64' ? toFloat32(name, array) : array]),
  );
  expectSpecs('model', model?.parameters);
  const once = withoutAliases(model, rounded, what);
  expectParameters(model, once, what);
  return once;
}

/** Without the second names of tied parameters. Throws a `StateError` where the numbers under both are not the same. */
function withoutAliases(
  { parameters }: Pick<AnyLayer, 'parameters'>,
  tensors: Readonly<Record<string, NDArray>>,
  what: string,
): Readonly<Record<string, NDArray>> {
  const nameOf = new Map(
    parameters.flatMap(({ name, aliases = [] }) => aliases.map((alias) => [alias, name] as const)),
  );
  if (nameOf.size === 0) return tensors;
  const once: Record<string, NDArray> = { ...tensors };
  for (const [alias, name] of nameOf) {
    const [other, own] = [tensors[alias], tensors[name]];
    if (other === undefined || own === undefined) continue;
    const isSame = other.data.length === own.data.length && other.data.every((v, i) => Object.is(v, own.data[i]));
    if (!isSame)
      throw new StateError(`${what} have two tensors for one`, {
        path: alias,
        received: `other numbers than ${name}`,
        expected: `the same numbers, since ${alias} is tied to ${name}`,
        fix: 'load them into a network without tie',
      });
    delete once[alias];
  }
  return once;
}

function toFloat32(name: string, { shape, data }: NDArray): NDArray<'float32'> {
  const rounded = Float32Array.from(data);
  const at = rounded.findIndex((v, i) => !Number.isFinite(v) && Number.isFinite(data[i] as number));
  if (at < 0) return { dtype: 'float32', shape, data: rounded };
  throw new NumericError('a parameter is too large for float32', {
    path: name,
    received: `${data[at]} at position ${at}`,
    expected: 'numbers of a size up to 3.4e38',
  });
}
