import type { TensorType } from '../ir/op.ts';
import type { Facts } from './facts.ts';
import type { Edge, Item, Level } from './level.ts';

/** The longest block that is looked for, in items. */
const LONGEST_BLOCK = 16;
/** A block is drawn once when it stands there this often and so many layers are left out by that. */
const [FEWEST_TIMES, FEWEST_SAVED] = [3, 8];

/** A block that stands there `count` times, each one behind the one before. */
interface Run {
  readonly count: number;
  /** Items of the first block. */
  readonly first: readonly number[];
  /** Items of the last block. */
  readonly last: readonly number[];
  readonly all: readonly number[];
}

/** `level` with blocks that repeat drawn once. */
export function folded(level: Level, facts: Facts): Level {
  const into = edgesBy(level, 'to');
  const runs = chainsOf(level).flatMap((chain) => runsIn(chain, level, into, facts));
  return runs.length === 0 ? level : withRuns(level, runs);
}

function edgesBy({ items, edges }: Level, end: 'from' | 'to'): readonly (readonly Edge[])[] {
  const by = items.map((): Edge[] => []);
  for (const edge of edges) by[edge[end]]?.push(edge);
  return by;
}

/** Items of which each gives to the next one only. */
function chainsOf(level: Level): readonly (readonly number[])[] {
  const out = edgesBy(level, 'from');
  const isLink = (i: number): boolean => ['call', 'ops'].includes((level.items[i] as Item).kind);
  const seen = new Set<number>();
  return level.items.flatMap((_, start) => {
    const chain: number[] = [];
    for (let at: number | undefined = start; at !== undefined && isLink(at) && !seen.has(at); ) {
      seen.add(at);
      chain.push(at);
      const targets: readonly number[] = [...new Set(out[at]?.map(({ to }) => to))];
      at = targets.length === 1 ? targets[0] : undefined;
    }
    return chain.length < FEWEST_TIMES ? [] : [chain];
  });
}

function runsIn(
  chain: readonly number[],
  { items }: Level,
  into: readonly (readonly Edge[])[],
  facts: Facts,
): readonly Run[] {
  const itemAt = (k: number): Item => items[chain[k] as number] as Item;
  const edgesAt = (k: number): readonly Edge[] => into[chain[k] as number] as readonly Edge[];
  const alike = chain.map((_, k) => facts.likeness(itemAt(k)));
  // What comes from the item in front, and what comes from the side.
  const steps = chain.map((_, k) =>
    edgesAt(k)
      .map(({ from, fromPort, toPort }) => [from === chain[k - 1] ? 'front' : from, fromPort, toPort].join())
      .sort()
      .join(' '),
  );
  const layers = chain.map((_, k) => {
    const item = itemAt(k);
    return item.kind === 'call' ? facts.layers(item.call) : 1;
  });
  const weight = (k: number): number => {
    const item = itemAt(k);
    return item.kind === 'call' ? facts.parameters(item.call) : 0;
  };
  /** Whether the item at `k`, in front of which anything may stand, takes the same as the one at `like`. */
  const startsLike = (k: number, like: number): boolean => {
    const front = edgesAt(like).filter(({ from }) => from === chain[like - 1]);
    const side = edgesAt(like).filter(({ from }) => from !== chain[like - 1]);
    const isSide = (edge: Edge): boolean =>
      side.some((e) => e.from === edge.from && e.fromPort === edge.fromPort && e.toPort === edge.toPort);
    const own = edgesAt(k).filter((edge) => !isSide(edge));
    return (
      own.length === front.length &&
      edgesAt(k).length === edgesAt(like).length &&
      own.every(({ from, toPort }) => from === own[0]?.from && front.some((edge) => edge.toPort === toPort))
    );
  };
  /** The best run of blocks of `size` items that starts at `at`, or a little later. */
  const runAt = (at: number, size: number): { start: number; count: number; saved: number } | null => {
    let equal = 0;
    const isEqual = (k: number): boolean =>
      k + size < chain.length && alike[k] === alike[k + size] && (k === at || steps[k] === steps[k + size]);
    while (isEqual(at + equal)) equal++;
    if (equal + size < FEWEST_TIMES * size) return null;
    const starts = Array.from({ length: size }, (_, i) => at + i).filter((k) => k > at || startsLike(k, k + size));
    const runs = starts.flatMap((start) => {
      const count = Math.floor((equal + size - (start - at)) / size);
      const each = layers.slice(start, start + size).reduce((a, b) => a + b, 0);
      const saved = (count - 1) * each;
      return count < FEWEST_TIMES || saved < FEWEST_SAVED ? [] : [{ start, count, saved }];
    });
    // A block begins with the layer that has the most to it.
    return runs.sort((a, b) => weight(b.start) - weight(a.start) || a.start - b.start)[0] ?? null;
  };
  const runs: Run[] = [];
  for (let at = 0; at < chain.length; ) {
    const found = Array.from({ length: LONGEST_BLOCK }, (_, i) => ({ size: i + 1, run: runAt(at, i + 1) }))
      .flatMap(({ size, run }) => (run === null ? [] : [{ size, ...run }]))
      .reduce<{ size: number; start: number; count: number; saved: number } | null>(
        (best, run) => (best === null || run.saved > best.saved ? run : best),
        null,
      );
    if (found === null) {
      at++;
      continue;
    }
    const { start, size, count } = found;
    at = start + size * count;
    const all = chain.slice(start, at);
    runs.push({ count, first: all.slice(0, size), last: all.slice(-size), all });
  }
  return runs;
}

