import { ValueError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import { formatShape, sameShape } from '../../ir/shape.ts';
import type { Named } from '../../ir/tree.ts';
import { add } from '../../ops/elementwise/add.ts';
import { minimum } from '../../ops/elementwise/minimum.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { mean } from '../../ops/reduce/mean.ts';
import { expectFlag, expectKind, expectNumber, expectOptions } from '../../options.ts';
import { expectAlike, expectNames, outputsOf } from '../_outputs.ts';
import type { Loss } from '../loss.ts';
import { distance } from './_distance.ts';
import { hinge } from './_hinge.ts';

/** Names of the outputs, and what both triplet losses share. */
export interface TripletOptions<
  Anchor extends string = 'anchor',
  Positive extends string = 'positive',
  Negative extends string = 'negative',
> {
  /** By how much the negative should be farther away than the positive. Default: 1. */
  readonly margin?: number;
  /** Whether the distance of positive and negative counts where it is the smaller one (Balntas and others 2016). Default: false. */
  readonly swap?: boolean;
  /** Name of the output that the others are compared with. Default: `'anchor'`. */
  readonly anchor?: Anchor;
  /** Name of the output that should be near. Default: `'positive'`. */
  readonly positive?: Positive;
  /** Name of the output that should be far. Default: `'negative'`. */
  readonly negative?: Negative;
}

export interface TripletMarginOptions<
  Anchor extends string = 'anchor',
  Positive extends string = 'positive',
  Negative extends string = 'negative',
> extends TripletOptions<Anchor, Positive, Negative> {
  /** Degree of the norm, at least 1. Default: 2. */
  readonly p?: number;
  /** Added to differences, so that equal vectors have a gradient. Default: 1e-6. */
  readonly eps?: number;
}

export interface TripletMarginWithDistanceOptions<
  Anchor extends string = 'anchor',
  Positive extends string = 'positive',
  Negative extends string = 'negative',
> extends TripletOptions<Anchor, Positive, Negative> {
  /** Two outputs `[batch, …]` → `[batch]`. */
  readonly distance: (a: Node, b: Node) => Node;
}

/** A loss that looks at no target. */
type TripletLoss<A extends string, P extends string, N extends string> = Loss<Named<A> & Named<P> & Named<N>>;

/**
 * Mean of `max(0, d(anchor, positive) − d(anchor, negative) + margin)` over triplets, as PyTorch's `TripletMarginLoss`: the network gives `anchor`, `positive` and `negative`
 * `[batch, width]` by name. Targets are not looked at. Throws a `ShapeError` when they do not fit.
 */
export function tripletMargin<
  Anchor extends string = 'anchor',
  Positive extends string = 'positive',
  Negative extends string = 'negative',
>(options: TripletMarginOptions<Anchor, Positive, Negative> = {}): TripletLoss<Anchor, Positive, Negative> {
  expectOptions('tripletMargin', options, ['margin', 'p', 'eps', 'swap', 'anchor', 'positive', 'negative']);
  const { p = 2, eps = 1e-6, ...others } = options;
  expectNumber('tripletMargin.p', p, { least: 1 });
  expectNumber('tripletMargin.eps', eps, { above: 0 });
  return triplets('tripletMargin', others, 2, (a, b) => distance(a, b, p, eps));
}

/** `tripletMargin` with a distance of one's own, as PyTorch's `TripletMarginWithDistanceLoss`. */
export function tripletMarginWithDistance<
  Anchor extends string = 'anchor',
  Positive extends string = 'positive',
  Negative extends string = 'negative',
>(options: TripletMarginWithDistanceOptions<Anchor, Positive, Negative>): TripletLoss<Anchor, Positive, Negative> {
  const label = 'tripletMarginWithDistance';
  expectOptions(label, options, ['distance', 'margin', 'swap', 'anchor', 'positive', 'negative']);
  const { distance: own, ...others } = options;
  expectKind(`${label}.distance`, own, 'function', '(a, b) => sum(abs(sub(a, b)), { axes: [1] })');
  return triplets(label, others, undefined, (a, b) => {
    const d = own(a, b);
    const batch = a.type.shape.slice(0, 1);
    if (sameShape(d?.type?.shape ?? [], batch)) return d;
    throw new ValueError('the distance is not one number for each pair', {
      path: `${label}.distance`,
      received: d?.type === undefined ? 'no node' : formatShape(d.type.shape),
      expected: formatShape(batch),
    });
  });
}

function triplets<A extends string, P extends string, N extends string>(
  label: string,
  options: TripletOptions<A, P, N>,
  rank: number | undefined,
  between: (a: Node, b: Node) => Node,
): TripletLoss<A, P, N> {
  const { margin = 1, swap = false, anchor = 'anchor', positive = 'positive', negative = 'negative' } = options;
  const names = { anchor, positive, negative };
  expectNames(label, names);
  expectNumber(`${label}.margin`, margin);
  expectFlag(`${label}.swap`, swap);
  return {
    label,
    outputs: { [anchor]: 'values', [positive]: 'values', [negative]: 'values' },
    apply(outputs) {
      const given = outputsOf(label, outputs, names);
      expectAlike(label, given, rank);
      const near = between(given.anchor, given.positive);
      const far = between(given.anchor, given.negative);
      const farther = swap ? minimum(far, between(given.positive, given.negative)) : far;
      return mean(hinge(add(sub(near, farther), margin)));
    },
    targets: () => [],
  };
}
