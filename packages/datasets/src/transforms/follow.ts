import { DTypeError, formatShape, type NDArray, prefixPath, ShapeError, type Tree, ValueError } from '@descent/core';
import { mapTree } from '@descent/core/backend';
import { fold, type Key } from '@descent/core/random';
import { emptyData } from '../arrays.ts';
import type { RowType } from '../lazy/lazy-dataset.ts';
import type { Follower, Following } from './annotations.ts';
import { pathOf } from './apply.ts';
import { planesOf } from './image.ts';
import type { ItemType } from './kernel.ts';
import { kernelOf } from './kernels.ts';
import { movedBoxes } from './motion.ts';
import type { Item, Transform } from './transform.ts';

/** A box of which less than this is left, in pixels on a side, is none any more; torchvision's `SanitizeBoundingBoxes` says the same. */
const LEAST_SIDE = 1;

/** Integers up to here are float32 numbers, as which masks are moved. */
export const MOST_EXACT: number = 2 ** 24;

/** The targets of an item of the type `picture` after the `transforms` of the picture, which draw from `key`. */
export function followed(
  { followers }: Following,
  targets: Tree<number | NDArray>,
  transforms: readonly Transform[],
  picture: RowType,
  key: Key,
): Tree<number | NDArray> {
  // A number is no mask, so that the only target of an item is an array here.
  const alone = followers.some(({ name }) => name === '');
  const parts = new Map<string, number | NDArray>(
    alone ? [['', targets as NDArray]] : Object.entries(targets as Readonly<Record<string, number | NDArray>>),
  );
  for (const follower of followers) {
    const array = parts.get(follower.name) as NDArray;
    if (follower.kind === 'mask') parts.set(follower.name, movedMask(follower, array, transforms, key));
    else {
      const labels = parts.get(follower.labels) as NDArray;
      const moved = boxesOf(follower, array, labels, transforms, picture, key);
      parts.set(follower.name, moved.boxes);
      parts.set(follower.labels, moved.labels);
    }
  }
  return alone ? (parts.get('') as NDArray) : Object.fromEntries(parts);
}

/** Element types and shapes of the targets after the transforms of the picture. */
export function followedTypes(
  { followers }: Following,
  targets: Tree<RowType>,
  transforms: readonly Transform[],
): Tree<RowType> {
  return mapTree(targets, (type, name) => {
    const follower = followers.find((one) => one.name === name && one.kind === 'mask');
    if (follower?.kind !== 'mask') return type;
    return { dtype: type.dtype, shape: maskSteps(follower, transforms).at(-1)?.out.shape ?? type.shape };
  });
}

/** Throws where a target is not of the size of the picture, or cannot follow one of the transforms. */
export function expectFollowable(follower: Follower, transforms: readonly Transform[], picture: RowType): void {
  const { name, type } = follower;
  if (follower.kind === 'mask') {
    if (type.dtype === 'float64') {
      throw new DTypeError('masks of 64-bit floats do not follow transforms', {
        path: called(name),
        received: `float64${formatShape(type.shape)}`,
        expected: 'int32, uint8, bool or float32',
      });
    }
    if (type.shape.length < 2 || String(type.shape.slice(-2)) !== String(picture.shape.slice(-2))) {
      throw new ShapeError('the masks are of another size than the pictures', {
        path: called(name),
        received: `masks ${formatShape(type.shape)}, pictures ${formatShape(picture.shape)}`,
        expected: 'the same height and width',
      });
    }
    maskSteps(follower, transforms);
    return;
  }
  for (const [i, one] of transforms.entries()) {
    const why = kernelOf(one).places?.againstBoxes?.(one.options);
    if (why === undefined) continue;
    throw new ValueError('boxes cannot follow this transform', {
      path: pathOf(one, i),
      received: why,
      expected: "paddingMode 'constant'",
    });
  }
}

function called(name: string): string {
  return name === '' ? 'y' : `y.${name}`;
}

interface MaskStep {
  /** In the list of all transforms. */
  readonly index: number;
  readonly transform: Transform;
  readonly out: ItemType;
}

/** What moves a mask, with its own options. Throws where it does not fit. */
function maskSteps(
  { name, type, fill }: Follower & { readonly kind: 'mask' },
  transforms: readonly Transform[],
): readonly MaskStep[] {
  let last: ItemType = { dtype: movedAs(type), shape: type.shape };
  return transforms.flatMap((one, index): readonly MaskStep[] => {
    const { places, type: typeOf } = kernelOf(one);
    if (places === undefined) return [];
    const transform: Transform = { transform: one.transform, options: places.mask(one.options, fill) };
    try {
      last = typeOf(last, transform.options);
    } catch (error) {
      throw prefixPath(fillError(type, fill) ?? error, `${pathOf(one, index)} of ${called(name)}`);
    }
    return [{ index, transform, out: last }];
  });
}

