import { formatShape, type Shape } from '@descent/core';

/** `1,234,567` */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A metric or score: four decimals, or four digits for what is smaller or larger than those show. */
export function decimal(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (value === 0 || (size >= 0.001 && size < 100_000)) return minus(value.toFixed(4));
  return minus(value.toExponential(3));
}

/** A number with what it is measured in, to four digits: `31.42 €`, `0.0123`. */
export function quantity(value: number, unit?: string): string {
  const size = Math.abs(value);
  const plain = value === 0 || (size >= 0.001 && size < 1e7);
  const text = !Number.isFinite(value)
    ? String(value)
    : plain
      ? Number(value.toPrecision(4)).toLocaleString('en-US', { maximumSignificantDigits: 4 })
      : value.toExponential(3);
  return unit === undefined ? minus(text) : `${minus(text)}\u202f${unit}`;
}

/** `97.31 %` */
export function percent(value: number, digits: number = 2): string {
  return `${minus((100 * value).toFixed(digits))}\u202f%`;
}

/** `850 ms`, `12.4 s`, `3 min 12 s`, `2 h 5 min` */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return parts(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(whole / 60);
  return parts(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

function parts(large: number, unit: string, rest: number, smaller: string): string {
  return rest === 0 ? `${large} ${unit}` : `${large} ${unit} ${rest} ${smaller}`;
}

/** `512 B`, `1.4 MB`, in powers of 1000. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, value < 1000 ? 0 : Math.floor(Math.log10(value) / 3));
  return `${power === 0 ? value : (value / 1000 ** power).toFixed(1)} ${units[power]}`;
}

/** A layer's output without its batch axis: `6 × 24 × 24`, which does not break into lines. */
export function sampleShape(shape: Shape): string {
  return shape.length < 2 ? formatShape(shape) : shape.slice(1).join('\u00a0×\u00a0');
}

/** A name of a program as words: `batchSize` and `batch_size` → `batch size`. */
export function words(name: string): string {
  return name.replaceAll('_', ' ').replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** The name of a number as people write it, with a capital: `iou` → `IoU`, `exact_match` → `Exact match`. */
export function titled(name: string): string {
  const spoken = words(name).replaceAll(/\b[a-z]+\d?\b/g, (word) => SHORT.get(word) ?? word);
  return `${spoken.charAt(0).toUpperCase()}${spoken.slice(1)}`;
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ['iou', 'IoU'],
  ['mse', 'MSE'],
  ['mae', 'MAE'],
  ['rmse', 'RMSE'],
  ['r2', 'R²'],
  ['f1', 'F1'],
  ['mcc', 'MCC'],
  ['auroc', 'AUROC'],
]);

/** At most `length` characters, with `…` at the end of what is cut. */
export function shortened(text: string, length: number): string {
  return shortNames([text], length)[0] as string;
}

/** The same for several: where a cut at the end would make two of them one, it is further in front. */
export function shortNames(texts: readonly string[], length: number): readonly string[] {
  const cut = (text: string, end: number): string => {
    const characters = [...text];
    if (characters.length <= length) return text;
    return `${characters.slice(0, length - 1 - end).join('')}…${end === 0 ? '' : characters.slice(-end).join('')}`;
  };
  const ways = [0, Math.floor(length / 2), length - 4].map((end) => texts.map((text) => cut(text, end)));
  const apart = (names: readonly string[]): number => new Set(names).size;
  return ways.reduce((best, names) => (apart(names) > apart(best) ? names : best));
}

function minus(text: string): string {
  return text.replace('-', '\u2212');
}
