import { count, lineChart, placesOf, render } from '@descent/runs/charts';
import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { type BoardChart, readingsAt } from '../src/board/view/charts.ts';
import { AtPointer, type Box, readAloud } from './at-pointer.tsx';

interface CurveChartProps {
  readonly chart: BoardChart;
  readonly isLogarithmic: boolean;
}

/** Steps of the arrow keys from one end to the other. */
const STEPS = 40;

/** A chart as reports draw it, with the values at the pointer, or at a place moved to with the arrow keys. */
export function CurveChart({ chart, isLogarithmic }: CurveChartProps): JSX.Element {
  const { markup, places } = useMemo(() => {
    const { metric, along, series, isWhole, outliers } = chart;
    const logarithmic = isLogarithmic ? ('always' as const) : false;
    const name = metric.charAt(0).toUpperCase() + metric.slice(1).replaceAll('_', ' ');
    const title =
      outliers === 0 ? name : `${name} without ${count(outliers)} ${outliers === 1 ? 'outlier' : 'outliers'}`;
    const drawn = { title, along, series, logarithmic, whole: isWhole, legend: false, hovers: false };
    return { markup: { __html: render(lineChart(drawn)) }, places: placesOf(drawn) };
  }, [chart, isLogarithmic]);
  const plot = useRef<HTMLDivElement>(null);
  // In units of the drawing, and where the drawing is.
  const [at, setAt] = useState<{ readonly place: number; readonly box: Box } | null>(null);
  const { left, right } = places.frame;
  const [begin, end] = [places.xAt(left), places.xAt(right)];
  const readings = at === null ? null : readingsAt(chart.drawn, places.xAt(at.place), end - begin);

  const moveTo = (placeIn: (drawing: DOMRect) => number): void => {
    const outer = plot.current?.getBoundingClientRect();
    const inner = plot.current?.querySelector('svg')?.getBoundingClientRect();
    if (outer === undefined || inner === undefined) return;
    const box = { left: inner.left - outer.left, top: inner.top - outer.top, width: inner.width, height: inner.height };
    setAt({ place: Math.min(right, Math.max(left, placeIn(inner))), box });
  };
  const follow = ({ clientX }: PointerEvent): void =>
    moveTo((drawing) => ((clientX - drawing.left) / drawing.width) * places.width);
  const step = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    moveTo(() => (at?.place ?? (by > 0 ? left : right)) + (by * (right - left)) / STEPS);
  };
  return (
    <div
      role="slider"
      class="plot"
      ref={plot}
      tabIndex={0}
      aria-label={`Values of ${chart.metric} by ${chart.along}`}
      aria-valuemin={begin}
      aria-valuemax={end}
      aria-valuenow={readings?.x ?? begin}
      aria-valuetext={readings === null ? 'the arrow keys read them' : readAloud(readings, chart)}
      onPointerMove={follow}
      onPointerDown={follow}
      onPointerLeave={() => setAt(null)}
      onBlur={() => setAt(null)}
      onKeyDown={step}
    >
      <div dangerouslySetInnerHTML={markup} />
      {at !== null && readings !== null && <AtPointer readings={readings} chart={chart} places={places} box={at.box} />}
    </div>
  );
}
