import { describeValue, formatShape, type Shape, ShapeError, type Tree, ValueError } from '@descent/core';
import { leavesOf } from '@descent/core/backend';
import { isPlainRecord } from '../dataset-check.ts';
import type { RowType } from '../lazy/lazy-dataset.ts';
import { isNumber } from './check.ts';
import { expectFollowable, MOST_EXACT } from './follow.ts';
import { kernelOf } from './kernels.ts';
import type { PartTransforms } from './part-transforms.ts';

/** The class of pixels and boxes that are none, as PyTorch's losses have it; a loss leaves it out with `ignoreIndex: -100`. */
export const NO_CLASS = -100;

/**
 * What a target says about places in the picture. A `mask` `[…, height, width]` has a value for each pixel of it; `fill` (default -100) is that of pixels
 * that come from outside of the picture. `boxes` `[most, 4]` are left, top, right and bottom in pixels; the array `labels` `[most]` has their classes, and
 * `ignoreIndex` (default -100) where a row is no box. `nothing`: the target stays as it is, whatever is done to the picture.
 */
export type Annotation =
  | { readonly kind: 'mask'; readonly fill?: number }
  | { readonly kind: 'boxes'; readonly labels: string; readonly ignoreIndex?: number }
  | { readonly kind: 'nothing' };

/** That of the target, or of several targets by name. */
export type Annotations = Annotation | { readonly [target: string]: Annotation };

/** A target that follows a picture, with its type. */
export type Follower =
  | { readonly kind: 'mask'; readonly name: string; readonly type: RowType; readonly fill: number }
  | {
      readonly kind: 'boxes';
      readonly name: string;
      readonly type: RowType;
      readonly labels: string;
      readonly ignoreIndex: number;
    };

/** The targets that follow the transforms of a picture, an array of the item. Plain data, for worker threads. */
export interface Following {
  readonly picture: string;
  readonly followers: readonly Follower[];
}

/**
 * Which targets follow which picture; undefined where no transform moves pixels.
 * @throws ValueError for annotations that fit no target, for targets that may be masks of which it is not said whether they follow, and for transforms that
 * a target cannot follow; ShapeError for a mask or boxes of another shape.
 */
export function followingOf(
  what: string,
  annotations: Annotations | undefined,
  transforms: PartTransforms,
  item: Tree<RowType>,
  target: Tree<RowType>,
): Following | undefined {
  const types = new Map(leavesOf(item));
  const targets = new Map(leavesOf(target));
  const given = annotations === undefined ? undefined : byTarget(what, annotations, targets);
  const moved = [...transforms].filter(([, list]) => list.some((one) => kernelOf(one).places !== undefined));
  if (moved.length === 0) return undefined;
  for (const [name, { shape }] of targets) {
    if (given?.has(name) === true) continue;
    const like = moved.find(([part]) => isOfSize(shape, types.get(part)?.shape ?? []));
    if (like !== undefined) throw unsaid(what, name, shape);
  }
  const followers = [...(given ?? [])].flatMap(([name, one]) => followerOf(what, name, one, targets));
  if (followers.length === 0) return undefined;
  const [picture = '', list = []] = moved[0] as (typeof moved)[number];
  if (moved.length > 1) {
    throw new ValueError(`${what}: the targets cannot follow several pictures`, {
      received: `transforms that move pixels for ${moved.map(([part]) => part).join(', ')}`,
      expected: 'such transforms for one array of the items',
      fix: 'transform one of the pictures only, or none of them in place',
    });
  }
  for (const one of followers) expectFollowable(one, list, types.get(picture) as RowType);
  return { picture, followers };
}

/** Whether a target has a value for each pixel, by its shape. */
function isOfSize(target: Shape, picture: Shape): boolean {
  return target.length >= 2 && String(target.slice(-2)) === String(picture.slice(-2));
}

function unsaid(what: string, name: string, shape: Shape): ValueError {
  const put = (kind: string): string =>
    name === '' ? `annotations: { kind: '${kind}' }` : `annotations: { ${name}: { kind: '${kind}' } }`;
  return new ValueError(`${what}: transforms move pixels, and it is not said whether the targets move along`, {
    received: `targets${name === '' ? '' : ` ${name}`} ${formatShape(shape)}, of the size of the pictures`,
    expected: 'a dataset that says with annotations what its targets are',
    fix: `put ${put('mask')} beside x and y where they belong to the pixels, ${put('nothing')} where they do not`,
  });
}

