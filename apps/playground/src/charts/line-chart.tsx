import { useId, useMemo, useState } from 'preact/hooks';
import { LANGUAGE_NAMES, language } from '../i18n/language.ts';
import './charts.css';
import { Legend, reading } from './legend.tsx';
import { texts } from './messages.ts';
import { formatPosition, formatValue } from './numbers.ts';
import { useOnceAFrame } from './once-a-frame.ts';
import { canShow, type Frame, type Mark, Plot, type Shade } from './plot.tsx';
import { PointsTable } from './points-table.tsx';
import { extent, makeScale, type NumberStyle, type Range, type ScaleKind, ticksOf } from './scales.ts';
import { lengthOf, nearest, nearestPosition, type Series, xAt, yAt } from './series.ts';
import { useWidth } from './width.ts';

export interface Axis {
  /** What it counts or measures, with the unit. */
  readonly title: string;
  /** Default: linear. */
  readonly scale?: ScaleKind;
  /** Whether the reader may change the scale. */
  readonly choice?: boolean;
  /** Left out: what the curves fill. */
  readonly domain?: Range;
  /** Whole numbers only, such as epochs. */
  readonly whole?: boolean;
  readonly style?: NumberStyle;
}

export interface LineChartProps {
  /** What the chart shows; its heading, and its name for screen readers. */
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Told apart by their names. */
  readonly series: readonly Series[];
  readonly marks?: readonly Mark[];
  /** Two curves whose gap is shaded. */
  readonly shade?: Shade;
  /** Of the drawing, in pixels; it never changes while curves grow. Default: 260. */
  readonly height?: number;
  /** Instead of curves, where there are none yet. */
  readonly empty?: string;
}

/** Widths from which curves have their names at their ends, and the room for these. */
const DIRECT_FROM = 520;
const DIRECT_ROOM = 128;

/**
 * Curves over a common axis. They may grow while they are shown: what changes is drawn at most once a frame, thinned to what pixels can show.
 * Values are read by pointer, touch and keyboard.
 */
export function LineChart(props: LineChartProps) {
  const shown = useOnceAFrame(props);
  return useMemo(() => <Chart {...shown} />, [shown]);
}

