import { scaleLinear, scaleLog } from 'd3-scale';
import { decimal, shortened } from '../report/page/format.ts';
import type { SearchedParameter } from './search-page.ts';

/** Where the values of a parameter lie between two places, with labels of some of them. */
export interface ParameterScale {
  readonly at: (value: number) => number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

/** `most`: characters of a label. */
export function parameterScale(parameter: SearchedParameter, from: number, to: number, most: number): ParameterScale {
  if (parameter.kind === 'choice') {
    const { values } = parameter;
    const step = (to - from) / values.length;
    const at = (position: number): number => from + (position + 0.5) * step;
    return { at, ticks: values.map((value, i) => ({ at: at(i), label: shortened(value, most) })) };
  }
  const { low, high, log, few } = parameter;
  const scale = (log ? scaleLog() : scaleLinear()).domain([low, high]).range([from, to]);
  const at = (value: number): number => scale(value);
  if (few !== undefined)
    return { at, ticks: few.map((value) => ({ at: scale(value), label: shownParameter(parameter, value) })) };
  const label = log ? scale.tickFormat(4, '~g') : scale.tickFormat(4);
  const ticks = scale
    .ticks(4)
    .filter((tick) => label(tick) !== '')
    .map((tick) => ({ at: scale(tick), label: label(tick) }));
  // A narrow logarithmic range may have no power of ten in it.
  const ends = [low, high].map((end) => ({ at: scale(end), label: String(Number(end.toPrecision(2))) }));
  return { at, ticks: ticks.length < 2 ? ends : ticks };
}

/** A value for people. */
export function shownParameter(parameter: SearchedParameter, value: number): string {
  if (parameter.kind === 'choice') return parameter.values[value] ?? '';
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

export function shownResult(value: number | null, status: string): string {
  return value === null ? status : decimal(value);
}