/** The annotation of each target that has one. */
function byTarget(
  what: string,
  given: unknown,
  targets: ReadonlyMap<string, RowType>,
): ReadonlyMap<string, Annotation> {
  const isOne = isPlainRecord(given) && typeof given['kind'] === 'string';
  const entries = isOne ? [['', given] as const] : Object.entries(isPlainRecord(given) ? given : {});
  if (!isPlainRecord(given) || entries.length === 0) {
    throw new ValueError(`${what}: annotations say what targets are`, {
      received: describeValue(given),
      expected: "{ kind: 'mask' }, or such by the names of targets",
    });
  }
  for (const [name, one] of entries) {
    if (!targets.has(name)) {
      throw new ValueError(`${what}: annotations are of a target that is not there`, {
        received: name === '' ? 'one for the only target' : name,
        expected: targets.has('')
          ? "one for the only target, such as { kind: 'mask' }"
          : [...targets.keys()].join(', '),
      });
    }
    expectAnnotation(what, name, one);
  }
  return new Map(entries as readonly (readonly [string, Annotation])[]);
}

const OPTIONS: Readonly<Record<Annotation['kind'], readonly string[]>> = {
  mask: ['fill'],
  boxes: ['labels', 'ignoreIndex'],
  nothing: [],
};

function expectAnnotation(what: string, name: string, given: unknown): void {
  const { kind, ...options } = (isPlainRecord(given) ? given : {}) as { readonly kind?: unknown };
  const known =
    typeof kind === 'string' && Object.hasOwn(OPTIONS, kind) ? OPTIONS[kind as Annotation['kind']] : undefined;
  const stray = Object.keys(options).find((option) => known?.includes(option) !== true);
  if (known !== undefined && stray === undefined) return;
  throw new ValueError(`${what}: this is no annotation of a target`, {
    path: name === '' ? 'annotations' : `annotations.${name}`,
    received: known === undefined ? describeValue(isPlainRecord(given) ? kind : given) : `the option ${stray}`,
    expected: "{ kind: 'mask', fill }, { kind: 'boxes', labels, ignoreIndex } or { kind: 'nothing' }",
  });
}

function followerOf(
  what: string,
  name: string,
  annotation: Annotation,
  targets: ReadonlyMap<string, RowType>,
): readonly Follower[] {
  const type = targets.get(name) as RowType;
  const path = name === '' ? 'annotations' : `annotations.${name}`;
  if (annotation.kind === 'nothing') return [];
  if (annotation.kind === 'mask') {
    const { fill = NO_CLASS } = annotation;
    const isWhole = type.dtype === 'int32';
    const isFill = isWhole ? isNumber(fill, -MOST_EXACT, MOST_EXACT) && Number.isInteger(fill) : isNumber(fill);
    expectNumber(
      path,
      'fill',
      fill,
      isFill,
      isWhole ? `a whole number up to ${MOST_EXACT} in size` : 'a finite number',
    );
    return [{ kind: 'mask', name, type, fill }];
  }
  const { labels, ignoreIndex = NO_CLASS } = annotation;
  expectNumber(path, 'ignoreIndex', ignoreIndex, (ignoreIndex | 0) === ignoreIndex, 'a whole number of int32');
  const classes = targets.get(labels);
  const [most, four] = type.shape;
  const isList = type.shape.length === 2 && four === 4 && (type.dtype === 'float32' || type.dtype === 'float64');
  if (isList && classes?.dtype === 'int32' && String(classes.shape) === String([most])) {
    return [{ kind: 'boxes', name, type, labels, ignoreIndex }];
  }
  throw new ShapeError(`${what}: these are no boxes with their classes`, {
    path,
    received: `boxes ${type.dtype}${formatShape(type.shape)}, labels ${classes === undefined ? `called ${describeValue(labels)}, which are not there` : `${classes.dtype}${formatShape(classes.shape)}`} for each item`,
    expected: 'boxes float32[most, 4] and labels int32[most], each of a target of its own',
    fix: "y: { boxes, labels } with annotations: { boxes: { kind: 'boxes', labels: 'labels' } }",
  });
}

function expectNumber(path: string, option: string, value: unknown, holds: boolean, expected: string): void {
  if (holds) return;
  throw new ValueError('the option of an annotation is out of range', {
    path: `${path}.${option}`,
    received: describeValue(value),
    expected,
  });
}
