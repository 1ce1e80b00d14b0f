import { ShapeError, ValueError } from '../../errors.ts';
import { formatShape } from '../../ir/shape.ts';
import type { Padding, Pair } from '../../ops/conv/_window.ts';
import { expectPadding, pair } from '../../ops/conv/_window.ts';
import { conv2d as convolve } from '../../ops/conv/conv2d.ts';
import { add } from '../../ops/elementwise/add.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { expectCount, expectFlag, expectOptions } from '../../options.ts';
import { channelsLastAdvice, expectFloat } from '../_check.ts';
import { biasBound } from '../basic/linear.ts';
import { expectInitializers, type Initializer, kaimingUniform } from '../init/initializers.ts';
import type { Layer } from '../layer.ts';

export interface Conv2dLayerOptions {
  /** Default 1. */
  readonly stride?: number | Pair;
  /** Zeros around the image: a number, `[h, w]`, `[top, left, bottom, right]`, `'same'` or `'valid'`. Default 0. */
  readonly padding?: Padding;
  /** Default 1. */
  readonly dilation?: number | Pair;
  /** Default 1; `inChannels` makes it depthwise. */
  readonly groups?: number;
  /** Default true. */
  readonly bias?: boolean;
  readonly weightInit?: Initializer;
  readonly biasInit?: Initializer;
}

const OPTIONS = ['stride', 'padding', 'dilation', 'groups', 'bias', 'weightInit', 'biasInit'];

/**
 * 2-D convolution: `[batch, in, height, width] → [batch, out, height', width']`, `height' = ⌊(height + 2p − d(k − 1) − 1) / s⌋ + 1`.
 * Parameters: `weight` `[out, in / groups, kh, kw]`, `bias` `[out]`; initialized as in PyTorch.
 */
export function conv2d(
  inChannels: number,
  outChannels: number,
  kernelSize: number | Pair,
  options: Conv2dLayerOptions = {},
): Layer {
  expectOptions('conv2d', options, OPTIONS);
  const { stride = 1, padding = 0, dilation = 1, groups = 1, bias = true } = options;
  expectFlag('conv2d.bias', bias);
  pair('conv2d', 'stride', stride, 1);
  pair('conv2d', 'dilation', dilation, 1);
  expectPadding('conv2d', padding);
  expectCount('conv2d', 'inChannels', inChannels);
  expectCount('conv2d', 'outChannels', outChannels);
  expectCount('conv2d', 'groups', groups);
  if (inChannels % groups !== 0 || outChannels % groups !== 0) {
    throw new ValueError('conv2d: the groups must divide the channels', {
      path: 'groups',
      received: `${groups} groups for ${inChannels} → ${outChannels} channels`,
      expected: 'a common divisor of both channel counts',
    });
  }
  const [kh, kw] = pair('conv2d', 'kernel size', kernelSize, 1);
  const perGroup = inChannels / groups;
  const { weightInit = kaimingUniform({ a: Math.sqrt(5) }), biasInit = biasBound(perGroup * kh * kw) } = options;
  expectInitializers('conv2d', { weightInit, biasInit });
  const weight = { name: 'weight', shape: [outChannels, perGroup, kh, kw], init: weightInit };
  return {
    label: `conv2d(${inChannels} → ${outChannels}, ${kh}×${kw}${describe(options)})`,
    parameters: bias ? [weight, { name: 'bias', shape: [outChannels], init: biasInit }] : [weight],
    apply(x, { parameter }) {
      expectFloat(x);
      if (x.type.shape.length !== 4 || x.type.shape[1] !== inChannels) {
        throw new ShapeError('the images do not fit the weight', {
          received: formatShape(x.type.shape),
          expected: `[batch, ${inChannels}, height, width]`,
          fix:
            channelsLastAdvice(x.type.shape, inChannels) ??
            (x.type.shape.length === 4
              ? `use conv2d(${x.type.shape[1]}, ${outChannels}, …), or give images of ${inChannels} channels`
              : 'put this layer in front of flatten(), or reshape to four axes'),
        });
      }
      const y = convolve(x, parameter('weight'), { stride, padding, dilation, groups });
      return bias ? add(y, reshape(parameter('bias'), [outChannels, 1, 1])) : y;
    },
  };
}

function describe({ stride = 1, padding = 0, dilation = 1, groups = 1 }: Conv2dLayerOptions): string {
  const parts = Object.entries({ stride, padding, dilation, groups }).filter(
    ([k, v]) => v !== (k === 'padding' ? 0 : 1),
  );
  return parts.map(([k, v]) => `, ${k} ${Array.isArray(v) ? v.join('×') : v}`).join('');
}
