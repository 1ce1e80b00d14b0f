import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale';
import { lengthOf, type Series, xAt, yAt } from './series.ts';

export type ScaleKind = 'linear' | 'log';
export type NumberStyle = 'number' | 'percent';
export type Range = readonly [number, number];

/** From numbers to pixels. */
export type Scale = ScaleContinuousNumeric<number, number>;

/** Smallest and largest number of the curves that the scale can show; a logarithmic one shows none at or below zero. `null` where there is none. */
export function extent(list: readonly Series[], axis: 'x' | 'y', kind: ScaleKind): Range | null {
  const read = axis === 'x' ? xAt : yAt;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const series of list) {
    const length = lengthOf(series);
    for (let i = 0; i < length; i++) {
      const value = read(series, i);
      if (!Number.isFinite(value) || (kind === 'log' && value <= 0)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : null;
}

/** A scale from the numbers in `domain` to pixels in `range`; `round` widens it to round numbers. One number alone stands in the middle. */
export function makeScale(kind: ScaleKind, domain: Range | null, range: Range, round: boolean): Scale {
  const [low, high] = widened(kind, domain ?? (kind === 'log' ? [0.1, 1] : [0, 1]));
  if (kind === 'log') return scaleLog(round ? [roundDown(low), roundUp(high)] : [low, high], [...range]);
  const scale = scaleLinear([low, high], [...range]);
  return round ? scale.nice() : scale;
}

/** Ends of a logarithmic scale: whole decades, as d3 has them, would leave much of the drawing empty. */
const ROUND = [1, 2, 5, 10] as const;

function roundUp(value: number): number {
  const { decade, share } = inDecade(value);
  return decade(ROUND.find((round) => round >= share * (1 - 1e-12)) ?? 10);
}

function roundDown(value: number): number {
  const { decade, share } = inDecade(value);
  return decade(ROUND.findLast((round) => round <= share * (1 + 1e-12)) ?? 1);
}

/** A number as a share, from 1 to 10, of a power of ten. */
function inDecade(value: number): { readonly decade: (share: number) => number; readonly share: number } {
  const power = Math.floor(Math.log10(value));
  const decade = (share: number): number => Number(`${share}e${power}`);
  return { decade, share: value / decade(1) };
}

function widened(kind: ScaleKind, [low, high]: Range): Range {
  if (low < high) return [low, high];
  if (kind === 'log') return [low / 2, low * 2];
  const half = Math.abs(low) / 2 || 0.5;
  return [low - half, low + half];
}

/** The same as calling the scale, without its checks at every call: tens of thousands of points are placed in each frame. */
export function placing(kind: ScaleKind, scale: Scale): (value: number) => number {
  const [from, to] = scale.domain() as [number, number];
  const [start, end] = scale.range() as [number, number];
  const curve = kind === 'log' ? Math.log : (value: number) => value;
  const factor = (end - start) / (curve(to) - curve(from));
  return (value) => start + (curve(value) - curve(from)) * factor;
}

export interface Tick {
  readonly value: number;
  readonly place: number;
  readonly label: string;
}

export interface TickOptions {
  readonly kind: ScaleKind;
  /** About how many. */
  readonly count: number;
  /** Such as `en`. */
  readonly tag: string;
  readonly style?: NumberStyle;
  /** Whole numbers only, such as epochs. */
  readonly whole?: boolean;
}

/** Round numbers of a scale, with their places and labels; of the many of a logarithmic scale only those that have room. */
export function ticksOf(scale: Scale, options: TickOptions): readonly Tick[] {
  const { kind, count, whole = false } = options;
  const all = scale.ticks(count).filter((value) => !whole || Number.isInteger(value));
  const values = kind === 'log' ? labelled(scale, all, count) : all;
  const label = labeller(values, options);
  return values.map((value) => ({ value, place: scale(value), label: label(value) }));
}

/** d3 leaves the label of a tick empty where it would stand too near to others. */
function labelled(scale: Scale, ticks: readonly number[], count: number): readonly number[] {
  if (ticks.length <= count + 1) return ticks;
  const label = scale.tickFormat(count, '~g');
  const some = ticks.filter((tick) => label(tick) !== '');
  return some.length >= 2 ? some : ticks;
}

function labeller(values: readonly number[], { kind, tag, style = 'number' }: TickOptions): (value: number) => string {
  const largest = Math.max(...values.map(Math.abs));
  const smallest = Math.min(...values.filter((value) => value !== 0).map(Math.abs));
  const percent = style === 'percent' ? ({ style: 'percent' } as const) : {};
  const wide = values.length > 0 && (largest >= 1e6 || smallest < 1e-4);
  if (wide) return formatterOf(tag, { notation: 'scientific', maximumSignificantDigits: 3, ...percent });
  if (kind === 'log') return formatterOf(tag, { maximumSignificantDigits: 3, ...percent });
  const step = values.length < 2 ? Math.abs(values[0] ?? 1) || 1 : (values[1] as number) - (values[0] as number);
  const shown = style === 'percent' ? step * 100 : step;
  const digits = Math.min(10, Math.max(0, -Math.floor(Math.log10(shown) + 1e-9)));
  return formatterOf(tag, { minimumFractionDigits: digits, maximumFractionDigits: digits, ...percent });
}

function formatterOf(tag: string, options: Intl.NumberFormatOptions): (value: number) => string {
  const format = new Intl.NumberFormat(tag, options);
  return (value) => format.format(value).replace('-', '−');
}
