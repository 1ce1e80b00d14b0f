import { useCallback, useMemo } from 'preact/hooks';
import { LANGUAGE_NAMES, language } from '../i18n/language.ts';
import { useColors } from '../shell/use-colors.ts';
import './charts.css';
import { type HeatScale, heatPixels, heatScale, parseColor, type SignColors } from './heat-colors.ts';
import { formatValue } from './numbers.ts';
import { PixelCanvas } from './pixel-canvas.tsx';

export interface HeatMapProps {
  /** One number a pixel, row after row. */
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
  /** `signs`: two colours for numbers above and below zero; `grey`: from black to white. A whole scale makes several pictures comparable. */
  readonly scale: HeatScale | HeatScale['kind'];
  /** Pixels of the page that a number is wide. Default: 4. */
  readonly zoom?: number;
  /** What it shows, for those who do not see it; left out where a text beside it says so. */
  readonly label?: string;
}

/** An array of numbers as pixels with sharp edges. */
export function HeatMap({ data, width, height, scale, zoom = 4, label }: HeatMapProps) {
  const pageColors = useColors();
  const used = useMemo(() => (typeof scale === 'string' ? heatScale(scale, data) : scale), [scale, data]);
  const paint = useCallback((canvas: Element) => heatPixels(data, used, signColors(canvas)), [data, used, pageColors]);
  return <PixelCanvas class="heat-map" width={width} height={height} paint={paint} zoom={zoom} label={label} />;
}

/** The colours of a scale with the numbers at its ends. */
export function HeatLegend({ scale }: { readonly scale: HeatScale }) {
  const { tag } = LANGUAGE_NAMES[language.value];
  const ends = scale.kind === 'grey' ? [scale.low, scale.high] : [-scale.limit, 0, scale.limit];
  return (
    <div class="heat-legend small soft">
      <span class={`heat-band ${scale.kind}`} aria-hidden="true" />
      <span class="heat-ends">
        {ends.map((end, i) => (
          <span key={i}>{formatValue(end, tag)}</span>
        ))}
      </span>
    </div>
  );
}

/** The tokens as the browser resolves them for this element: its style uses each for one property. */
function signColors(element: Element): SignColors {
  const { color, backgroundColor, outlineColor } = getComputedStyle(element);
  return { positive: parseColor(color), zero: parseColor(backgroundColor), negative: parseColor(outlineColor) };
}
