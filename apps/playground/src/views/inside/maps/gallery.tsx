import { useState } from 'preact/hooks';
import { type HeatScale, heatScale } from '../../../charts/heat-colors.ts';
import { HeatLegend } from '../../../charts/heat-map.tsx';
import { texts } from './messages.ts';
import type { Picture } from './pictures.ts';
import { Pixels } from './pixels.tsx';

/** More pictures than these are shown when they are asked for. */
const FIRST = 16;

interface GalleryProps {
  readonly pictures: readonly Picture[];
  readonly kind: HeatScale['kind'];
  readonly size: number;
  /** What each is called, counted from 1. */
  readonly nameOf: (i: number) => string;
}

/** Pictures on one scale, with a line that says the number under the pointer. */
export function Gallery({ pictures, kind, size, nameOf }: GalleryProps) {
  const t = texts();
  const [reading, setReading] = useState('');
  const [isWhole, setWhole] = useState(false);
  const scale = commonScale(pictures, kind);
  const shown = isWhole ? pictures : pictures.slice(0, FIRST);
  return (
    <div class="gallery">
      <div class="gallery-pictures">
        {shown.map((picture, i) => (
          <Pixels key={i} picture={picture} scale={scale} size={size} name={nameOf(i + 1)} onRead={setReading} />
        ))}
      </div>
      {pictures.length > FIRST ? (
        <button type="button" class="button quiet small" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? t.fewer : t.all(pictures.length)}
        </button>
      ) : null}
      <div class="row gallery-foot">
        <HeatLegend scale={scale} />
        <output class="small">{reading}</output>
      </div>
    </div>
  );
}

/** One scale for all of them, so that they can be compared. */
function commonScale(pictures: readonly Picture[], kind: HeatScale['kind']): HeatScale {
  const scales = pictures.map(({ data }) => heatScale(kind, data));
  if (kind === 'signs')
    return { kind, limit: Math.max(0, ...scales.map((one) => (one.kind === 'signs' ? one.limit : 0))) };
  const greys = scales.filter((one) => one.kind === 'grey');
  return { kind, low: Math.min(...greys.map(({ low }) => low)), high: Math.max(...greys.map(({ high }) => high)) };
}
