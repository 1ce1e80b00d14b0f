import { ValueError } from '../errors.ts';
import type { Node } from '../ir/node.ts';
import type { Tensors } from '../ir/tree.ts';
import { add } from '../ops/elementwise/add.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { expectNumber, expectOptions } from '../options.ts';
import { expectLoss } from './expect.ts';
import type { Loss } from './loss.ts';

/**
 * Several losses of the same output and target at once: `Σ weight · loss`. Means over batches are weighted as the first term that is no plain
 * mean of samples says.
 */
export function weightedSum<Output extends Tensors = Node, Target extends Tensors = Node>(
  ...terms: readonly { readonly loss: Loss<Output, Target>; readonly weight: number }[]
): Loss<Output, Target> {
  if (terms.length === 0) throw new ValueError('weightedSum needs at least one loss', { received: 'none' });
  for (const [i, term] of terms.entries()) {
    expectOptions('weightedSum', term, ['loss', 'weight']);
    expectLoss(`weightedSum[${i}].loss`, term.loss);
    expectNumber(`weightedSum[${i}].weight`, term.weight);
  }
  const first = terms[0]?.loss;
  return {
    label: terms.map(({ loss, weight }) => `${weight}·${loss.label}`).join(' + '),
    apply: (output, target) =>
      terms.map(({ loss, weight }) => mul(loss.apply(output, target), weight)).reduce((a: Node, b: Node) => add(a, b)),
    weight: (output, target) =>
      terms.map(({ loss }) => loss.weight?.(output, target)).find((weight) => weight !== undefined),
    targets: (output, target) => terms.flatMap(({ loss }) => loss.targets?.(output, target) ?? []),
    ...(first?.output !== undefined && { output: first.output }),
    ignoreIndex: terms.find(({ loss }) => loss.ignoreIndex !== undefined)?.loss.ignoreIndex,
  };
}
