import { useState } from 'preact/hooks';
import type { HeatScale } from '../../../charts/heat-colors.ts';
import { HeatMap } from '../../../charts/heat-map.tsx';
import { formatValue } from '../../../charts/numbers.ts';
import { LANGUAGE_NAMES, language } from '../../../i18n/language.ts';
import { texts } from './messages.ts';
import type { Picture } from './pictures.ts';

interface PixelsProps {
  readonly picture: Picture;
  readonly scale: HeatScale;
  /** Pixels of the page that the picture is wide, about. */
  readonly size: number;
  /** What it is: `channel 3`. */
  readonly name: string;
  /** Gets what a pixel says while the pointer or the focus is on it. */
  readonly onRead: (text: string) => void;
}

/** A picture of numbers that can be read: by the pointer, or by arrow keys. */
export function Pixels({ picture, scale, size, name, onRead }: PixelsProps) {
  const t = texts();
  const [at, setAt] = useState(0);
  const { data, width, height } = picture;
  const zoom = Math.max(1, Math.round(size / width));
  const read = (index: number): string => {
    const value = data[index] as number | undefined;
    if (value === undefined || Number.isNaN(value)) return '';
    const { tag } = LANGUAGE_NAMES[language.value];
    return t.reading(name, Math.floor(index / width) + 1, (index % width) + 1, formatValue(value, tag));
  };
  const go = (index: number): void => {
    setAt(index);
    onRead(read(index));
  };
  const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -width, ArrowDown: width };
  return (
    <div
      class="map-pixels"
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={width * height - 1}
      aria-valuenow={at}
      aria-valuetext={read(at)}
      onFocus={() => onRead(read(at))}
      onPointerMove={({ currentTarget, clientX, clientY }) => {
        const box = currentTarget.getBoundingClientRect();
        const column = Math.floor(((clientX - box.left) / box.width) * width);
        const row = Math.floor(((clientY - box.top) / box.height) * height);
        if (column >= 0 && column < width && row >= 0 && row < height) go(row * width + column);
      }}
      onKeyDown={(event) => {
        const step = steps[event.key];
        if (step === undefined) return;
        event.preventDefault();
        if (at + step >= 0 && at + step < width * height) go(at + step);
      }}
    >
      <HeatMap data={data} width={width} height={height} scale={scale} zoom={zoom} />
    </div>
  );
}
