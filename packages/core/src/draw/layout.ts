import type { Facts } from './facts.ts';
import { folded } from './fold.ts';
import type { Edge, Item, Level } from './level.ts';
import { type Arc, inRows, type Vertex } from './order.ts';
import { placed } from './place.ts';
import { oneLine, shapeText, widthOf } from './text.ts';
import type { Call } from './trace.ts';

/** Where a thing stands. */
export interface Box {
  readonly item: Item;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Of a container that is open, what is inside; its places are those of the whole picture. */
  readonly inside: Drawing | null;
}

/** The way of an edge. */
export interface Line {
  readonly from: Item;
  readonly to: Item;
  readonly edge: Edge;
  readonly path: string;
  /** Whether it ends at a thing, not at the edge of a container that it goes on behind. */
  readonly hasHead: boolean;
  readonly end: readonly [x: number, y: number];
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}

/** What is drawn of an item: folded, and open or closed. */
export interface Opened {
  readonly item: Item;
  readonly inside: OpenLevel | null;
}

export interface OpenLevel {
  readonly items: readonly Opened[];
  readonly edges: readonly Edge[];
}

/** `level` with containers open to `depth`. */
export function opened(level: Level, depth: number, levels: ReadonlyMap<Call, Level>, facts: Facts | null): OpenLevel {
  const { items, edges } = facts === null ? level : folded(level, facts);
  const insideOf = (item: Item): OpenLevel | null => {
    if (item.kind === 'repeat') {
      return { items: item.level.items.map((one) => ({ item: one, inside: insideOf(one) })), edges: item.level.edges };
    }
    if (item.kind !== 'call' || item.call.calls.length === 0 || depth <= 0) return null;
    return opened(levels.get(item.call) as Level, depth - 1, levels, facts);
  };
  return { items: items.map((item) => ({ item, inside: insideOf(item) })), edges };
}

/** How many boxes and lines there are. */
export function extentOf({ items, edges }: OpenLevel): { readonly boxes: number; readonly lines: number } {
  const inside = items.flatMap((one) => (one.inside === null ? [] : [extentOf(one.inside)]));
  const own = items.filter(({ item: { kind } }) => kind !== 'entry' && kind !== 'exit').length;
  return {
    boxes: inside.reduce((n, { boxes }) => n + boxes, own),
    lines: inside.reduce((n, { lines }) => n + lines, edges.length),
  };
}

export const BOX_HEIGHT = 48;
export const HEADER = 30;
const [OPS_HEIGHT, END_HEIGHT, NAME_HEIGHT] = [26, 30, 16];
const [GAP, SIDE] = [26, 16];
/** Lines that would end this near to the middle go straight on. */
const NEARLY = 4;
/** How far below the top of its row a thing stands at most, which is the middle where all are small. */
const LOWEST = 11;
/** How much farther apart two rows are for each pixel that a line between them goes sideways. */
const SLOPE = 0.14;

interface Sized {
  readonly opened: Opened;
  readonly vertex: Vertex;
  readonly inside: Local | null;
  /** Where the lines of each port begin or end, from the middle. */
  readonly inX: readonly number[];
  readonly outX: readonly number[];
}

/** A drawing at the origin. */
interface Local {
  readonly width: number;
  readonly height: number;
  readonly places: readonly { readonly sized: Sized; readonly x: number; readonly y: number }[];
  readonly lines: readonly { readonly edge: Edge; readonly points: readonly Point[] }[];
  readonly entryX: readonly number[];
  readonly exitX: readonly number[];
}

type Point = readonly [x: number, y: number];

/** Places everything; boxes of single layers are `boxWidth` wide. */
export function laidOut(level: OpenLevel, boxWidth: number): Drawing {
  return shifted(local(level, boxWidth, true), 0, 0);
}

function local({ items, edges }: OpenLevel, boxWidth: number, isOutermost: boolean): Local {
  const several = (kind: Item['kind']): boolean => items.filter(({ item }) => item.kind === kind).length > 1;
  const named = { entry: several('entry'), exit: several('exit') };
  const sizes = items.map((one) => sized(one, boxWidth, isOutermost, named));
  const arcs = edges.map(
    ({ from, fromPort, to, toPort }): Arc => ({
      from,
      to,
      fromX: sizes[from]?.outX[fromPort] ?? 0,
      toX: sizes[to]?.inX[toPort] ?? 0,
    }),
  );
  const found = inRows(
    sizes.map(({ vertex }) => vertex),
    arcs,
  );
  const { slots, rows, links, routes } = found;
  const x = placed(found);
  const left = slots.reduce((least, { width }, i) => Math.min(least, (x[i] as number) - width / 2), Infinity);
  const right = slots.reduce((most, { width }, i) => Math.max(most, (x[i] as number) + width / 2), -Infinity);
  const at = (slot: number): number => (x[slot] as number) - Math.floor(left);

  const heights = rows.map((row) => Math.max(0, ...row.map((slot) => sizes[slot]?.vertex.height ?? 0)));
  const spans = rows.map(() => 0);
  for (const { from, to, fromX, toX } of links) {
    const { row } = slots[from] as { row: number };
    spans[row] = Math.max(spans[row] as number, Math.abs(at(from) + fromX - at(to) - toX));
  }
  let y = 0;
  const tops = heights.map((height, r) => {
    const top = y;
    y += height + (r === heights.length - 1 ? 0 : GAP + Math.round(Math.min(40, (spans[r] as number) * SLOPE)));
    return top;
  });
  const top = (slot: number): number => {
    const { row } = slots[slot] as { row: number };
    const room = (heights[row] as number) - (sizes[slot]?.vertex.height ?? 0);
    return (tops[row] as number) + Math.min(Math.floor(room / 2), LOWEST);
  };
  const lines = edges.map((edge, i) => {
    const { fromX, toX } = arcs[i] as Arc;
    const route = routes[i] as readonly number[];
    const last = route.at(-2) as number;
    const beforeEnd = at(last) + (route.length === 2 ? fromX : 0);
    const points = route.flatMap((slot, k): readonly Point[] => {
      const { row } = slots[slot] as { row: number };
      const [above, below] = [tops[row] as number, (tops[row] as number) + (heights[row] as number)];
      if (k === 0)
        return [
          [at(slot) + fromX, top(slot) + (sizes[slot]?.vertex.height ?? 0)],
          [at(slot) + fromX, below],
        ];
      if (k === route.length - 1) {
        const end = Math.abs(beforeEnd - at(slot) - toX) <= NEARLY ? beforeEnd : at(slot) + toX;
        return [
          [end, above],
          [end, top(slot)],
        ];
      }
      return [
        [at(slot), above],
        [at(slot), below],
      ];
    });
    return { edge, points };
  });
  const ends = (kind: Item['kind']): readonly number[] =>
    items.flatMap(({ item }, i) => (item.kind === kind ? [at(i)] : []));
  return {
    width: items.length === 0 ? 0 : even(Math.ceil(right) - Math.floor(left)),
    height: y,
    places: sizes.map((one, i) => ({ sized: one, x: at(i) - one.vertex.width / 2, y: top(i) })),
    lines,
    entryX: ends('entry'),
    exitX: ends('exit'),
  };
}

