import { type Named, type PartNames, part } from '../ir/tree.ts';
import type { Metric } from './metric.ts';

/** `metric` of one of several outputs against one of several targets, called `name`: by default as before, with the output in front. */
export function metricOn<Output extends string = string, Target extends string = string>(
  { output, target, name }: PartNames<Output, Target> & { readonly name?: string },
  metric: Metric,
): Metric<Named<Output>, Named<Target>> {
  const { apply, weight, targets, ...rest } = metric;
  return {
    ...rest,
    name: name ?? [output, metric.name].filter(Boolean).join('_'),
    apply: (outputs, given, context) => apply(part(outputs, output), part(given, target), context),
    weight: weight && ((outputs, given, context) => weight(part(outputs, output), part(given, target), context)),
    targets:
      targets &&
      ((outputs, given, context) =>
        targets(part(outputs, output), part(given, target), context).map((rule) =>
          target === undefined ? rule : { ...rule, part: target },
        )),
  };
}
