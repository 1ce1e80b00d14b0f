import { line } from 'd3-shape';
import { type Curve, MOST, XS } from './curve.ts';

const WIDTH = 280;
const HEIGHT = 180;
/** Values shown, at least; curves that leave it are cut off. */
const LOW = -1.5;
const HIGH = 3;
/** Half of the tangent's length along x. */
const TANGENT = 1.6;

interface FunctionPlotProps {
  readonly label: string;
  readonly curve: Curve;
  readonly at: number;
  /** Gets the x under the pointer. */
  readonly onMove: (x: number) => void;
}

/** A function, its derivative, and the tangent at a point, whose slope is the derivative there. */
export function FunctionPlot({ label, curve, at, onMove }: FunctionPlotProps) {
  const [x, value, slope] = [XS[at] as number, curve.values[at] as number, curve.slopes[at] as number];
  const move = (event: PointerEvent & { readonly currentTarget: SVGSVGElement }): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    onMove(((event.clientX - left) / width) * 2 * MOST - MOST);
  };
  return (
    <svg
      class="function-plot"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        move(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) move(event);
      }}
    >
      <g class="grid">
        {[-1, 0, 1, 2, 3].map((y) => (
          <g key={y}>
            <line class={y === 0 ? 'axis' : ''} x1={0} x2={WIDTH} y1={down(y)} y2={down(y)} />
            <text x={3} y={down(y) - 3}>
              {String(y).replace('-', '−')}
            </text>
          </g>
        ))}
        {[-4, -2, 0, 2, 4].map((one) => (
          <g key={one}>
            <line class={one === 0 ? 'axis' : ''} x1={across(one)} x2={across(one)} y1={0} y2={HEIGHT} />
            <text x={across(one) + 3} y={HEIGHT - 4}>
              {String(one).replace('-', '−')}
            </text>
          </g>
        ))}
      </g>
      <path class="slope" d={pathOf(curve.slopes)} />
      <path class="value" d={pathOf(curve.values)} />
      <line
        class="tangent"
        x1={across(x - TANGENT)}
        y1={down(value - slope * TANGENT)}
        x2={across(x + TANGENT)}
        y2={down(value + slope * TANGENT)}
      />
      <line class="cursor" x1={across(x)} x2={across(x)} y1={down(value)} y2={down(slope)} />
      <circle class="slope" cx={across(x)} cy={down(slope)} r={4} />
      <circle class="value" cx={across(x)} cy={down(value)} r={5} />
    </svg>
  );
}

function across(x: number): number {
  return ((x + MOST) / (2 * MOST)) * WIDTH;
}

function down(y: number): number {
  return ((HIGH - y) / (HIGH - LOW)) * HEIGHT;
}

function pathOf(ys: readonly number[]): string {
  const draw = line<number>()
    .x((_, i) => across(XS[i] as number))
    .y(down);
  return draw(ys as number[]) ?? '';
}
