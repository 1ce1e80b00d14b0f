import type { Node } from '../ir/node.ts';
import type { Named, PartNames } from '../ir/tree.ts';
import { expectOptions } from '../options.ts';
import { onParts } from '../targets/on-parts.ts';
import { expectMetrics } from './expect.ts';
import type { AnyMetric, Metric } from './metric.ts';

/** What a metric is called: as it was told, else as before, with the output in front. */
type NameOn<Given extends string, Output extends string, Before extends string> = [Given] extends [never]
  ? [Output] extends [never]
    ? Before
    : `${Output}_${Before}`
  : Given;

/** `metric` of one of several outputs against one of several targets, called `name`: by default as before, with the output in front. */
export function metricOn<
  Output extends string,
  Target extends string,
  Before extends string,
  Name extends string = never,
>(
  names: { readonly output: Output; readonly target: Target; readonly name?: Name },
  metric: Metric<Node, Node, Before>,
): Metric<Named<Output>, Named<Target>, NameOn<Name, Output, Before>>;
export function metricOn<Output extends string, Before extends string, Name extends string = never>(
  names: { readonly output: Output; readonly name?: Name },
  metric: Metric<Node, Node, Before>,
): Metric<Named<Output>, Node, NameOn<Name, Output, Before>>;
export function metricOn<Target extends string, Before extends string, Name extends string = never>(
  names: { readonly target: Target; readonly name?: Name },
  metric: Metric<Node, Node, Before>,
): Metric<Node, Named<Target>, NameOn<Name, never, Before>>;
export function metricOn(names: PartNames & { readonly name?: string }, metric: Metric): AnyMetric {
  expectOptions('metricOn', names, ['output', 'target', 'name']);
  expectMetrics('metricOn: the metric', [metric]);
  const { output, name } = names;
  return {
    ...metric,
    ...onParts(names, metric as AnyMetric),
    name: name ?? [output, metric.name].filter(Boolean).join('_'),
  };
}
