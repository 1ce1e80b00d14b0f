import { useEffect, useRef } from 'preact/hooks';
import { parseColor } from '../../../charts/heat-colors.ts';
import { marks } from '../../../data/marks.ts';
import { useColors } from '../../../shell/use-colors.ts';
import { texts } from './messages.ts';
import { type Bounds, planePixels } from './plane.ts';
import type { Points } from './plane-view.tsx';

const VIEW = 400;

interface PlaneCanvasProps {
  readonly bounds: Bounds;
  /** Cells along each side; 0 before the first answer. */
  readonly side: number;
  readonly probabilities: ArrayLike<number>;
  readonly points: Points;
  readonly classes: readonly string[];
  readonly at: readonly [number, number];
  readonly onPoint: (at: readonly [number, number]) => void;
}

export function PlaneCanvas({ bounds, side, probabilities, points, classes, at, onPoint }: PlaneCanvasProps) {
  const t = texts();
  const canvas = useRef<HTMLCanvasElement>(null);
  const shades = useRef<HTMLDivElement>(null);
  const pageColors = useColors();
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || shades.current === null || side === 0) return;
    const [ground, ...colors] = [...shades.current.children].map((one) => parseColor(getComputedStyle(one).color));
    const pixels = planePixels(probabilities, colors, ground ?? [0, 0, 0]);
    context.putImageData(new ImageData(pixels, side, side), 0, 0);
  }, [side, probabilities, pageColors]);
  const across = (value: number): number => ((value - bounds.x[0]) / (bounds.x[1] - bounds.x[0])) * VIEW;
  const down = (value: number): number => ((bounds.y[1] - value) / (bounds.y[1] - bounds.y[0])) * VIEW;
  const place = { x: across, y: down };
  const point = ({ currentTarget, clientX, clientY }: PointerEvent & { readonly currentTarget: Element }): void => {
    const box = currentTarget.getBoundingClientRect();
    const share = (value: number): number => Math.min(1, Math.max(0, value));
    const x = bounds.x[0] + share((clientX - box.left) / box.width) * (bounds.x[1] - bounds.x[0]);
    const y = bounds.y[1] - share((clientY - box.top) / box.height) * (bounds.y[1] - bounds.y[0]);
    onPoint([x, y]);
  };
  return (
    <div
      class="plane"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        point(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) point(event);
      }}
    >
      <div ref={shades} hidden>
        <span class="plane-ground" />
        {classes.map((name, c) => (
          <span key={name} class={classColor(c)} />
        ))}
      </div>
      <canvas ref={canvas} width={Math.max(1, side)} height={Math.max(1, side)} />
      <svg viewBox={`0 0 ${VIEW} ${VIEW}`} role="img" aria-label={t.plane}>
        {classes.map((name, c) => (
          <g key={name} class={classColor(c)}>
            {points.test === null ? null : <path class="held" d={marks(points.test, c, place)} />}
            <path class="trained" d={marks(points.train, c, place)} />
          </g>
        ))}
        <g class="plane-point" transform={`translate(${across(at[0])} ${down(at[1])})`}>
          <path d="M-9 0H9M0-9V9" />
          <circle r="5" />
        </g>
      </svg>
    </div>
  );
}

export function classColor(index: number): string {
  return `plane-class plane-class-${(index % 6) + 1}`;
}
