import { texts } from './messages.ts';
import { formatPosition, formatValue } from './numbers.ts';
import type { NumberStyle } from './scales.ts';
import { dashOf, lengthOf, nearest, type Series, xAt, yAt } from './series.ts';
import { Swatch } from './swatch.tsx';

/** The curves by name, each with its value at `position`, or its last one. A value that stands elsewhere says where. */
export function Legend(props: {
  readonly series: readonly Series[];
  readonly position: number | null;
  readonly style: NumberStyle;
  readonly tag: string;
}) {
  const { series, position, style, tag } = props;
  const listed = series.filter(({ unlisted }) => unlisted !== true);
  return (
    <ul class="chart-legend">
      {listed.map((one) => (
        <li key={one.name} class={`tone-${one.tone}`}>
          <Swatch dash={dashOf(one)} faint={one.faint ?? false} />
          <span class="chart-name">{one.name}</span>
          <output class="chart-value" aria-live="off">
            {reading(one, position, style, tag)}
          </output>
        </li>
      ))}
    </ul>
  );
}

/** What a curve says at a position, in words. */
export function reading(series: Series, position: number | null, style: NumberStyle, tag: string): string {
  const index = position === null ? lengthOf(series) - 1 : nearest(series, position);
  if (index < 0) return '–';
  const value = formatValue(yAt(series, index), tag, style);
  const at = xAt(series, index);
  return position === null || at === position ? value : `${value} (${texts().at(formatPosition(at, tag))})`;
}
