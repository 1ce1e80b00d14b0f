import { DTypeError, formatShape, prefixPath, type SampleType } from '@descent/core';
import { fold, type Key } from '@descent/core/random';
import type { ItemType } from './kernel.ts';
import { kernelOf } from './kernels.ts';
import type { Item, Transform } from './transform.ts';

/**
 * The item after all `transforms`, in order; transform `i` draws from `fold(key, i)`. The same key gives the same bits on every machine.
 * The item is not written to; the result may share its memory. Throws as `transformedType` does.
 */
export function applyTransforms(transforms: readonly Transform[], item: Item, key: Key): Item {
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
  let result = expectItem(type);
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

function expectItem({ dtype = 'float32', shape }: SampleType): ItemType {
  if (dtype === 'float32' || dtype === 'uint8') return { dtype, shape };
  throw new DTypeError('transforms take bytes or floats', {
    path: 'transforms',
    received: `${dtype}${formatShape(shape)}`,
    expected: 'uint8 or float32',
    fix: 'convert the dataset with map(…)',
  });
}
