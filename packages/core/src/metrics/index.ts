export { type AccuracyOptions, accuracy } from './accuracy.ts';
export { type BinaryAccuracyOptions, binaryAccuracy } from './binary-accuracy.ts';
export type { Metric } from './metric.ts';
