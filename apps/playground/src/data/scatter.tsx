import type { ArrayDataset } from '@descent/datasets';
import { scaleLinear } from 'd3-scale';
import { marks } from './marks.ts';

export interface ScatterProps {
  readonly label: string;
  readonly train: ArrayDataset;
  readonly test: ArrayDataset;
}

const SIDE = 320;
const MARGIN = 10;

/** Points of the plane in class colours, and a form for each class; those to test are hollow. */
export function Scatter({ label, train, test }: ScatterProps) {
  const most = Math.max(1, ...[train, test].flatMap(({ x }) => Array.from(x.data, Math.abs)));
  const x = scaleLinear([-most, most], [MARGIN, SIDE - MARGIN]);
  const y = scaleLinear([-most, most], [SIDE - MARGIN, MARGIN]);
  const place = { x: (value: number) => x(value), y: (value: number) => y(value) };
  return (
    <svg class="scatter" viewBox={`0 0 ${SIDE} ${SIDE}`} role="img" aria-label={label}>
      <path class="scatter-axes" d={`M${x(0)} 0V${SIDE}M0 ${y(0)}H${SIDE}`} />
      {train.classes.map((name, c) => (
        <g key={name} class={`class-${c + 1}`}>
          <path class="hollow" d={marks(test, c, place)} />
          <path d={marks(train, c, place)} />
        </g>
      ))}
    </svg>
  );
}
