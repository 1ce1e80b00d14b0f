import { ValueError } from '../../errors.ts';
import { type Node, node } from '../../ir/node.ts';
import type { LeafOp } from '../../ir/op.ts';
import { expectShape, type Shape } from '../../ir/shape.ts';
import { expectKind } from '../../options.ts';

/** What is drawn: bytes that are 1 with probability `p`, or floats. */
export type Distribution =
  | { readonly kind: 'bernoulli'; readonly p: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly std: number };

export interface DrawAttrs {
  /** Names the random stream, such as a layer's path; draws of one step with the same stream are the same numbers. */
  readonly stream: string;
  readonly distribution: Distribution;
  readonly shape: Shape;
}

export const drawOp: LeafOp<'draw', DrawAttrs> = {
  kind: 'leaf',
  name: 'draw',
  infer(_, { distribution, shape, stream }) {
    expectShape(`draw '${stream}'`, shape);
    if (distribution.kind === 'bernoulli' && !(distribution.p >= 0 && distribution.p <= 1)) {
      throw new ValueError('a probability is out of range', {
        path: stream,
        received: `${distribution.p}`,
        expected: 'a number from 0 to 1',
      });
    }
    return { dtype: distribution.kind === 'bernoulli' ? 'uint8' : 'float32', shape };
  },
  grad: 'zero',
};

/**
 * Random numbers, new at every step. Core draws them on the host with its seeded generator and feeds them to the backend, so that every
 * backend sees the same numbers (see docs/decisions/003-random-draws-are-fed.md).
 */
export function draw(stream: string, distribution: Distribution, shape: Shape): Node {
  expectKind('distribution', distribution, { kind: 'text' }, "{ kind: 'bernoulli', p: 0.5 }");
  return node(drawOp, [], { stream, distribution, shape });
}