function Chart({ title, x, y, series, marks = [], shade, height = 260, empty }: LineChartProps) {
  const t = texts();
  const { tag } = LANGUAGE_NAMES[language.value];
  const id = useId();
  const [box, width] = useWidth<HTMLDivElement>(640);
  const [position, setPosition] = useState<number | null>(null);
  const [chosen, choose] = useState<ScaleKind | null>(null);
  const [hasTable, setHasTable] = useState(false);
  const xKind = x.scale ?? 'linear';
  const yKind = chosen ?? y.scale ?? 'linear';
  const isEmpty = series.every((one) => lengthOf(one) === 0);
  const direct = width >= DIRECT_FROM && series.filter(({ faint }) => !faint).length > 1;
  const frame: Frame = { left: 52, right: width - (direct ? DIRECT_ROOM : 20), top: 24, bottom: height - 40 };
  const xScale = makeScale(xKind, x.domain ?? extent(series, 'x', xKind), [frame.left, frame.right], false);
  const yDomain = y.domain ?? extent(series, 'y', yKind);
  const yScale = makeScale(yKind, yDomain, [frame.bottom, frame.top], y.domain === undefined);
  const xTicks = ticksOf(xScale, { kind: xKind, count: Math.max(2, Math.floor(width / 90)), tag, ...x });
  const yTicks = ticksOf(yScale, { kind: yKind, count: Math.max(3, Math.floor(height / 50)), tag, ...y });
  const at = position === null ? null : nearestPosition(series, position);
  const style = y.style ?? 'number';
  const lost = hiddenPoints(series, yKind);
  const follow = (event: PointerEvent): void => {
    const left = (event.currentTarget as HTMLElement).getBoundingClientRect().left;
    setPosition(xScale.invert(Math.min(Math.max(event.clientX - left, frame.left), frame.right)));
  };
  return (
    <figure class="chart" aria-label={title}>
      <figcaption>
        <span class="chart-title">{title}</span>
        {y.choice === true ? (
          <fieldset class="segments" aria-label={t.scaleOf(y.title)}>
            {(['linear', 'log'] as const).map((kind) => (
              <button key={kind} type="button" aria-pressed={kind === yKind} onClick={() => choose(kind)}>
                {kind === 'log' ? t.logarithmic : t.linear}
              </button>
            ))}
          </fieldset>
        ) : null}
      </figcaption>
      <p class="visually-hidden">{isEmpty ? t.empty : series.map((one) => summary(one, style, tag)).join(' ')}</p>
      <div
        ref={box}
        class="chart-plot"
        style={{ height: `${height}px` }}
        onPointerMove={follow}
        onPointerDown={follow}
        onPointerLeave={() => setPosition(null)}
      >
        <Plot
          id={id}
          width={width}
          height={height}
          frame={frame}
          x={{ kind: xKind, scale: xScale, ticks: xTicks, title: x.title }}
          y={{ kind: yKind, scale: yScale, ticks: yTicks, title: y.title }}
          series={series}
          marks={marks}
          shade={shade ?? null}
          direct={direct}
          position={at}
        />
        {isEmpty ? <p class="chart-empty">{empty ?? t.empty}</p> : null}
        {isEmpty ? null : (
          <PositionInput
            title={title}
            axis={x.title}
            series={series}
            position={at}
            style={style}
            tag={tag}
            onChange={setPosition}
          />
        )}
      </div>
      <div class="chart-foot">
        <span class="chart-position">{at === null ? '' : `${x.title} ${formatPosition(at, tag)}`}</span>
        <button
          type="button"
          class="button quiet small"
          aria-expanded={hasTable}
          disabled={isEmpty}
          onClick={() => setHasTable(!hasTable)}
        >
          {hasTable ? t.hideTable : t.showTable}
        </button>
      </div>
      <Legend series={series} position={at} style={style} tag={tag} />
      {lost > 0 ? <p class="small soft">{t.notDrawn(lost)}</p> : null}
      {hasTable ? <PointsTable title={title} axis={x.title} series={series} style={style} tag={tag} /> : null}
    </figure>
  );
}

/** Moves the cursor by keyboard along the curve with the most points, and says what stands there. It is seen as the chart's frame of focus. */
function PositionInput(props: {
  readonly title: string;
  readonly axis: string;
  readonly series: readonly Series[];
  readonly position: number | null;
  readonly style: NumberStyle;
  readonly tag: string;
  readonly onChange: (position: number | null) => void;
}) {
  const { title, axis, series, position, style, tag, onChange } = props;
  const longest = series.reduce((a, b) => (lengthOf(b) > lengthOf(a) ? b : a));
  const last = lengthOf(longest) - 1;
  const index = position === null ? last : nearest(longest, position);
  const listed = series.filter(({ unlisted }) => unlisted !== true);
  const values = listed.map((one) => texts().value(one.name, reading(one, xAt(longest, index), style, tag))).join(', ');
  return (
    <input
      class="chart-input"
      type="range"
      min={0}
      max={last}
      step={1}
      value={index}
      aria-label={texts().position(title)}
      aria-valuetext={texts().reading(axis, formatPosition(xAt(longest, index), tag), values)}
      onInput={({ currentTarget }) => onChange(xAt(longest, Number(currentTarget.value)))}
      onBlur={() => onChange(null)}
    />
  );
}

function summary(series: Series, style: NumberStyle, tag: string): string {
  const length = lengthOf(series);
  if (length === 0) return texts().none(series.name);
  let lowest = 0;
  for (let i = 1; i < length; i++) if (!(yAt(series, i) >= yAt(series, lowest))) lowest = i;
  const value = (index: number): string => formatValue(yAt(series, index), tag, style);
  return texts().summary(
    series.name,
    value(0),
    value(length - 1),
    value(lowest),
    formatPosition(xAt(series, lowest), tag),
  );
}

/** Values that the scale has no place for; those at the logarithm of zero or below are none of its numbers. */
function hiddenPoints(list: readonly Series[], kind: ScaleKind): number {
  let count = 0;
  for (const series of list) {
    const length = lengthOf(series);
    for (let i = 0; i < length; i++) if (!canShow(kind, yAt(series, i))) count++;
  }
  return count;
}