/** Why `fill` is no value of a mask. A picture of this size fits the transform, so nothing else can be wrong of a mask of it. */
function fillError({ dtype }: RowType, fill: number): ValueError | undefined {
  const most = dtype === 'bool' ? 1 : 255;
  if (dtype === 'int32' || dtype === 'float32' || (Number.isInteger(fill) && fill >= 0 && fill <= most))
    return undefined;
  return new ValueError('the masks cannot hold the value of pixels from outside of the picture', {
    received: `fill ${fill} for masks of ${dtype}`,
    expected: `a whole number from 0 to ${most}`,
    fix: "say which: annotations: { kind: 'mask', fill: 0 }; or make int32 of the masks",
  });
}

function movedAs({ dtype }: RowType): Item['dtype'] {
  return dtype === 'uint8' || dtype === 'bool' ? 'uint8' : 'float32';
}

function movedMask(
  follower: Follower & { readonly kind: 'mask' },
  mask: NDArray,
  transforms: readonly Transform[],
  key: Key,
): NDArray {
  const { type } = follower;
  let item = { dtype: movedAs(type), shape: mask.shape, data: exact(mask, follower.name) } as Item;
  for (const { index, transform, out } of maskSteps(follower, transforms)) {
    item = kernelOf(transform).apply(item, transform.options, fold(key, index), out);
  }
  if (type.dtype !== 'int32') return { ...item, dtype: type.dtype } as NDArray;
  return { dtype: 'int32', shape: item.shape, data: Int32Array.from(item.data) };
}

/** The values of a mask as bytes or float32 numbers. Throws for integers that float32 does not keep. */
function exact({ dtype, data }: NDArray, name: string): Item['data'] {
  if (dtype !== 'int32') return data as Item['data'];
  const large = data.findIndex((value) => Math.abs(value) > MOST_EXACT);
  if (large < 0) return Float32Array.from(data);
  throw new ValueError('the mask has values too large to be moved', {
    path: called(name),
    received: String(data[large]),
    expected: `whole numbers from ${-MOST_EXACT} to ${MOST_EXACT}`,
  });
}

/** The boxes that are left, in the same order from the first row on, and their classes. */
function boxesOf(
  { name, ignoreIndex, type }: Follower & { readonly kind: 'boxes' },
  boxes: NDArray,
  labels: NDArray,
  transforms: readonly Transform[],
  picture: RowType,
  key: Key,
): { readonly boxes: NDArray; readonly labels: NDArray } {
  const rows = Array.from(labels.data.keys()).filter((i) => labels.data[i] !== ignoreIndex);
  let moved: Float64Array = Float64Array.from(rows.flatMap((i) => [...boxes.data.subarray(4 * i, 4 * i + 4)]));
  if (!moved.every(Number.isFinite)) {
    const row = rows[Math.floor(moved.findIndex((v) => !Number.isFinite(v)) / 4)] as number;
    throw new ValueError('a box has a corner that is no number', {
      path: called(name),
      received: `[${boxes.data.subarray(4 * row, 4 * row + 4).join(', ')}] in row ${row}, class ${labels.data[row]}`,
      expected: `four numbers; the label ${ignoreIndex} where the row is no box`,
    });
  }
  let size = picture as ItemType;
  for (const [i, { transform, options }] of transforms.entries()) {
    const { places, type: typeOf } = kernelOf({ transform, options });
    const out = typeOf(size, options);
    if (places !== undefined) {
      const motion = places.motion(size, options, fold(key, i), out);
      moved = movedBoxes(moved, rows.length, motion, planesOf(out.shape));
    }
    size = out;
  }
  const left = rows.flatMap((row, i) => {
    const box = moved.subarray(4 * i, 4 * i + 4);
    const [x1, y1, x2, y2] = box as unknown as readonly [number, number, number, number];
    return x2 - x1 >= LEAST_SIDE && y2 - y1 >= LEAST_SIDE ? [{ box, label: labels.data[row] as number }] : [];
  });
  const data = emptyData(type.dtype, boxes.data.length);
  const classes = new Int32Array(labels.data.length).fill(ignoreIndex);
  for (const [i, { box, label }] of left.entries()) {
    data.set(box, 4 * i);
    classes[i] = label;
  }
  return {
    boxes: { dtype: boxes.dtype, shape: boxes.shape, data },
    labels: { dtype: 'int32', shape: labels.shape, data: classes },
  };
}
