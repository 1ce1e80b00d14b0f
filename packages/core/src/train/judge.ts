import { DTypeError, ShapeError, ValueError } from '../errors.ts';
import { expectGiven, expectGivenScalar } from '../ir/given.ts';
import { graph } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { formatShape } from '../ir/shape.ts';
import { isLeaf, type Tensors } from '../ir/tree.ts';
import type { Statistic } from '../metrics/metric.ts';
import { share } from '../passes/share.ts';
import type { WeightedMean } from '../targets/on-parts.ts';
import { names } from './names.ts';
import type { Recipe } from './step.ts';

/**
 * The loss, the metrics, and what they are means of where that is not the number of samples.
 * @throws ValueError, ShapeError or DTypeError when one of them is not a number: of a vector only the first entry would be shown.
 */
export function judge(
  { loss, metrics }: Pick<Recipe, 'loss' | 'metrics'>,
  outputs: Tensors,
  targets: Tensors,
): Record<string, Node> {
  const [output, y] = [asked('output', outputs), asked('target', targets)];
  const nodes: Record<string, Node> = {};
  const add = (name: string, of: string, value: unknown, weight: unknown): void => {
    expectGivenScalar(of, value);
    nodes[names.result(name)] = value;
    if (weight === undefined) return;
    expectGivenScalar(`the weight of ${of}`, weight);
    expectFloat(`the weight of ${of}`, weight);
    nodes[names.weight(name)] = weight;
  };
  add('loss', `the loss ${loss.label ?? ''}`.trim(), loss.apply(output, y), loss.weight?.(output, y));
  const terms = loss.terms?.(output, y) ?? [];
  // Where all are means over the same, their sum is one.
  const differ = haveOtherWeights(terms);
  for (const [i, { value, weight }] of (differ ? terms : []).entries()) {
    expectGivenScalar(`term ${i} of the loss`, value);
    nodes[names.term(i)] = value;
    if (weight === undefined) continue;
    expectGivenScalar(`the weight of term ${i} of the loss`, weight);
    expectFloat(`the weight of term ${i} of the loss`, weight);
    nodes[names.termWeight(i)] = weight;
  }
  for (const metric of metrics) {
    const of = `the metric ${metric.name}`;
    const value: unknown = metric.apply(output, y, loss);
    if (metric.statistic === undefined) add(metric.name, of, value, metric.weight?.(output, y, loss));
    else nodes[names.result(metric.name)] = expectStatistic(of, value, metric.statistic);
  }
  return nodes;
}

function haveOtherWeights(terms: readonly WeightedMean[]): boolean {
  const weights = terms.flatMap(({ weight }) => weight ?? []);
  if (weights.length !== terms.length) return weights.length > 0;
  // Equal computations become one node.
  const shared = share(graph(Object.fromEntries(weights.map((weight, i) => [String(i), weight]))));
  return new Set(shared.outputs.values()).size > 1;
}

function expectStatistic(of: string, value: unknown, { keep }: Statistic): Node {
  expectGiven(of, value);
  expectFloat(of, value);
  const { shape } = value.type;
  if (keep === 'sum' || shape.length === 2) return value;
  throw new ShapeError(`${of} gave no rows to keep`, {
    received: formatShape(shape),
    expected: '[rows, width]',
    fix: 'reshape it to two axes',
  });
}

function expectFloat(of: string, { type: { dtype } }: Node): void {
  if (dtype === 'float32') return;
  throw new DTypeError(`${of} is no float32`, {
    received: dtype,
    expected: 'a float32',
    fix: "cast it: cast(x, 'float32')",
  });
}

/** What every tensor has and no record: who asks for it takes one tensor. */
const OF_ONE: readonly unknown[] = ['type', 'op', 'attrs'];

/** The same tensors; a loss or metric that takes several for one is told so. */
function asked(what: 'output' | 'target', tensors: Tensors): Tensors {
  if (isLeaf(tensors)) return tensors;
  return new Proxy(tensors, {
    get(record, name) {
      if (name in record || !OF_ONE.includes(name)) return record[name as keyof typeof record];
      throw new ValueError(`the loss or a metric takes one ${what}, and there are several`, {
        received: Object.keys(record).join(', '),
        expected: `which of them: lossOn({ ${what}: '${Object.keys(record)[0]}' }, …) and metricOn(…)`,
        fix: 'add the losses of several up with weightedSum',
      });
    },
  });
}
