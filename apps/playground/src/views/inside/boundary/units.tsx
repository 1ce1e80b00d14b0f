import { HeatMap } from '../../../charts/heat-map.tsx';
import type { Activation } from '../../../session/protocol.ts';
import { texts } from './messages.ts';

/** More units than these are counted only. */
const SHOWN = 24;

interface UnitsProps {
  /** Its output for the points of a grid of `side × side`. */
  readonly layer: Activation;
  readonly side: number;
}

/** The output of each unit of a layer over the plane. */
export function Units({ layer: { path, label, output }, side }: UnitsProps) {
  const t = texts();
  const units = output.shape[1] as number;
  const columns = Array.from({ length: Math.min(units, SHOWN) }, (_, unit) =>
    Float32Array.from({ length: side * side }, (_, i) => output.data[i * units + unit] as number),
  );
  return (
    <div class="card stack" data-layer={path}>
      <h3>{t.unitsTitle(label)}</h3>
      <p class="small soft">{t.unitsLead}</p>
      <div class="unit-planes">
        {columns.map((data, unit) => (
          <HeatMap key={unit} data={data} width={side} height={side} scale="signs" zoom={3} label={t.unit(unit + 1)} />
        ))}
      </div>
      {units > SHOWN ? <p class="small soft">{t.more(units - SHOWN)}</p> : null}
    </div>
  );
}
