import { area, line } from 'd3-shape';
import { placing, type Scale, type ScaleKind, type Tick } from './scales.ts';
import { dashOf, lengthOf, nearest, type Series, xAt, yAt } from './series.ts';
import { spread } from './spread.ts';
import { thin } from './thin.ts';

export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A moment that all curves share, such as a change of the engine. */
export interface Mark {
  readonly x: number;
  readonly label: string;
}

/** Two curves with a gap between them that counts. */
export type Shade = readonly [one: Series, other: Series];

interface PlotAxis {
  readonly kind: ScaleKind;
  readonly scale: Scale;
  readonly ticks: readonly Tick[];
  readonly title: string;
}

/** Characters of a label. */
const LABEL_ROOM = 15;
const LINE_HEIGHT = 16;

/** The drawing of a line chart; what it says stands in words beside it, so screen readers pass over it. */
export function Plot(props: {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly frame: Frame;
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  readonly series: readonly Series[];
  readonly marks: readonly Mark[];
  readonly shade: Shade | null;
  readonly direct: boolean;
  readonly position: number | null;
}) {
  const { id, width, height, frame, x, y, series, marks, shade, direct, position } = props;
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <clipPath id={id}>
        <rect
          x={frame.left - 1}
          y={frame.top - 3}
          width={Math.max(0, frame.right - frame.left + 2)}
          height={frame.bottom - frame.top + 6}
        />
      </clipPath>
      <Axes frame={frame} height={height} x={x} y={y} />
      <g class="chart-marks">
        {marks.map(({ x: at, label }) => (
          <g key={`${at} ${label}`} transform={`translate(${round(x.scale(at))} 0)`}>
            <line y1={frame.top} y2={frame.bottom} />
            <text y={frame.top + 10} dx="4">
              {label}
            </text>
          </g>
        ))}
      </g>
      <g clip-path={`url(#${id})`}>
        {shade === null ? null : <Between shade={shade} x={x} y={y} />}
        {series.map((one) => (
          <Curve key={one.name} series={one} x={x} y={y} top={frame.top} />
        ))}
      </g>
      {direct ? <EndLabels frame={frame} x={x} y={y} series={series} /> : null}
      {position === null ? null : <Cursor frame={frame} x={x} y={y} series={series} position={position} />}
    </svg>
  );
}

function Axes({ frame, height, x, y }: { frame: Frame; height: number; x: PlotAxis; y: PlotAxis }) {
  return (
    <g class="chart-axes">
      {y.ticks.map(({ value, place, label }) => (
        <g key={value} transform={`translate(0 ${round(place)})`}>
          <line class="grid" x1={frame.left} x2={frame.right} />
          <text x={frame.left - 8} dy="0.32em" text-anchor="end">
            {label}
          </text>
        </g>
      ))}
      <line class="base" x1={frame.left} x2={frame.right} y1={frame.bottom} y2={frame.bottom} />
      {x.ticks.map(({ value, place, label }) => (
        <g key={value} transform={`translate(${round(place)} ${frame.bottom})`}>
          <line class="base" y2="4" />
          <text y="18" text-anchor="middle">
            {label}
          </text>
        </g>
      ))}
      <text class="title" x="0" y="11">
        {y.title}
      </text>
      <text class="title" x={frame.right} y={height - 3} text-anchor="end">
        {x.title}
      </text>
    </g>
  );
}

function Curve({ series, x, y, top }: { series: Series; x: PlotAxis; y: PlotAxis; top: number }) {
  const place = placing(x.kind, x.scale);
  const isShown = (index: number): boolean => canShow(y.kind, yAt(series, index));
  const kept = thin(series, place);
  const path = line<number>()
    .x((index) => round(place(xAt(series, index))))
    .y((index) => round(y.scale(yAt(series, index))))
    .defined(isShown);
  // A lone point between two gaps is a path of no length, which round ends make visible.
  const lost = kept.find((index) => !isShown(index));
  return (
    <g class={`tone-${series.tone}`}>
      <path
        class={series.faint ? 'curve faint' : 'curve'}
        d={path(kept) ?? ''}
        stroke-dasharray={series.faint ? undefined : dashOf(series) || undefined}
      />
      {lost === undefined ? null : (
        <path class="lost" d="M-4 0l8 8m0-8l-8 8" transform={`translate(${round(place(xAt(series, lost)))} ${top})`} />
      )}
    </g>
  );
}

