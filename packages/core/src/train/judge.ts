import { DTypeError } from '../errors.ts';
import { expectGivenScalar } from '../ir/given.ts';
import type { Node } from '../ir/node.ts';
import type { Tensors } from '../ir/tree.ts';
import { names } from './names.ts';
import type { Recipe } from './step.ts';

/**
 * The loss, the metrics, and what they are means of where that is not the number of samples.
 * @throws ValueError, ShapeError or DTypeError when one of them is not a number: of a vector only the first entry would be shown.
 */
export function judge(
  { loss, metrics }: Pick<Recipe, 'loss' | 'metrics'>,
  output: Tensors,
  y: Tensors,
): Record<string, Node> {
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
  for (const metric of metrics)
    add(metric.name, `the metric ${metric.name}`, metric.apply(output, y, loss), metric.weight?.(output, y, loss));
  return nodes;
}

function expectFloat(of: string, { type: { dtype } }: Node): void {
  if (dtype === 'float32') return;
  throw new DTypeError(`${of} is no float32`, {
    received: dtype,
    expected: 'a float32 of rank 0',
    fix: "cast it: cast(x, 'float32')",
  });
}
