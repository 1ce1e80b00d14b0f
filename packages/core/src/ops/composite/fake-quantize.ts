import { ShapeError, ValueError } from '../../errors.ts';
import { expectDType } from '../../ir/dtype.ts';
import { expectNodes, type Node, node, rankOf } from '../../ir/node.ts';
import type { CompositeOp, TensorType } from '../../ir/op.ts';
import { formatShape } from '../../ir/shape.ts';
import { expectCount, expectOptions } from '../../options.ts';
import { add } from '../elementwise/add.ts';
import { div } from '../elementwise/div.ts';
import { greater } from '../elementwise/greater.ts';
import { greaterEqual } from '../elementwise/greater-equal.ts';
import { lessEqual } from '../elementwise/less-equal.ts';
import { logicalAnd } from '../elementwise/logical-and.ts';
import { logicalNot } from '../elementwise/logical-not.ts';
import { logicalOr } from '../elementwise/logical-or.ts';
import { maximum } from '../elementwise/maximum.ts';
import { minimum } from '../elementwise/minimum.ts';
import { mul } from '../elementwise/mul.ts';
import { sub } from '../elementwise/sub.ts';
import { where } from '../elementwise/where.ts';
import { reshape } from '../shape/reshape.ts';
import { round } from './round.ts';

export interface FakeQuantizeAttrs {
  /** The smallest and the largest integer. */
  readonly quantMin: number;
  readonly quantMax: number;
  /** The axis of `x` that scales and zero points belong to; null where there is one of each. */
  readonly axis: number | null;
}

interface Parts {
  /** The scale as `x` takes it, 1 where it is 0. */
  readonly scale: Node;
  readonly zeroPoint: Node;
  /** Before it is cut to the integers that there are. */
  readonly integer: Node;
  readonly isOn: Node;
}

function partsOf(inputs: readonly Node[], { axis }: FakeQuantizeAttrs): Parts {
  const [x, scale, zeroPoint] = inputs as readonly [Node, Node, Node];
  const shape = x.type.shape.map((size, i) => (i === axis ? size : 1));
  const wide = (value: Node): Node => (axis === null ? value : reshape(value, shape));
  const isOn = greater(wide(scale), 0);
  const steps = where(isOn, wide(scale), 1);
  const points = wide(zeroPoint);
  return { scale: steps, zeroPoint: points, integer: add(round(div(x, steps)), points), isOn };
}

export const fakeQuantizeOp: CompositeOp<'fakeQuantize', FakeQuantizeAttrs> = {
  kind: 'composite',
  name: 'fakeQuantize',
  infer(inputs, attrs) {
    const [x, scale, zeroPoint] = inputs as readonly [TensorType, TensorType, TensorType];
    for (const [what, type] of Object.entries({ 'a tensor': x, 'a scale': scale, 'a zero point': zeroPoint })) {
      expectDType('fakeQuantize', what, type.dtype, ['float32']);
    }
    const wanted = attrs.axis === null ? [] : [x.shape[attrs.axis] as number];
    const odd = [scale, zeroPoint].find(({ shape }) => formatShape(shape) !== formatShape(wanted));
    if (odd === undefined && !wanted.includes(undefined as never)) return x;
    throw new ShapeError('fakeQuantize was given scales or zero points of another shape', {
      received: `${formatShape(odd?.shape ?? [])} for ${formatShape(x.shape)} and axis ${attrs.axis}`,
      expected: attrs.axis === null ? 'one of each, []' : `one for each index of the axis, ${formatShape(wanted)}`,
    });
  },
  decompose(inputs, attrs) {
    const { scale, zeroPoint, integer, isOn } = partsOf(inputs, attrs);
    const cut = minimum(maximum(integer, attrs.quantMin), attrs.quantMax);
    return where(isOn, mul(sub(cut, zeroPoint), scale), inputs[0] as Node);
  },
  /** Straight through (Bengio et al. 2013) where nothing is cut, and nothing elsewhere. */
  grad({ inputs, attrs, dy }) {
    const { integer, isOn } = partsOf(inputs, attrs);
    const isInside = logicalAnd(greaterEqual(integer, attrs.quantMin), lessEqual(integer, attrs.quantMax));
    return [where(logicalOr(logicalNot(isOn), isInside), dy, 0), null, null];
  },
};

export interface FakeQuantizeOptions {
  /** The smallest integer. Default 0. */
  readonly quantMin?: number;
  /** The largest integer. Default 255. */
  readonly quantMax?: number;
  /** The axis of `x` that has a scale and a zero point for each of its indices; negative ones count from the end. Default null: one for all. */
  readonly axis?: number | null;
}

/**
 * `x` as integers would have it: `(clip(round(x / scale) + zeroPoint, quantMin, quantMax) − zeroPoint) · scale`, ties to even, as PyTorch's
 * `fake_quantize_per_tensor_affine` and `fake_quantize_per_channel_affine`. The gradient goes straight through to `x` where nothing is clipped. `scale` and `zeroPoint`,
 * whole numbers as float32, are `[]`, or `[size of the axis]`. Where a scale is 0, `x` stays as it is.
 * @throws ShapeError for scales of another shape, ValueError for bounds that are no integers or leave nothing between them.
 */
export function fakeQuantize(x: Node, scale: Node, zeroPoint: Node, options: FakeQuantizeOptions = {}): Node {
  expectNodes('fakeQuantize', [x, scale, zeroPoint]);
  expectOptions('fakeQuantize', options, ['quantMin', 'quantMax', 'axis']);
  const { quantMin = 0, quantMax = 255, axis = null } = options;
  expectCount('fakeQuantize', 'quantMin', quantMin, Number.MIN_SAFE_INTEGER);
  expectCount('fakeQuantize', 'quantMax', quantMax, Number.MIN_SAFE_INTEGER);
  if (!(quantMin < quantMax && quantMax - quantMin < 2 ** 16)) {
    throw new ValueError('the bounds of fakeQuantize are no range of integers', {
      received: `quantMin ${quantMin} and quantMax ${quantMax}`,
      expected: 'a quantMin that is less than quantMax, and at most 65,536 integers',
    });
  }
  if (axis === null) return node(fakeQuantizeOp, [x, scale, zeroPoint], { quantMin, quantMax, axis });
  const rank = rankOf('fakeQuantize', x);
  expectCount('fakeQuantize', 'axis', axis, -rank);
  if (axis >= rank) {
    throw new ShapeError('fakeQuantize was given an axis that the tensor does not have', {
      received: `axis ${axis} of ${formatShape(x.type.shape)}`,
      expected: `an axis from ${-rank} to ${rank - 1}`,
    });
  }
  return node(fakeQuantizeOp, [x, scale, zeroPoint], { quantMin, quantMax, axis: axis < 0 ? axis + rank : axis });
}