/** Fills what is between two curves, at the positions that both have. */
function Between({ shade: [one, other], x, y }: { shade: Shade; x: PlotAxis; y: PlotAxis }) {
  const pairs = Array.from({ length: lengthOf(one) }, (_, i) => {
    const k = nearest(other, xAt(one, i));
    return k >= 0 && xAt(other, k) === xAt(one, i) ? [{ at: xAt(one, i), from: yAt(one, i), to: yAt(other, k) }] : [];
  }).flat();
  const path = area<(typeof pairs)[number]>()
    .x(({ at }) => round(x.scale(at)))
    .y0(({ from }) => round(y.scale(from)))
    .y1(({ to }) => round(y.scale(to)))
    .defined(({ from, to }) => canShow(y.kind, from) && canShow(y.kind, to));
  return <path class={`between tone-${other.tone}`} d={path(pairs) ?? ''} />;
}

/** The name of each curve at its end, moved up or down where names would cover each other. */
function EndLabels({ frame, x, y, series }: { frame: Frame; x: PlotAxis; y: PlotAxis; series: readonly Series[] }) {
  const ends = series.flatMap((one) => {
    const last = lastShown(one, y.kind);
    return one.faint || last < 0 ? [] : [{ one, px: x.scale(xAt(one, last)), py: y.scale(yAt(one, last)) }];
  });
  const places = spread(
    ends.map(({ py }) => py),
    LINE_HEIGHT,
    [frame.top + 4, frame.bottom - 4],
  );
  return (
    <g class="chart-ends">
      {ends.map(({ one, px, py }, i) => (
        <g key={one.name} class={`tone-${one.tone}`}>
          <path d={`M${round(px + 3)} ${round(py)}L${frame.right + 8} ${round(places[i] as number)}`} />
          <text x={frame.right + 12} y={round(places[i] as number)} dy="0.32em">
            {shortened(one.name)}
          </text>
        </g>
      ))}
    </g>
  );
}

/** A name as far as there is room beside a chart; the legend has all of it. Characters of Chinese are as wide as two others. */
function shortened(name: string): string {
  let room = LABEL_ROOM;
  const kept = [...name].findIndex((character) => {
    room -= character > '\u2e80' ? 2 : 1;
    return room < 0;
  });
  return kept < 0 ? name : `${[...name].slice(0, kept).join('').trimEnd()}…`;
}

function Cursor(props: { frame: Frame; x: PlotAxis; y: PlotAxis; series: readonly Series[]; position: number }) {
  const { frame, x, y, series, position } = props;
  const at = round(x.scale(position));
  return (
    <g class="chart-cursor">
      <line x1={at} x2={at} y1={frame.top} y2={frame.bottom} />
      {series.map((one) => {
        const index = nearest(one, position);
        if (index < 0 || !canShow(y.kind, yAt(one, index))) return null;
        return (
          <circle
            key={one.name}
            class={`tone-${one.tone}`}
            cx={round(x.scale(xAt(one, index)))}
            cy={round(y.scale(yAt(one, index)))}
            r="4"
          />
        );
      })}
    </g>
  );
}

function lastShown(series: Series, kind: ScaleKind): number {
  for (let i = lengthOf(series) - 1; i >= 0; i--) if (canShow(kind, yAt(series, i))) return i;
  return -1;
}

/** Whether a scale has a place for a number. */
export function canShow(kind: ScaleKind, value: number): boolean {
  return Number.isFinite(value) && (kind === 'linear' || value > 0);
}

/** A coordinate, short. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
