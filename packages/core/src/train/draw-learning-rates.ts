import { ValueError } from '../errors.ts';
import { describeValue, expectCount, expectOptions } from '../options.ts';
import { linePicture, short } from '../schedules/_line-picture.ts';
import type { LearningRateRange } from './learning-rate-range.ts';

export interface DrawLearningRatesOptions {
  /** In pixels, default 480. */
  readonly width?: number;
  /** In pixels, default 200. */
  readonly height?: number;
}

/** How far above the first loss the picture goes: what comes then is off the scale, and would hide the rest. */
const HEADROOM = 1.25;

/**
 * A picture of a range test: the smoothed loss over the learning rate, by powers of ten, and a dashed line at the suggestion, as the text of an
 * SVG. It takes the colour of the text around it.
 */
export function drawLearningRates(range: LearningRateRange, options: DrawLearningRatesOptions = {}): string {
  const { rates, smoothed, suggestion } = (range ?? {}) as Partial<LearningRateRange>;
  if (!Array.isArray(rates) || !Array.isArray(smoothed) || rates.length < 2 || rates.length !== smoothed.length) {
    throw new ValueError('drawLearningRates: this is no range test, or one of less than two rates', {
      received: describeValue(range),
      expected: 'what learningRateRange returned',
    });
  }
  expectOptions('drawLearningRates', options, ['width', 'height']);
  const { width = 480, height = 200 } = options;
  expectCount('drawLearningRates', 'width', width, 120);
  expectCount('drawLearningRates', 'height', height, 60);
  const [first, last] = [rates[0] as number, rates.at(-1) as number];
  const start = smoothed[0] as number;
  const lowest = Math.min(0, ...smoothed);
  const top = Math.max(lowest + Number.EPSILON, start + (HEADROOM - 1) * Math.abs(start));
  const outside = smoothed.findIndex((loss) => loss > top);
  const shown = outside < 0 ? smoothed : smoothed.slice(0, outside);
  return linePicture({
    label: `loss over the learning rate from ${short(first)} to ${short(last)}, ${suggestion == null ? 'no suggestion' : `suggestion ${short(suggestion)}`}`,
    width,
    height,
    x: { from: Math.log10(first), to: Math.log10(last), texts: [`lr ${short(first)}`, short(last)] },
    y: { from: lowest, to: top, texts: [short(lowest), `loss ${short(top)}`] },
    points: shown.map((loss, i) => [Math.log10(rates[i] as number), loss]),
    mark: suggestion == null ? undefined : { x: Math.log10(suggestion), text: short(suggestion) },
  });
}
