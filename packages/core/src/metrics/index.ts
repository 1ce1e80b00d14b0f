export { type AccuracyOptions, accuracy } from './accuracy.ts';
export type { Metric } from './metric.ts';
