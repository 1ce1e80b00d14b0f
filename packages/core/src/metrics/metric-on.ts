import type { Node } from '../ir/node.ts';
import type { TensorType } from '../ir/op.ts';
import type { Tensors, Tree } from '../ir/tree.ts';
import { type Named, type PartNames, part } from '../ir/tree.ts';
import type { TargetContext } from '../targets/rule.ts';
import type { AnyMetric, Metric } from './metric.ts';

/** `metric` of one of several outputs against one of several targets, called `name`: by default as before, with the output in front. */
export function metricOn<Output extends string, Target extends string>(
  names: { readonly output: Output; readonly target: Target; readonly name?: string },
  metric: Metric,
): Metric<Named<Output>, Named<Target>>;
export function metricOn<Output extends string>(
  names: { readonly output: Output; readonly name?: string },
  metric: Metric,
): Metric<Named<Output>>;
export function metricOn<Target extends string>(
  names: { readonly target: Target; readonly name?: string },
  metric: Metric,
): Metric<Node, Named<Target>>;
export function metricOn({ output, target, name }: PartNames & { readonly name?: string }, metric: Metric): AnyMetric {
  const { apply, weight, targets, ...rest } = metric;
  return {
    ...rest,
    name: name ?? [output, metric.name].filter(Boolean).join('_'),
    apply: (outputs: Tensors, given: Tensors, context?: TargetContext) =>
      apply(part(outputs, output), part(given, target), context),
    weight:
      weight &&
      ((outputs: Tensors, given: Tensors, context?: TargetContext) =>
        weight(part(outputs, output), part(given, target), context)),
    targets:
      targets &&
      ((outputs: Tree<TensorType>, given: Tree<TensorType>, context?: TargetContext) =>
        targets(part(outputs, output), part(given, target), context).map((rule) =>
          target === undefined ? rule : { ...rule, part: target },
        )),
  };
}
