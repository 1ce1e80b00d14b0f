export { type AccuracyOptions, accuracy } from './accuracy.ts';
export { type BinaryAccuracyOptions, binaryAccuracy } from './binary-accuracy.ts';
export type { AnyMetric, Metric } from './metric.ts';
export { metricOn } from './metric-on.ts';