function withRuns({ items, edges }: Level, runs: readonly Run[]): Level {
  const runOf = new Map(runs.flatMap((run) => run.all.map((i) => [i, run] as const)));
  const blocks = new Map(runs.map((run) => [run, blockOf(run, items, edges)]));
  const after: Item[] = [];
  const places = new Map<number, number>();
  for (const [i, item] of items.entries()) {
    const run = runOf.get(i);
    if (run !== undefined && i !== run.first[0]) continue;
    const place = after.push(run === undefined ? item : (blocks.get(run) as Block).item) - 1;
    for (const member of run?.all ?? [i]) places.set(member, place);
  }
  const kept = edges.flatMap((edge): Edge[] => {
    const [fromRun, toRun] = [runOf.get(edge.from), runOf.get(edge.to)];
    // All blocks take the same from the side: it is drawn at the first.
    const isInside = fromRun !== undefined && fromRun === toRun;
    if (isInside || (toRun !== undefined && !toRun.first.includes(edge.to))) return [];
    const [from, to] = [places.get(edge.from) as number, places.get(edge.to) as number];
    const fromPort = fromRun === undefined ? edge.fromPort : (blocks.get(fromRun) as Block).exit(edge);
    const toPort = toRun === undefined ? edge.toPort : (blocks.get(toRun) as Block).entry(edge);
    return [{ ...edge, from, fromPort, to, toPort }];
  });
  return { items: after, edges: kept };
}

interface Block {
  readonly item: Item;
  /** The port of the block's item that an edge to its first block leads to, and that one from its last block comes from. */
  entry(edge: Edge): number;
  exit(edge: Edge): number;
}

function blockOf({ first, last, all, count }: Run, items: readonly Item[], edges: readonly Edge[]): Block {
  const block = first.map((i) => items[i] as Item);
  const head = block[0] as Item;
  if (block.length === 1 && head.kind === 'call') {
    return { item: { ...head, count }, entry: ({ toPort }) => toPort, exit: ({ fromPort }) => fromPort };
  }
  const own = new Set(all);
  const isOutside = (i: number): boolean => !own.has(i);
  const inward = edges.filter(({ from, to }) => isOutside(from) && first.includes(to));
  const outward = edges.filter(({ from, to }) => last.includes(from) && isOutside(to));
  const inKey = ({ from, fromPort }: Edge): string => `${from} ${fromPort}`;
  const outKey = ({ from, fromPort }: Edge): string => `${last.indexOf(from)} ${fromPort}`;
  const entries = [...new Map(inward.map((edge) => [inKey(edge), edge]))];
  const exits = [...new Map(outward.map((edge) => [outKey(edge), edge]))];
  const entry = (edge: Edge): number => entries.findIndex(([key]) => key === inKey(edge));
  const exit = (edge: Edge): number => exits.findIndex(([key]) => key === outKey(edge));
  const at = (i: number): number => entries.length + i;
  const end = (kind: 'entry' | 'exit', i: number, { type }: Edge): Item => {
    return { kind, key: `${head.key}:${kind} of ${count}, ${i}`, names: [], type: type as TensorType };
  };
  const level: Level = {
    items: [
      ...entries.map(([, edge], i) => end('entry', i, edge)),
      ...block,
      ...exits.map(([, edge], i) => end('exit', i, edge)),
    ],
    edges: [
      ...inward.map((edge) => ({ ...edge, from: entry(edge), fromPort: 0, to: at(first.indexOf(edge.to)) })),
      ...edges.flatMap((edge) =>
        first.includes(edge.from) && first.includes(edge.to)
          ? [{ ...edge, from: at(first.indexOf(edge.from)), to: at(first.indexOf(edge.to)) }]
          : [],
      ),
      ...exits.map(([, edge], i) => ({
        ...edge,
        from: at(last.indexOf(edge.from)),
        to: at(block.length + i),
        toPort: 0,
      })),
    ],
  };
  return { item: { kind: 'repeat', key: `${head.key} × ${count}`, count, level }, entry, exit };
}
