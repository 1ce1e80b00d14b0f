import { NumericError } from '../errors.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Layer } from '../layers/layer.ts';
import { expectNamedArrays, expectParameters, type Parameters } from './parameters.ts';

/**
 * The tensors of a file as the parameters of `model`. Those of type float64 are rounded to the nearest float32.
 * @throws StateError when they are not exactly the model's, NumericError for a number that float32 cannot hold.
 */
export function toParameters(
  model: Layer,
  tensors: Readonly<Record<string, NDArray>>,
  what = 'the parameters',
): Parameters {
  expectNamedArrays(what, tensors);
  const rounded = Object.fromEntries(
    Object.entries(tensors).map(([name, array]) => [name, array?.dtype === 'float64' ? toFloat32(name, array) : array]),
  );
  expectParameters(model, rounded, what);
  return rounded;
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
