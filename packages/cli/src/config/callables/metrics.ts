import type * as core from '@descent/core';
import { type AnyMetric, accuracy, binaryAccuracy, metricOn } from '@descent/core';
import { METRIC, or, PARTS, SHARE, WHOLE } from '../argument.ts';
import { callable, type TableOf } from '../callable.ts';

// biome-ignore lint/complexity/noBannedTypes: a function has a name, too, and is no metric.
export const METRICS: TableOf<typeof core, AnyMetric, AnyMetric, Function> = {
  accuracy: callable(accuracy, {}, { ignoreIndex: WHOLE }),
  binaryAccuracy: callable(binaryAccuracy, {}, { threshold: or(SHARE, 0.5) }),
  metricOn: callable(metricOn, { names: PARTS, metric: METRIC }),
};
