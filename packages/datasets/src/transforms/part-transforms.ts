import { describeValue, prefixPath, type Tree, ValueError } from '@descent/core';
import { isLeaf, leavesOf, mapTree } from '@descent/core/backend';
import { fold, type Key } from '@descent/core/random';
import { isPlainRecord } from '../dataset-check.ts';
import type { RowType } from '../lazy/lazy-dataset.ts';
import { transformedItem } from './apply.ts';
import type { Transform } from './transform.ts';

/** One transform or a list of them. */
export type TransformList = Transform | readonly Transform[];

/** Transforms of items: a list, or where items have several arrays, lists by the names of arrays. */
export type Transforms = TransformList | { readonly [name: string]: TransformList };

/** The transforms of each array of an item that has some; an item of one array has the empty name. Plain data, for worker threads. */
export type PartTransforms = ReadonlyMap<string, readonly Transform[]>;

/** The transforms of each array of items. Throws a `ValueError` where lists and arrays do not belong together. */
export function partTransforms(
  what: string,
  given: Transforms,
  item: Tree<unknown & RowType>,
  listOf: (given: TransformList, path: string) => readonly Transform[],
): PartTransforms {
  const isByName = isPlainRecord(given) && !('transform' in given);
  if (isLeaf(item)) {
    if (isByName && Object.keys(given).length > 0) {
      throw new ValueError(`${what}: transforms by name are for items of several arrays`, {
        received: `transforms for ${Object.keys(given).join(', ')}`,
        expected: 'a list of transforms, since an item of this dataset is one array',
        fix: 'transform: [randomCrop(28)]',
      });
    }
    return present([['', isByName ? [] : listOf(given as TransformList, 'transform')]]);
  }
  const names = leavesOf(item).map(([name]) => name);
  if (!isByName) {
    const list = listOf(given as TransformList, 'transform');
    if (list.length === 0) return new Map();
    throw new ValueError(`${what}: the items have several arrays, and this does not say which of them to transform`, {
      received: 'transforms without a name',
      expected: `an object with some of the names ${names.join(', ')}`,
      fix: `transform: { ${names[0]}: […] }`,
    });
  }
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new ValueError(`${what}: the items have no array of this name to transform`, {
      path: 'transform',
      received: unknown,
      expected: names.join(', '),
    });
  }
  const byName = given as { readonly [name: string]: TransformList };
  return present(
    Object.entries(byName).map(([name, list]) => {
      if (list !== undefined) return [name, listOf(list, `transform.${name}`)];
      throw new ValueError(`${what}: there are no transforms for ${name}`, {
        received: describeValue(list),
        expected: 'a list of transforms, which may be empty',
      });
    }),
  );
}

function present(lists: readonly (readonly [string, readonly Transform[]])[]): PartTransforms {
  return new Map(lists.filter(([, list]) => list.length > 0));
}

/** Element types and shapes of the arrays of an item after the transforms. */
export function transformedParts(transforms: PartTransforms, item: Tree<RowType>): Tree<RowType> {
  if (transforms.size === 0) return item;
  return mapTree(item, (type, name) => {
    const list = transforms.get(name);
    return list === undefined ? type : inPart(name, () => transformedItem(list, type));
  });
}

/** What `make` gives; an error has the name of the array in front. */
export function inPart<T>(name: string, make: () => T): T {
  if (name === '') return make();
  try {
    return make();
  } catch (error) {
    throw prefixPath(error, name);
  }
}

/** What the transforms of an array draw from: arrays of one item draw apart. */
export function partKey(key: Key, name: string): Key {
  return name === '' ? key : fold(key, name);
}
