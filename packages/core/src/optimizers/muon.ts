import { ValueError } from '../errors.ts';
import type { Node } from '../ir/node.ts';
import { numel } from '../ir/shape.ts';
import { add } from '../ops/elementwise/add.ts';
import { div } from '../ops/elementwise/div.ts';
import { maximum } from '../ops/elementwise/maximum.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sqrt } from '../ops/elementwise/sqrt.ts';
import { matmul } from '../ops/linalg/matmul.ts';
import { sum } from '../ops/reduce/sum.ts';
import { reshape } from '../ops/shape/reshape.ts';
import { transpose } from '../ops/shape/transpose.ts';
import { describeValue, expectCount, expectFlag, expectNumber, expectOneOf } from '../options.ts';
import { expectNoCallbacks, rateAt, type Schedule } from '../schedules/rate.ts';
import { adamW } from './adam.ts';
import { byParameter } from './by-parameter.ts';
import { chain } from './chain.ts';
import { expectOptimizer } from './expect.ts';
import { type GroupOptions, type ParameterGroup, patternOf, rateGroup } from './groups.ts';
import type { Optimizer } from './optimizer.ts';
import { settingsOf } from './settings.ts';
import { type GradientTransform, perParameter, type TrainedParameter } from './transform.ts';

export interface MuonOptions extends GroupOptions {
  /** Of the matrices, default 0.001. */
  readonly lr?: Schedule;
  /** Decoupled weight decay of the matrices, default 0.1. */
  readonly weightDecay?: number;
  /** Default 0.95. */
  readonly momentum?: number;
  /** Default true. */
  readonly nesterov?: boolean;
  /** Of the polynomial of each iteration, default `[3.4445, -4.775, 2.0315]`. */
  readonly nsCoefficients?: readonly [number, number, number];
  /** The least norm that an update is divided by, default 1e-7. */
  readonly eps?: number;
  /** Number of iterations, default 5. */
  readonly nsSteps?: number;
  /**
   * What a matrix `[a, b]` multiplies the rate by: `'original'` √max(1, a/b), `'matchRmsAdamW'` 0.2·√max(a, b), with which rates are those of
   * AdamW. Default `'original'`.
   */
  readonly adjustLr?: 'original' | 'matchRmsAdamW';
  /** The names of the parameters that are updated so, a regular expression or its text. Default: those of two or more axes. */
  readonly match?: RegExp | string;
  /** For all others, with a learning rate of its own. Default `adamW()`. */
  readonly others?: Optimizer;
}

/**
 * Momentum made orthogonal by Newton–Schulz iterations (Jordan 2024), with PyTorch's `Muon` defaults, for hidden layers; leave embeddings and the
 * last layer to `others` by `match`. Axes of a parameter behind the first count as one. PyTorch iterates in bfloat16, Descent in float32.
 * Groups are for all parameters, their weight decay for the matrices.
 */
export function muon(options: MuonOptions = {}): Optimizer {
  const { optimizer, decayed } = settingsOf('muon', options, { lr: 1e-3, weightDecay: 0.1 }, [
    ...['momentum', 'nesterov', 'nsCoefficients', 'eps', 'nsSteps', 'adjustLr', 'match', 'others'],
  ]);
  const {
    lr = 1e-3,
    momentum = 0.95,
    nesterov = true,
    nsCoefficients = [3.4445, -4.775, 2.0315],
    eps = 1e-7,
  } = options;
  const { nsSteps = 5, adjustLr = 'original', match, others = adamW(), groups = [] } = options;
  expectNumber('muon.momentum', momentum, { least: 0, below: 1 });
  expectFlag('muon.nesterov', nesterov);
  if (!Array.isArray(nsCoefficients) || nsCoefficients.length !== 3)
    throw new ValueError('a polynomial of muon has three coefficients', {
      path: 'muon.nsCoefficients',
      received: describeValue(nsCoefficients),
      expected: 'three numbers, such as [3.4445, -4.775, 2.0315]',
    });
  for (const [i, c] of nsCoefficients.entries()) expectNumber(`muon.nsCoefficients[${i}]`, c);
  expectNumber('muon.eps', eps, { above: 0 });
  expectCount('muon', 'nsSteps', nsSteps);
  expectOneOf('muon.adjustLr', adjustLr, ['original', 'matchRmsAdamW']);
  const pattern = match === undefined ? null : patternOf('muon.match', match);
  expectOptimizer('muon.others', others);
  expectNoCallbacks('muon.others.lr', others.lr);
  if (others.sharpness !== undefined)
    throw new ValueError('sam goes around muon', {
      path: 'muon.others',
      received: others.label,
      expected: 'sam(rho, muon(…))',
    });
  if (others.groups !== undefined)
    throw new ValueError('the optimizer inside muon has groups', {
      path: 'muon.others',
      received: `${others.label} with groups`,
      expected: 'groups of muon, which are for all parameters',
    });
  const isOwn = ({ name, shape }: TrainedParameter): boolean =>
    pattern === null ? shape.length >= 2 : name.search(pattern) !== -1 && expectMatrix(name, shape.length);
  const orthogonal = orthogonalMomentum({ momentum, nesterov, nsCoefficients, eps, nsSteps, adjustLr });
  return optimizer(
    byParameter(isOwn, chain(orthogonal, decayed), chain(others.transform, atRateOf(others.lr, lr, groups))),
  );
}

