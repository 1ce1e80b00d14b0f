import { DYNAMIC, type Node, numel, type Shape } from '@descent/core';
import { broadcastTo, cast, concat, flip, pad, reshape, slice, split, transpose } from '@descent/core/ops';
import { flag, number, numbers, text } from '../attributes.ts';
import { isKnown, knownSizes, type Value } from '../known.ts';
import type { RuleContext, Rules } from '../rule.ts';
import { axesOf, axisOf } from './_axes.ts';

/** What changes where elements stand. */
export const SHAPES: Rules = {
  Concat: (node, c) => {
    const xs = c.nodes();
    const rank = xs[0]?.type.shape.length ?? 0;
    return concat(xs, axisOf(node, number(node, 'axis', 1), rank));
  },
  DepthToSpace: (node, c) => {
    const x = c.node(0);
    const [n = 0, channels = 0, ...places] = x.type.shape;
    const block = number(node, 'blocksize');
    const blocks = places.map(() => block);
    const depth = channels / block ** places.length;
    // Axes of the blocks, and the order in which places follow their blocks.
    const isDepthFirst = text(node, 'mode', 'DCR') === 'DCR';
    const k = places.length;
    const split = isDepthFirst ? [n, ...blocks, depth, ...places] : [n, depth, ...blocks, ...places];
    const [depthAt, blockAt] = isDepthFirst ? [k + 1, 1] : [1, 2];
    const order = [0, depthAt, ...places.flatMap((_, i) => [k + 2 + i, blockAt + i])];
    return reshape(transpose(reshape(x, split), order), [n, depth, ...places.map((d) => d * block)]);
  },
  Expand: (_, c) => {
    const x = c.node(0);
    const wanted = c.numbers(1);
    const rank = Math.max(wanted.length, x.type.shape.length);
    const at = (shape: Shape, i: number): number => shape[i - rank + shape.length] ?? 1;
    return broadcastTo(
      x,
      Array.from({ length: rank }, (_, i) => (at(wanted, i) === 1 ? at(x.type.shape, i) : at(wanted, i))),
    );
  },
  Flatten: (node, c) => {
    const x = c.node(0);
    const { shape } = x.type;
    const axis = number(node, 'axis', 1);
    const at = axis < 0 ? axis + shape.length : axis;
    return reshape(x, [numel(shape.slice(0, at)), numel(shape.slice(at))]);
  },
  Identity: (_, c) => c.value(0),
  Pad: (node, c) => {
    const x = c.node(0);
    const { shape, dtype } = x.type;
    const isOld = node.opset < 11;
    const pads = isOld ? numbers(node, 'pads') : c.numbers(1);
    const value = isOld ? number(node, 'value', 0) : c.number(2, 0);
    const axes = axesOf(node, c.has(3) ? c.numbers(3) : shape.map((_, i) => i), shape.length);
    const mode = text(node, 'mode', 'constant');
    const [before, after] = [shape.map(() => 0), shape.map(() => 0)];
    axes.forEach((axis, i) => {
      before[axis] = pads[i] as number;
      after[axis] = pads[i + axes.length] as number;
    });
    // A negative count cuts off.
    const cut = slice(
      x,
      ...axes.flatMap((axis) => {
        const [b, a] = [before[axis] as number, after[axis] as number];
        return b >= 0 && a >= 0
          ? []
          : [{ axis, start: Math.max(0, -b), end: (shape[axis] as number) + Math.min(0, a) }];
      }),
    );
    const [front, behind] = [before, after].map((counts) => counts.map((n) => Math.max(0, n))) as [number[], number[]];
    if (mode === 'constant')
      return dtype === 'bool' || dtype === 'uint8'
        ? cast(pad(cast(cut, 'int32'), front, behind, { value }), dtype)
        : pad(cut, front, behind, { value });
    const modes = { reflect: 'reflect', edge: 'replicate', wrap: 'circular' } as const;
    if (!Object.hasOwn(modes, mode)) throw c.unsupported(`mode '${mode}'`, 'constant, reflect, edge or wrap');
    return pad(cut, front, behind, { mode: modes[mode as keyof typeof modes] });
  },
  Reshape: (node, c) => {
    const x = c.node(0);
    if (node.opset < 5)
      return reshape(
        x,
        reshaped(x.type.shape, numbers(node, 'shape'), false, () => false),
      );
    const second = c.known(1)?.second;
    const isOpen = (i: number): boolean => second !== undefined && second[i] !== c.known(1)?.data[i];
    return reshape(x, reshaped(x.type.shape, c.numbers(1), flag(node, 'allowzero', false), isOpen));
  },
  Shape: (node, c) => {
    const sizes = shapeOf(c.value(0));
    const { length } = sizes;
    const wrap = (i: number): number => Math.min(Math.max(i < 0 ? i + length : i, 0), length);
    const [start, end] = [wrap(number(node, 'start', 0)), wrap(number(node, 'end', length))];
    return knownSizes(sizes.slice(start, Math.max(start, end)));
  },
  Size: (_, c) => knownSizes([numel(shapeOf(c.value(0)))], []),
  Slice: (node, c) => {
    const x = c.node(0);
    const { shape } = x.type;
    const isOld = node.opset < 10;
    const starts = isOld ? numbers(node, 'starts') : c.numbers(1);
    const ends = isOld ? numbers(node, 'ends') : c.numbers(2);
    const every = starts.map((_, i) => i);
    const axes = axesOf(node, isOld ? numbers(node, 'axes', every) : c.numbers(3, every), shape.length);
    const steps = isOld
      ? starts.map(() => 1)
      : c.numbers(
          4,
          starts.map(() => 1),
        );
    return axes.reduce((y, axis, i) => {
      const size = shape[axis] as number;
      const [start, end, step] = [starts[i], ends[i], steps[i]] as [number, number, number];
      return sliced(y, axis, size, { start, end, step }, c);
    }, x);
  },
  SpaceToDepth: (node, c) => {
    const x = c.node(0);
    const [n = 0, depth = 0, ...places] = x.type.shape;
    const block = number(node, 'blocksize');
    const k = places.length;
    const halves = places.flatMap((d) => [d / block, block]);
    const order = [0, ...places.map((_, i) => 3 + 2 * i), 1, ...places.map((_, i) => 2 + 2 * i)];
    const small = places.map((d) => d / block);
    return reshape(transpose(reshape(x, [n, depth, ...halves]), order), [n, depth * block ** k, ...small]);
  },
  Split: (node, c) => {
    const x = c.node(0);
    const axis = axisOf(node, number(node, 'axis', 0), x.type.shape.length);
    const size = x.type.shape[axis] as number;
    const given = node.opset < 13 ? numbers(node, 'split', []) : c.numbers(1, []);
    if (given.length > 0) return split(x, given, axis);
    const count = number(node, 'num_outputs', node.outputs.length);
    // The last one is smaller where they do not fit.
    const each = Math.ceil(size / count);
    const sizes = Array.from({ length: count }, (_, i) => Math.max(0, Math.min(each, size - i * each)));
    return split(x, sizes, axis);
  },
  Squeeze: (node, c) => {
    const x = c.node(0);
    const { shape } = x.type;
    const given = node.opset < 13 ? numbers(node, 'axes', []) : c.numbers(1, []);
    const isGiven = node.opset < 13 ? node.attributes.has('axes') : c.has(1);
    const axes = isGiven ? axesOf(node, given, shape.length) : shape.flatMap((d, i) => (d === 1 ? [i] : []));
    const odd = axes.find((axis) => shape[axis] !== 1);
    if (odd !== undefined) throw c.unsupported(`size ${shape[odd]} on axis ${odd}`, 'a size of 1');
    return reshape(
      x,
      shape.filter((_, i) => !axes.includes(i)),
    );
  },
  Tile: (_, c) => {
    const x = c.node(0);
    const repeats = c.numbers(1);
    const { shape } = x.type;
    const isOnly = shape.every((d, i) => d !== DYNAMIC || repeats[i] === 1);
    if (!isOnly) throw c.unsupported('repeats along the open axis', 'one');
    const parts = shape.flatMap((d, i) => (repeats[i] === 1 ? [d] : [1, d]));
    const spread = shape.flatMap((d, i) => (repeats[i] === 1 ? [d] : [repeats[i] as number, d]));
    return reshape(
      broadcastTo(reshape(x, parts), spread),
      shape.map((d, i) => d * (repeats[i] as number)),
    );
  },
  Transpose: (node, c) => {
    const x = c.node(0);
    const { length } = x.type.shape;
    return transpose(
      x,
      numbers(
        node,
        'perm',
        Array.from({ length }, (_, i) => length - 1 - i),
      ),
    );
  },
  Unsqueeze: (node, c) => {
    const x = c.node(0);
    const given = node.opset < 13 ? numbers(node, 'axes') : c.numbers(1);
    const rank = x.type.shape.length + given.length;
    const axes = axesOf(node, given, rank);
    const rest = [...x.type.shape];
    return reshape(
      x,
      Array.from({ length: rank }, (_, i) => (axes.includes(i) ? 1 : (rest.shift() as number))),
    );
  },
};

