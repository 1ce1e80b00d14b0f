import { DTypeError, formatShape, type NDArray, prefixPath, type SampleType } from '@descent/core';
import { fold, type Key } from '@descent/core/random';
import { expectArgument, expectHostArray, expectTransforms } from '../arguments.ts';
import type { ItemType } from './kernel.ts';
import { kernelOf } from './kernels.ts';
import type { Item, Transform } from './transform.ts';

/**
 * The item after all `transforms`, in order; transform `i` draws from `fold(key, i)`. The same key gives the same bits on every machine.
 * The item is not written to; the result may share its memory. Throws as `transformedType` does.
 */
export function applyTransforms(transforms: readonly Transform[], item: Item, key: Key): Item {
  expectTransforms('applyTransforms', transforms, 'transform');
  expectHostArray('applyTransforms', item);
  let result = item;
  for (const [i, transform] of transforms.entries()) {
    try {
      const kernel = kernelOf(transform);
      const type = kernel.type(result, transform.options);
      result = kernel.apply(result, transform.options, fold(key, i), type);
    } catch (error) {
      throw prefixPath(error, pathOf(transform, i));
    }
  }
  return result;
}

/**
 * Shape and element type of items after all `transforms`. Throws a `ShapeError`, `DTypeError` or `ValueError` that names the transform which
 * cannot take them.
 */
export function transformedType(transforms: readonly Transform[], type: SampleType): SampleType {
  expectTransforms('transformedType', transforms, 'transform');
  expectArgument(
    'transformedType',
    Array.isArray(type?.shape),
    type,
    "{ shape, dtype }, such as { shape: [1, 28, 28], dtype: 'uint8' }",
  );
  const { dtype = 'float32', shape } = type;
  return transforms.length === 0 ? { dtype, shape } : transformedItem(transforms, { dtype, shape });
}

/** The same for at least one transform, which takes bytes or floats only. */
export function transformedItem(transforms: readonly Transform[], type: Omit<NDArray, 'data'>): ItemType {
  expectItem(type);
  let result: ItemType = type;
  for (const [i, transform] of transforms.entries()) {
    try {
      result = kernelOf(transform).type(result, transform.options);
    } catch (error) {
      throw prefixPath(error, pathOf(transform, i));
    }
  }
  return result;
}

/** `transforms[2] randomCrop(32)`. */
export function pathOf(transform: Transform, index: number): string {
  const name = String(transform.transform);
  try {
    return `transforms[${index}] ${name}(${kernelOf(transform).label(transform.options)})`;
  } catch {
    // Only a transform that no function made has no label.
    return `transforms[${index}] ${name}`;
  }
}

/** The item as transforms take it. Throws a `DTypeError` when it holds neither bytes nor floats. */
export function asItem(item: NDArray): Item {
  expectItem(item);
  return item as Item;
}

function expectItem<T extends Pick<NDArray, 'dtype' | 'shape'>>(
  type: T,
): asserts type is T & { readonly dtype: Item['dtype'] } {
  const { dtype, shape } = type;
  if (dtype === 'float32' || dtype === 'uint8') return;
  throw new DTypeError('transforms take bytes or floats', {
    path: 'transforms',
    received: `${dtype}${formatShape(shape)}`,
    expected: 'uint8 or float32',
    fix: "leave transforms out for tokens; make floats of numbers: map(data, ({ shape, data }) => ({ dtype: 'float32', shape, data: Float32Array.from(data) }))",
  });
}
