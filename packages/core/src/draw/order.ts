/** What a layout knows of a thing: how much room it takes. */
export interface Vertex {
  readonly width: number;
  readonly height: number;
  /** Whether it stands in a row with its like at the very top or bottom. Default: where what it takes, or what takes it, is near. */
  readonly at?: 'first' | 'last';
}

/** From one vertex to another; `fromX` and `toX` say where, seen from the middle of each. */
export interface Arc {
  readonly from: number;
  readonly to: number;
  readonly fromX: number;
  readonly toX: number;
}

/** A place in a row: a vertex, or the way of an arc past the row. */
export interface Slot {
  /** -1 for a way. */
  readonly vertex: number;
  readonly row: number;
  readonly width: number;
}

/** From a slot to one in the next row. */
export interface Link {
  readonly from: number;
  readonly to: number;
  readonly fromX: number;
  readonly toX: number;
}

/** Slots in rows, from top to bottom and left to right, and for each arc the slots on its way. */
export interface Rows {
  readonly slots: readonly Slot[];
  readonly rows: readonly (readonly number[])[];
  readonly links: readonly Link[];
  readonly routes: readonly (readonly number[])[];
}

const WAY = 12;
const SWEEPS = 6;

/** Gives each vertex a row below all that lead to it, and orders rows so that few arcs cross (Sugiyama et al. 1981). */
export function inRows(vertices: readonly Vertex[], arcs: readonly Arc[]): Rows {
  const rowOf = rowsOf(vertices, arcs);
  const slots: Slot[] = vertices.map(({ width }, vertex) => ({ vertex, row: rowOf[vertex] as number, width }));
  const links = new Map<string, Link>();
  const ways = new Map<string, number>();
  const routes = arcs.map(({ from, to, fromX, toX }) => {
    const route = [from];
    const [first, last] = [rowOf[from] as number, rowOf[to] as number];
    for (let row = first + 1; row < last; row++) {
      // Arcs of one output go one way as long as they can.
      const key = `${from} ${fromX} ${row}`;
      const way = ways.get(key) ?? slots.push({ vertex: -1, row, width: WAY }) - 1;
      ways.set(key, way);
      route.push(way);
    }
    route.push(to);
    for (const [i, next] of route.entries()) {
      if (i === 0) continue;
      const before = route[i - 1] as number;
      const link = { from: before, to: next, fromX: i === 1 ? fromX : 0, toX: i === route.length - 1 ? toX : 0 };
      links.set(`${before} ${next} ${link.fromX} ${link.toX}`, link);
    }
    return route;
  });
  const count = 1 + slots.reduce((most, { row }) => Math.max(most, row), -1);
  const rows = Array.from({ length: count }, (): number[] => []);
  for (const [i, { row }] of slots.entries()) rows[row]?.push(i);
  const all = [...links.values()];
  return { slots, rows: untangled(rows, all), links: all, routes };
}

/** The length of the longest way to each vertex; what nothing leads to stands right above what it leads to. */
function rowsOf(vertices: readonly Vertex[], arcs: readonly Arc[]): readonly number[] {
  const out = vertices.map((): number[] => []);
  const open = vertices.map(() => 0);
  for (const { from, to } of arcs) {
    out[from]?.push(to);
    open[to] = (open[to] as number) + 1;
  }
  const isSource = open.map((n) => n === 0);
  const top: number = vertices.some(({ at }) => at === 'first') ? 1 : 0;
  const rows = vertices.map(({ at }) => (at === 'first' ? 0 : top));
  const ready = vertices.flatMap((_, i) => (isSource[i] ? [i] : []));
  for (const from of ready) {
    for (const to of out[from] as readonly number[]) {
      rows[to] = Math.max(rows[to] as number, (rows[from] as number) + 1);
      open[to] = (open[to] as number) - 1;
      if (open[to] === 0) ready.push(to);
    }
  }
  for (const [i, targets] of out.entries()) {
    if (!isSource[i] || vertices[i]?.at !== undefined || targets.length === 0) continue;
    rows[i] = Math.min(...targets.map((to) => rows[to] as number)) - 1;
  }
  const bottom = 1 + rows.reduce((most, row, i) => (vertices[i]?.at === 'last' ? most : Math.max(most, row)), -1);
  return rows.map((row, i) => (vertices[i]?.at === 'last' ? bottom : row));
}

/** Where a link ends: in a slot, and `x` from its middle. */
interface End {
  readonly slot: number;
  readonly x: number;
}

/** The number of the slot in its row, and the ends in one slot from left to right. */
function placeOf({ slot, x }: End, places: ReadonlyMap<number, number>): number {
  return (places.get(slot) as number) + x * 1e-6;
}

/** The rows in an order in which fewer links cross, by the means of what each slot is joined to. */
function untangled(rows: readonly (readonly number[])[], links: readonly Link[]): readonly (readonly number[])[] {
  if (rows.every((row) => row.length < 2)) return rows;
  const above = new Map<number, End[]>();
  const below = new Map<number, End[]>();
  const push = (map: Map<number, End[]>, key: number, value: End): void => {
    const known = map.get(key);
    if (known === undefined) map.set(key, [value]);
    else known.push(value);
  };
  for (const { from, to, fromX, toX } of links) {
    push(above, to, { slot: from, x: fromX });
    push(below, from, { slot: to, x: toX });
  }
  const rowOf = new Map(rows.flatMap((row, r) => row.map((slot) => [slot, r] as const)));
  const byRow = rows.map((): Link[] => []);
  for (const link of links) byRow[rowOf.get(link.from) as number]?.push(link);
  let now = rows.map((row) => [...row]);
  let best = now;
  let fewest = crossings(now, byRow);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const isDown = sweep % 2 === 0;
    const sorted: number[][] = [];
    let beside: ReadonlyMap<number, number> = new Map();
    for (const row of isDown ? now : now.toReversed()) {
      const joined = isDown ? above : below;
      const keys = new Map(
        row.map((slot, i) => {
          const places = (joined.get(slot) ?? []).map((other) => placeOf(other, beside));
          return [slot, places.length === 0 ? i : places.reduce((a, b) => a + b, 0) / places.length];
        }),
      );
      const order = [...row].sort((a, b) => (keys.get(a) as number) - (keys.get(b) as number));
      beside = new Map(order.map((slot, i) => [slot, i]));
      sorted.push(order);
    }
    now = isDown ? sorted : sorted.toReversed();
    const count = crossings(now, byRow);
    if (count < fewest) [best, fewest] = [now, count];
  }
  return best;
}

function crossings(rows: readonly (readonly number[])[], byRow: readonly (readonly Link[])[]): number {
  const place = new Map(rows.flatMap((row) => row.map((slot, i) => [slot, i] as const)));
  return byRow.reduce((sum, links) => {
    const ends = links.map(
      ({ from, to, fromX, toX }) =>
        [placeOf({ slot: from, x: fromX }, place), placeOf({ slot: to, x: toX }, place)] as const,
    );
    return (
      sum + ends.reduce((n, [a, b], i) => n + ends.slice(i + 1).filter(([c, d]) => (a - c) * (b - d) < 0).length, 0)
    );
  }, 0);
}