/** Throws a `ValueError` for a parameter that was named, and is no matrix. */
function expectMatrix(name: string, axes: number): true {
  if (axes >= 2) return true;
  throw new ValueError('muon is for matrices', {
    path: 'muon.match',
    received: `${name}, a parameter of ${axes === 1 ? 'one axis' : 'no axes'}`,
    expected: 'a pattern for parameters of two or more axes',
  });
}

/** Directions by which parameters move at the rate `own`, though they will be multiplied by `common`. A group's own rate is for all. */
function atRateOf(own: Schedule, common: Schedule, groups: readonly ParameterGroup[]): GradientTransform {
  const decays = groups.filter((g) => g.weightDecay !== undefined);
  return perParameter(
    (direction, { name, scalar }) => {
      const decay = decays.find((g) => name.search(patternOf('match', g.match)) !== -1);
      if (decay !== undefined)
        throw new ValueError('a group of muon sets the weight decay of a parameter that is left to others', {
          path: 'muon.groups',
          received: `${name}, matched by ${String(decay.match)}`,
          expected: 'weight decay of matrices; that of others is an option of muon.others',
        });
      const hasOwn = groups[rateGroup({ groups }, name)]?.lr !== undefined;
      return { direction: hasOwn ? direction : mul(direction, scalar('othersRate')) };
    },
    {
      propagates: true,
      scalars(step) {
        const rate = rateAt('muon.lr', common, step);
        return { othersRate: rate === 0 ? 0 : rateAt('muon.others.lr', own, step) / rate };
      },
    },
  );
}

type Orthogonal = Required<Pick<MuonOptions, 'nesterov' | 'nsCoefficients' | 'eps' | 'nsSteps' | 'adjustLr'>> & {
  readonly momentum: number;
};

function orthogonalMomentum(options: Orthogonal): GradientTransform {
  const { momentum, nesterov, adjustLr } = options;
  return perParameter(
    (g, { slot }) => {
      const v = add(mul(slot('momentum'), momentum), mul(g, 1 - momentum));
      const ahead = nesterov ? add(mul(g, 1 - momentum), mul(v, momentum)) : v;
      const { shape } = g.type;
      const rows = shape[0] as number;
      const columns = numel(shape.slice(1));
      const ratio =
        adjustLr === 'original' ? Math.sqrt(Math.max(1, rows / columns)) : 0.2 * Math.sqrt(Math.max(rows, columns));
      const unit = reshape(orthogonalized(reshape(ahead, [rows, columns]), options), shape);
      return { direction: mul(unit, ratio), slots: { momentum: v } };
    },
    // An infinite number makes the norm infinite and so itself NaN.
    { slots: ['momentum'], propagates: true },
  );
}

/** About `u·vᵀ` for the singular vectors `u` and `v` of a matrix. */
function orthogonalized(matrix: Node, { nsCoefficients: [a, b, c], eps, nsSteps }: Orthogonal): Node {
  const [rows, columns] = matrix.type.shape as [number, number];
  const isTall = rows > columns;
  const flat = isTall ? transpose(matrix) : matrix;
  let x = div(flat, maximum(sqrt(sum(mul(flat, flat))), eps));
  for (let i = 0; i < nsSteps; i++) {
    const gram = matmul(x, transpose(x));
    const polynomial = add(mul(gram, b), mul(matmul(gram, gram), c));
    x = add(mul(x, a), matmul(polynomial, x));
  }
  return isTall ? transpose(x) : x;
}
