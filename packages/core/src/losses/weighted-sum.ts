import { ValueError } from '../errors.ts';
import type { Node } from '../ir/node.ts';
import type { All } from '../ir/tree.ts';
import { add } from '../ops/elementwise/add.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { expectNumber, expectOptions } from '../options.ts';
import { expectLoss } from './expect.ts';
import type { AnyLoss, Loss } from './loss.ts';

/** A loss and its share. */
export interface LossTerm {
  readonly loss: AnyLoss;
  readonly weight: number;
}

type OutputOf<T> = T extends { readonly loss: Loss<infer Output, infer _> } ? Output : never;
type TargetOf<T> = T extends { readonly loss: Loss<infer _, infer Target> } ? Target : never;

/**
 * Several losses of the same output and target at once: `Σ weight · loss`. Over batches each term is averaged by what it is the mean of. Gradients
 * come as one sum, so that `accumulate` refuses terms that are means over different things.
 */
export function weightedSum<const T extends readonly LossTerm[]>(
  ...terms: T
): Loss<All<OutputOf<T[number]>>, All<TargetOf<T[number]>>> {
  if (terms.length === 0) throw new ValueError('weightedSum needs at least one loss', { received: 'none' });
  for (const [i, term] of terms.entries()) {
    expectOptions('weightedSum', term, ['loss', 'weight']);
    expectLoss(`weightedSum[${i}].loss`, term.loss);
    expectNumber(`weightedSum[${i}].weight`, term.weight);
  }
  const first = terms[0]?.loss;
  // The first term that looks at an output says what it is.
  const outputs: NonNullable<Loss['outputs']> = Object.assign({}, ...terms.map(({ loss }) => loss.outputs).reverse());
  return {
    label: terms.map(({ loss, weight }) => `${weight}·${loss.label}`).join(' + '),
    apply: (output, target) =>
      terms.map(({ loss, weight }) => mul(loss.apply(output, target), weight)).reduce((a: Node, b: Node) => add(a, b)),
    weight: (output, target) =>
      terms.map(({ loss }) => loss.weight?.(output, target)).find((weight) => weight !== undefined),
    terms: (output, target) =>
      terms.flatMap(({ loss, weight }) => {
        const inner = loss.terms?.(output, target) ?? [
          { value: loss.apply(output, target), weight: loss.weight?.(output, target) },
        ];
        return inner.map((term) => ({ ...term, value: mul(term.value, weight) }));
      }),
    targets: (output, target) => terms.flatMap(({ loss }) => loss.targets?.(output, target) ?? []),
    ...(first?.output !== undefined && { output: first.output }),
    ...(Object.keys(outputs).length > 0 && { outputs }),
    classAxis: terms.find(({ loss }) => loss.classAxis !== undefined)?.loss.classAxis,
    ignoreIndex: terms.find(({ loss }) => loss.ignoreIndex !== undefined)?.loss.ignoreIndex,
  };
}
