import { texts } from './messages.ts';
import { formatPosition, formatValue } from './numbers.ts';
import type { NumberStyle } from './scales.ts';
import { lengthOf, nearest, type Series, spaced, xAt, yAt } from './series.ts';

const ROWS = 60;

/** The curves as a table: positions of the curve with the most points, evenly chosen where there are many, and all values at just these. */
export function PointsTable(props: {
  readonly title: string;
  readonly axis: string;
  readonly series: readonly Series[];
  readonly style: NumberStyle;
  readonly tag: string;
}) {
  const { title, axis, series, style, tag } = props;
  const positions = allPositions(series);
  const rows = spaced(positions.length, ROWS).map((index) => positions[index] as number);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="chart-table" tabIndex={0} aria-label={title}>
      <table>
        <caption>{texts().tableOf(title, rows.length, positions.length)}</caption>
        <thead>
          <tr>
            <th scope="col">{axis}</th>
            {series.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((position) => (
            <tr key={position}>
              <th scope="row">{formatPosition(position, tag)}</th>
              {series.map((one) => (
                <td key={one.name}>{valueAt(one, position, style, tag)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function allPositions(series: readonly Series[]): readonly number[] {
  const all = new Set(series.flatMap((one) => Array.from({ length: lengthOf(one) }, (_, i) => xAt(one, i))));
  return [...all].sort((a, b) => a - b);
}

function valueAt(series: Series, position: number, style: NumberStyle, tag: string): string {
  const index = nearest(series, position);
  return index < 0 || xAt(series, index) !== position ? '' : formatValue(yAt(series, index), tag, style);
}
