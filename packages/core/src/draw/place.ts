import type { Link, Rows, Slot } from './order.ts';

/** Between two things in a row, and between a thing and a line. */
const [APART, PAST] = [28, 12];
const ROUNDS = 20;
/** Lines give way to things. */
const LIGHT = 1e-4;

/** The middle of each slot, so that as much as possible stands straight below what leads to it, and nothing on anything else. */
export function placed({ slots, rows, links }: Rows): readonly number[] {
  const above = slots.map((): Link[] => []);
  const below = slots.map((): Link[] => []);
  for (const link of links) {
    above[link.to]?.push(link);
    below[link.from]?.push(link);
  }
  const x = slots.map(() => 0);
  const isThing = (slot: number): boolean => (slots[slot] as Slot).vertex >= 0;
  const wanted = (slot: number, isDown: boolean): number => {
    const all = (isDown ? above : below)[slot] as readonly Link[];
    const other = (link: Link): number => (isDown ? link.from : link.to);
    // A thing stands by its neighbours, and ways past rows only matter where it has none; a way goes straight on, wherever it begins and ends.
    const near = all.filter((link) => isThing(other(link)) === isThing(slot));
    const places = (near.length === 0 && isThing(slot) ? all : near).map((link) => {
      // Things stand middle below middle, wherever in them a line begins: containers whose lines leave on one side would else go down like stairs.
      const [own, its] =
        isThing(slot) && isThing(other(link)) ? [0, 0] : isDown ? [link.toX, link.fromX] : [link.fromX, link.toX];
      return (x[other(link)] as number) + its - own;
    });
    return places.length === 0 ? (x[slot] as number) : places.reduce((a, b) => a + b, 0) / places.length;
  };
  for (let round = 0; round <= 2 * ROUNDS; round++) {
    const isDown = round % 2 === 0;
    for (const row of isDown ? rows : rows.toReversed()) {
      const found = spread(
        row.map((slot) => wanted(slot, isDown)),
        row.map((slot) => (isThing(slot) ? 1 : LIGHT)),
        row.map((slot, i) => (i === 0 ? 0 : distance(slots[row[i - 1] as number] as Slot, slots[slot] as Slot))),
      );
      for (const [i, slot] of row.entries()) x[slot] = found[i] as number;
    }
  }
  return x.map(Math.round);
}

function distance(a: Slot, b: Slot): number {
  return (a.width + b.width) / 2 + (a.vertex >= 0 && b.vertex >= 0 ? APART : PAST);
}

/**
 * The places nearest to those wanted, in their order and at least `apart` from the one before: least squares with weights, by joining neighbours that
 * would overlap (isotonic regression).
 */
function spread(wanted: readonly number[], weights: readonly number[], apart: readonly number[]): readonly number[] {
  interface Group {
    readonly weight: number;
    readonly mean: number;
    readonly count: number;
  }
  let offset = 0;
  const offsets = apart.map((gap) => (offset += gap));
  const groups: Group[] = [];
  for (const [i, at] of wanted.entries()) {
    let last: Group = { weight: weights[i] as number, mean: at - (offsets[i] as number), count: 1 };
    for (let before = groups.at(-1); before !== undefined && before.mean > last.mean; before = groups.at(-1)) {
      groups.pop();
      const weight = before.weight + last.weight;
      const mean = (before.mean * before.weight + last.mean * last.weight) / weight;
      last = { weight, mean, count: before.count + last.count };
    }
    groups.push(last);
  }
  return groups
    .flatMap(({ mean, count }) => Array.from({ length: count }, () => mean))
    .map((u, i) => u + (offsets[i] as number));
}