function shapeOf(value: Value): Shape {
  return isKnown(value) ? value.shape : value.type.shape;
}

/** The sizes that a reshape asks for: 0 keeps a size, and -1 is what is left, unless it is the open axis by itself. */
function reshaped(shape: Shape, wanted: readonly number[], isZero: boolean, isOpen: (at: number) => boolean): Shape {
  const sizes = wanted.map((d, i) => (d === 0 && !isZero ? (shape[i] as number) : d));
  const at = wanted.findIndex((d, i) => d === -1 && !isOpen(i));
  if (at === -1) return sizes;
  const others = numel(sizes.filter((_, i) => i !== at));
  const rest = others === 0 ? 0 : numel(shape) / others;
  // What does not fit is left as it is, for the error of the reshape.
  return Number.isInteger(rest) ? sizes.map((d, i) => (i === at ? rest : d)) : sizes;
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

function sliced(x: Node, axis: number, size: number, { start, end, step }: Range, c: RuleContext): Node {
  if (size === DYNAMIC) {
    const isWhole = start === 0 && step === 1 && (end >= 2 ** 31 - 1 || end === DYNAMIC);
    if (isWhole) return x;
    throw c.unsupported(`${start}:${end}:${step} along the open axis`, 'all of it');
  }
  const wrap = (i: number): number => (i < 0 ? i + size : i);
  const clamp = (i: number, low: number, high: number): number => Math.min(Math.max(i, low), high);
  if (step > 0) {
    const [first, last] = [clamp(wrap(start), 0, size), clamp(wrap(end), 0, size)];
    return slice(x, { axis, start: first, end: Math.max(first, last), step });
  }
  if (step === 0) throw c.unsupported('a step of 0', 'another number');
  // Backwards: the same elements forwards, and then turned around.
  const [first, last] = [clamp(wrap(start), -1, size - 1), clamp(wrap(end), -1, size - 1)];
  const count = Math.max(0, Math.ceil((first - last) / -step));
  if (count === 0) return slice(x, { axis, start: 0, end: 0 });
  const lowest = first + (count - 1) * step;
  return flip(slice(x, { axis, start: lowest, end: first + 1, step: -step }), [axis]);
}
