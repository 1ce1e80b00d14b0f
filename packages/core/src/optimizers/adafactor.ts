import { ValueError } from '../errors.ts';
import type { Node } from '../ir/node.ts';
import { numel } from '../ir/shape.ts';
import { add } from '../ops/elementwise/add.ts';
import { div } from '../ops/elementwise/div.ts';
import { maximum } from '../ops/elementwise/maximum.ts';
import { minimum } from '../ops/elementwise/minimum.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sqrt } from '../ops/elementwise/sqrt.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { mean } from '../ops/reduce/mean.ts';
import { describeValue, expectNumber } from '../options.ts';
import type { Schedule } from '../schedules/rate.ts';
import type { GroupOptions } from './groups.ts';
import type { Optimizer } from './optimizer.ts';
import { settingsOf } from './settings.ts';
import { type GradientTransform, perParameter } from './transform.ts';

export interface AdafactorOptions extends GroupOptions {
  /** The largest rate relative to the size of a parameter, default 0.01. */
  readonly lr?: Schedule;
  /** The decay rate of the squares at step t is `1 − t^beta2Decay`. Default −0.8. */
  readonly beta2Decay?: number;
  /** The least root of a mean square, and the least size of a parameter. Default `[2^-23, 1e-3]`, the first being float32's epsilon. */
  readonly eps?: readonly [number, number];
  /** What the root mean square of an update is bounded by, default 1. */
  readonly d?: number;
  /** Decoupled weight decay, default 0. */
  readonly weightDecay?: number;
}

/** Float32's epsilon, which PyTorch takes for parameters of that type. */
const EPSILON = 2 ** -23;

/**
 * Adafactor (Shazeer & Stern 2018), as PyTorch's: rates relative to the size of each parameter, and second moments of matrices kept as one number
 * for each row and one for each column.
 */
export function adafactor(options: AdafactorOptions = {}): Optimizer {
  const { optimizer, decayed } = settingsOf('adafactor', options, { lr: 1e-2, weightDecay: 0 }, [
    ...['beta2Decay', 'eps', 'd'],
  ]);
  const { beta2Decay = -0.8, eps = [EPSILON, 1e-3], d = 1 } = options;
  expectNumber('adafactor.beta2Decay', beta2Decay, { most: 0 });
  if (!Array.isArray(eps) || eps.length !== 2)
    throw new ValueError('adafactor has two epsilons', {
      path: 'adafactor.eps',
      received: describeValue(eps),
      expected: 'a pair such as [1e-7, 1e-3]',
    });
  expectNumber('adafactor.eps[0]', eps[0], { above: 0 });
  expectNumber('adafactor.eps[1]', eps[1], { least: 0 });
  expectNumber('adafactor.d', d, { least: 1 });
  return optimizer(scaleByAdafactor(beta2Decay, eps as readonly [number, number], d), decayed);
}

/** So small that only a learning rate of 0 is below. */
const TINY = 1e-20;

function scaleByAdafactor(beta2Decay: number, [eps1, eps2]: readonly [number, number], d: number): GradientTransform {
  return perParameter(
    (g, { parameter, rate, slot, scalar }) => {
      const { shape } = parameter.type;
      const squares = mul(g, g);
      const next = (name: string, now: Node): Node => {
        const before = slot(name);
        return add(before, mul(sub(now, before), scalar('newShare')));
      };
      let [variance, slots]: [Node, Record<string, Node>] = [g, {}];
      if (shape.length >= 2) {
        const rows = next('rows', mean(squares, { axes: [shape.length - 1], keepDims: true }));
        const columns = next('columns', mean(squares, { axes: [shape.length - 2], keepDims: true }));
        const scale = maximum(mean(rows, { axes: [shape.length - 2], keepDims: true }), eps1);
        [variance, slots] = [mul(div(rows, scale), columns), { rows, columns }];
      } else {
        variance = next('squares', squares);
        slots = { squares: variance };
      }
      const update = div(g, sqrt(maximum(variance, eps1 * eps1)));
      const bound = maximum(div(rms(update), d), 1);
      // The rate is at most that of the step, relative to the size of the parameter; it is multiplied by `rate` afterwards.
      const share = minimum(div(scalar('mostRate'), maximum(rate, TINY)), 1);
      const size = mul(maximum(rms(parameter), eps2), share);
      return { direction: mul(update, div(size, bound)), slots };
    },
    {
      slots: ['rows', 'columns', 'squares'],
      slotShape: (slot, { shape }) => {
        if (shape.length < 2) return slot === 'squares' ? shape : null;
        if (slot === 'squares') return null;
        return shape.with(slot === 'rows' ? -1 : -2, 1);
      },
      // Where the squares are infinite, the direction is 0.
      propagates: true,
      scalars: (step) => ({ newShare: step ** beta2Decay, mostRate: 1 / Math.sqrt(step) }),
    },
  );
}

function rms(x: Node): Node {
  return numel(x.type.shape) === 0 ? mul(mean(x), 0) : sqrt(mean(mul(x, x)));
}