function sized(
  one: Opened,
  boxWidth: number,
  isOutermost: boolean,
  named: { readonly entry: boolean; readonly exit: boolean },
): Sized {
  const { item, inside } = one;
  const plain = (width: number, height: number, at?: 'first' | 'last'): Sized => ({
    opened: one,
    vertex: { width, height, ...(at !== undefined && { at }) },
    inside: null,
    inX: [],
    outX: [],
  });
  if (inside !== null) {
    const drawn = local(inside, boxWidth, false);
    const width = Math.max(boxWidth, drawn.width) + 2 * SIDE;
    const middle = drawn.width / 2;
    const vertex = { width, height: HEADER + drawn.height };
    const [inX, outX] = [drawn.entryX, drawn.exitX].map((all) => all.map((x) => x - middle)) as [number[], number[]];
    return { opened: one, vertex, inside: drawn, inX, outX };
  }
  if (item.kind === 'entry' || item.kind === 'exit') {
    if (isOutermost) return plain(Math.min(300, even(endWidth(item))), END_HEIGHT);
    const label = oneLine(item.names.join(', '));
    const isNamed = named[item.kind] && label !== '';
    const at = item.kind === 'entry' ? 'first' : 'last';
    return isNamed ? plain(even(Math.min(120, widthOf(label, 11) + 8)), NAME_HEIGHT, at) : plain(0, 0, at);
  }
  if (item.kind === 'box' && item.end !== null) {
    const { kind, shape } = item.words;
    return plain(Math.min(300, even(widthOf(oneLine(kind), 13, true) + widthOf(shape, 11.5) + 48)), END_HEIGHT);
  }
  if (item.kind === 'ops') return plain(even(Math.min(200, Math.max(44, opsWidth(item.ops)))), OPS_HEIGHT);
  return plain(boxWidth, BOX_HEIGHT);
}

function even(width: number): number {
  return 2 * Math.ceil(width / 2);
}

function endWidth(item: Item & { readonly kind: 'entry' | 'exit' }): number {
  return (
    widthOf(oneLine(item.names.join(', ')) || `${item.kind}put`, 13, true) +
    widthOf(shapeText(item.type.shape), 11.5) +
    48
  );
}

function opsWidth(ops: readonly string[]): number {
  return widthOf(oneLine(ops.join(', ')), 12) + 24;
}

/** The drawing with its upper left corner at `left`, `top`. */
function shifted({ width, height, places, lines }: Local, left: number, top: number): Drawing {
  const items = places.map(({ sized: { opened: one } }) => one.item);
  return {
    width,
    height,
    boxes: places.map(({ sized: { opened: one, vertex, inside }, x, y }) => ({
      item: one.item,
      x: left + x,
      y: top + y,
      width: vertex.width,
      height: vertex.height,
      inside: inside === null ? null : shifted(inside, left + x + (vertex.width - inside.width) / 2, top + y + HEADER),
    })),
    lines: lines.map(({ edge, points }) => {
      const all = points.map(([x, y]): Point => [left + x, top + y]);
      return {
        edge,
        from: items[edge.from] as Item,
        to: items[edge.to] as Item,
        path: pathThrough(all),
        hasHead: places[edge.to]?.sized.vertex.at !== 'last',
        end: all.at(-1) as Point,
      };
    }),
  };
}

/** Straight down, and in a curve from one column to another. */
function pathThrough(points: readonly Point[]): string {
  const [[x, y]] = points as readonly [Point];
  let [lastX, lastY] = [x, y];
  let path = `M${x} ${y}`;
  let pending = '';
  for (const [nextX, nextY] of points.slice(1)) {
    if (nextX === lastX) {
      pending = nextY === lastY ? pending : `V${nextY}`;
    } else {
      const middle = (lastY + nextY) / 2;
      path += `${pending}C${lastX} ${middle} ${nextX} ${middle} ${nextX} ${nextY}`;
      pending = '';
    }
    [lastX, lastY] = [nextX, nextY];
  }
  return path + pending;
}
