import { ValueError } from '../errors.ts';
import { describeValue, expectKind, expectOneOf, notWhatWasWanted } from '../options.ts';
import type { Metric, Statistic } from './metric.ts';

/** Throws a `ValueError` that says how to make metrics unless `value` is a list of them. */
export function expectMetrics(path: string, value: unknown): asserts value is readonly Metric[] {
  if (!Array.isArray(value)) {
    throw notWhatWasWanted(path, value, {
      what: 'a list of metrics',
      example: '[accuracy()]',
      fix: 'put the metric into a list: [accuracy()]',
    });
  }
  for (const [i, metric] of value.entries()) {
    const { name, apply, better, statistic } = (
      typeof metric === 'object' && metric !== null ? metric : {}
    ) as Partial<Metric>;
    if (typeof name !== 'string' || typeof apply !== 'function')
      throw notWhatWasWanted(`${path}[${i}]`, metric, {
        what: 'a metric',
        example: 'accuracy()',
        fix:
          typeof metric === 'function'
            ? `name your function: { name: 'own', better: 'lower', apply: (output, target) => … }`
            : undefined,
      });
    if (name === '' || name === '__proto__')
      throw new ValueError('a metric needs a name', { path: `${path}[${i}].name`, received: describeValue(name) });
    if (better !== undefined) expectOneOf(`${path}[${i}].better`, better, ['lower', 'higher']);
    if (statistic !== undefined) expectStatistic(`${path}[${i}].statistic`, statistic);
  }
}

function expectStatistic(path: string, value: unknown): void {
  const { keep, result } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Statistic>;
  expectOneOf(`${path}.keep`, keep, ['sum', 'rows']);
  expectKind(`${path}.result`, result, 'function', '(kept) => kept[0] / kept[1]');
}
