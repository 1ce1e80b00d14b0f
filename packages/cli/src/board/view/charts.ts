import type { Point, Series } from '@descent/runs/charts';
import type { Along, BoardCurve, RunCurves } from '../protocol.ts';
import { partsOf } from './columns.ts';
import { EVERYTHING, usual } from './outliers.ts';
import { smoothed } from './smoothing.ts';
import { PARTS, type Part, type View } from './view.ts';

/** One curve of a chart, for the values at the pointer. */
export interface Drawn {
  readonly run: string;
  /** The number of its colour. */
  readonly tone: number;
  readonly part: Part;
  readonly points: readonly Point[];
}

/** One number of all chosen runs. */
export interface BoardChart {
  readonly metric: string;
  /** What is to the right, with its unit. */
  readonly along: string;
  readonly isWhole: boolean;
  readonly parts: readonly Part[];
  /** Values that are not drawn, since they are far from all others. */
  readonly outliers: number;
  readonly drawn: readonly Drawn[];
  readonly series: readonly Series[];
}

/** Curves of a run that is chosen. */
export interface ChosenCurves extends RunCurves {
  readonly name: string;
  readonly tone: number;
}

type Look = Pick<View, 'along' | 'smoothing' | 'hidden' | 'hasOutliers'>;

/** A chart for each metric, losses first, then those that most runs have; what would be empty is left out. */
export function chartsOf(runs: readonly ChosenCurves[], look: Look): readonly BoardChart[] {
  const all = runs.flatMap((run) => run.curves.map((curve) => ({ run, curve, name: partsOf(curve.name) })));
  const counts = new Map<string, number>();
  for (const { name } of all) counts.set(name[1], (counts.get(name[1]) ?? 0) + 1);
  const metrics = [...counts.keys()].sort(
    (a, b) => Number(b === 'loss') - Number(a === 'loss') || (counts.get(b) as number) - (counts.get(a) as number),
  );
  // One unit for all charts, so that places under each other are one moment.
  const unit = unitOf(look.along, runs);
  return metrics.flatMap((metric) => {
    const shown = all.filter(({ name: [part, one] }) => one === metric && isShown(part, look));
    const parts = PARTS.filter((part) => shown.some(({ name }) => name[0] === part));
    if (parts.length === 0) return [];
    const curves = shown.map(({ run, curve, name }) => curveOf(run, curve, name[0] as Part, look, unit.seconds));
    const measured = curves.flatMap(({ raw, drawn }) => (raw ?? drawn.points).map(({ y }) => y));
    const { low, high } = look.hasOutliers ? EVERYTHING : usual(measured);
    const isOut = (y: number): boolean => y < low || y > high;
    const inside = (points: readonly Point[]): readonly Point[] =>
      points.map((point) => (isOut(point.y) ? { x: point.x, y: Number.NaN } : point));
    return [
      {
        metric,
        along: unit.name,
        isWhole: look.along !== 'seconds',
        parts,
        outliers: measured.filter(isOut).length,
        drawn: curves.map(({ drawn }) => drawn),
        series: curves.flatMap(({ raw, drawn }) =>
          seriesOf({ ...drawn, points: inside(drawn.points) }, raw && inside(raw), parts.length === 1),
        ),
      },
    ];
  });
}

function isShown(part: string, { hidden }: Look): boolean {
  return PARTS.includes(part as Part) && !hidden.includes(part as Part);
}

interface Curve {
  readonly drawn: Drawn;
  /** As it was measured; null where it is not smoothed. */
  readonly raw: readonly Point[] | null;
}

function curveOf(
  { name: run, tone }: ChosenCurves,
  curve: BoardCurve,
  part: Part,
  { along, smoothing }: Look,
  seconds: number,
): Curve {
  const places = curve[along].map((place) => (along === 'seconds' ? place / seconds : place));
  const values = curve.values.map((value) => value ?? Number.NaN);
  const at = (ys: readonly number[]): readonly Point[] => ys.map((y, i) => ({ x: places[i] as number, y }));
  const smooth = smoothed(
    values.map((value, i) => ({ value, index: curve.index[i] as number })),
    smoothing,
  );
  return { drawn: { run, tone, part, points: at(smooth) }, raw: smoothing > 0 ? at(values) : null };
}

/** Colours repeat after these. */
export const TONE_COUNT = 8;

function seriesOf({ run, tone, part, points }: Drawn, raw: readonly Point[] | null, alone: boolean): readonly Series[] {
  const name = `${run}, ${part}`;
  const look = `c${tone % TONE_COUNT} of-${part}${alone ? ' alone' : ''}`;
  const faint = raw === null ? [] : [{ name, tone: look, points: raw, faint: true }];
  return [...faint, { name, tone: look, points }];
}

function unitOf(along: Along, runs: readonly RunCurves[]): { readonly name: string; readonly seconds: number } {
  if (along !== 'seconds') return { name: along === 'step' ? 'update' : 'epoch', seconds: 1 };
  const ends = runs.flatMap(({ curves }) => curves.map(({ seconds }) => seconds.at(-1) ?? 0));
  const most = Math.max(0, ...ends);
  if (most > 3 * 3600) return { name: 'hours', seconds: 3600 };
  return most > 300 ? { name: 'minutes', seconds: 60 } : { name: 'seconds', seconds: 1 };
}

/** What a chart shows at a place along it. */
export interface Reading {
  readonly drawn: Drawn;
  readonly point: Point;
}

/** What stands at one place along a chart. */
export interface Readings {
  readonly x: number;
  /** The largest value first; curves that have ended before, or not begun, have none. */
  readonly all: readonly Reading[];
}

/** How far from the place the nearest point of a curve may be, as a share of the whole length. */
const REACH = 0.02;

/** The values of all curves at the measured place nearest to `x`, of a chart that is `length` long; null where there is no curve. */
export function readingsAt(drawn: readonly Drawn[], x: number, length: number): Readings | null {
  const found = drawn.flatMap((one) => nearest(one.points, x) ?? []);
  const [place] = found.map((point) => point.x).sort((a, b) => Math.abs(a - x) - Math.abs(b - x));
  if (place === undefined) return null;
  const all = drawn.flatMap((one) => {
    const point = nearest(one.points, place);
    return point === undefined || Math.abs(point.x - place) > length * REACH ? [] : [{ drawn: one, point }];
  });
  return { x: place, all: all.sort((a, b) => height(b) - height(a)) };
}

function height({ point: { y } }: Reading): number {
  return Number.isNaN(y) ? Number.NEGATIVE_INFINITY : y;
}

function nearest(points: readonly Point[], x: number): Point | undefined {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle] as Point).x < x) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [points[low - 1], points[low]];
  if (before === undefined || after === undefined) return before ?? after;
  return x - before.x <= after.x - x ? before : after;
}
