import { ValueError } from '../errors.ts';
import type { Node } from '../ir/node.ts';
import { add } from '../ops/elementwise/add.ts';
import { mul } from '../ops/elementwise/mul.ts';
import type { Loss } from './loss.ts';

/** Several losses of the same output and target at once: `Σ weight · loss`. */
export function weightedSum(...terms: readonly { readonly loss: Loss; readonly weight: number }[]): Loss {
  if (terms.length === 0) throw new ValueError('weightedSum needs at least one loss', { received: 'none' });
  return {
    label: terms.map(({ loss, weight }) => `${weight}·${loss.label}`).join(' + '),
    apply: (output, target) =>
      terms.map(({ loss, weight }) => mul(loss.apply(output, target), weight)).reduce((a: Node, b: Node) => add(a, b)),
  };
}
