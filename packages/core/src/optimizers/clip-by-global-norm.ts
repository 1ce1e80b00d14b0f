import type { Node } from '../ir/node.ts';
import { add } from '../ops/elementwise/add.ts';
import { div } from '../ops/elementwise/div.ts';
import { minimum } from '../ops/elementwise/minimum.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sqrt } from '../ops/elementwise/sqrt.ts';
import { sum } from '../ops/reduce/sum.ts';
import { expectNumber } from '../options.ts';
import type { GradientTransform } from './transform.ts';

/** PyTorch's `clip_grad_norm_` adds this to the norm. */
const EPS = 1e-6;

/** Scales all directions together so that the norm of their concatenation is at most `maxNorm`, as PyTorch's `clip_grad_norm_`. */
export function clipByGlobalNorm(maxNorm: number): GradientTransform {
  expectNumber('clipByGlobalNorm.maxNorm', maxNorm, { least: 0 });
  return {
    slots: [],
    scalars: () => ({}),
    // An infinite norm makes the factor 0, and 0 times infinity is NaN.
    propagates: true,
    update(directions) {
      const squares = [...directions.values()].map((g) => sum(mul(g, g)));
      if (squares.length === 0) return { directions, slots: {} };
      const norm = sqrt(squares.reduce((a: Node, b: Node) => add(a, b)));
      const factor = minimum(div(maxNorm, add(norm, EPS)), 1);
      return { directions: new Map([...directions].map(([name, g]) => [name, mul(g, factor)])), slots: {} };
    },
  };
}
