import { StateError, ValueError } from '../errors.ts';
import { expectFinite } from '../ir/finite.ts';
import { hostArray } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { formatShape, numel, type Shape, sameShape } from '../ir/shape.ts';
import { expectSpecs } from '../layers/expect.ts';
import type { AnyLayer } from '../layers/layer.ts';
import { describeValue, notWhatWasWanted } from '../options.ts';
import { fold, key } from '../random/key.ts';

/** The numbers of a network by parameter name, as in a PyTorch `state_dict`: `0.weight`, `0.bias`, … */
export type Parameters = Readonly<Record<string, NDArray<'float32'>>>;

/** Draws the first parameters of `model`. Each has its own random stream, made of the seed and its name. */
export function initParameters(model: Pick<AnyLayer, 'parameters'>, seed: number): Parameters {
  expectSpecs('model', model?.parameters);
  const root = fold(key(seed), 'init');
  return Object.fromEntries(
    model.parameters.map(({ name, shape, init, stream = name }) => [
      name,
      drawn(name, shape, init(fold(root, stream), shape)),
    ]),
  );
}

function drawn(name: string, shape: Shape, data: unknown): NDArray<'float32'> {
  if (data instanceof Float32Array && data.length === numel(shape)) return { dtype: 'float32', shape, data };
  throw new ValueError('an initializer gave something else than numbers for its parameter', {
    path: name,
    received: data instanceof Float32Array ? `${data.length} numbers` : describeValue(data),
    expected: `a Float32Array of ${numel(shape)} numbers for shape ${formatShape(shape)}`,
  });
}

/**
 * Throws a `StateError` that names every missing, unknown and misshapen entry, unless `arrays` are exactly the parameters of `model`,
 * and a `NumericError` for one that is not finite.
 */
export function expectParameters(
  model: Pick<AnyLayer, 'parameters'>,
  arrays: Readonly<Record<string, NDArray>>,
  what = 'the parameters',
): asserts arrays is Parameters {
  expectSpecs('model', model?.parameters);
  expectNamedArrays(what, arrays);
  const problems = misfits(model.parameters, arrays, 'is not a parameter of this network');
  if (problems.length === 0) {
    expectFinite(what, arrays);
    return;
  }
  throw new StateError(`${what} belong to another network`, {
    received: problems.join('; '),
    expected: model.parameters.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(', ') || 'no parameters',
    fix: 'load them into a network of the same layers in the same order',
  });
}

/** What is wrong with `arrays`, which should be float32 of the names and shapes of `wanted`; `unknown` is said of other names. */
export function misfits(
  wanted: readonly { readonly name: string; readonly shape: Shape }[],
  arrays: Readonly<Record<string, NDArray>>,
  unknown: string,
): readonly string[] {
  const problemOf = (name: string, array: NDArray | null | undefined, shape: Shape): string | null => {
    if (array === undefined || array === null) return `${name} is missing`;
    if (array.dtype === undefined) return `${name} is ${describeValue(array)}, not an array as tensor(…) makes it`;
    if (array.dtype !== 'float32') return `${name} is ${array.dtype}, not float32`;
    if (sameShape(hostArray(name, array).shape, shape)) return null;
    return `${name} is ${formatShape(array.shape)}, not ${formatShape(shape)}`;
  };
  const names = new Set(wanted.map(({ name }) => name));
  return [
    ...wanted.flatMap(({ name, shape }) => problemOf(name, arrays[name], shape) ?? []),
    ...Object.keys(arrays).flatMap((name) => (names.has(name) ? [] : [`${name} ${unknown}`])),
  ];
}

/** Throws a `ValueError` unless `value`, which is called `what`, is a record. */
export function expectNamedArrays(what: string, value: unknown): asserts value is Readonly<Record<string, NDArray>> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Promise);
  if (isRecord) return;
  throw notWhatWasWanted(what, value, { what: 'a record of arrays by name', example: 'await trainer.parameters()' });
}
