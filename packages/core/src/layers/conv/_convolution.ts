import { ShapeError, ValueError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import { formatShape, type Shape } from '../../ir/shape.ts';
import { expectCut, expectOutputPadding, type TransposedOptions } from '../../ops/conv/_transposed.ts';
import { AXES, expectPadding, type Rank, sizes, THINGS } from '../../ops/conv/_window.ts';
import { add } from '../../ops/elementwise/add.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { expectCount, expectFlag, expectOptions } from '../../options.ts';
import { channelsLastAdvice } from '../_channels-last.ts';
import { expectFloat } from '../_check.ts';
import { biasBound } from '../basic/linear.ts';
import { expectInitializers, type Initializer, kaimingUniform } from '../init/initializers.ts';
import type { Layer } from '../layer.ts';

/** What the options of all convolutions have besides how their windows move. */
export interface ConvolutionOptions {
  /** Default 1; `inChannels` makes it depthwise. */
  readonly groups?: number;
  /** Default true. */
  readonly bias?: boolean;
  /** Default: PyTorch's, uniform on ±1/√(numbers in a window). */
  readonly weightInit?: Initializer;
  /** Default: PyTorch's, uniform on ±1/√(numbers in a window). */
  readonly biasInit?: Initializer;
}

/** The options of any convolution. Their types are those of each layer; what they are is looked at here. */
interface AnyOptions extends TransposedOptions<unknown, unknown>, ConvolutionOptions {}

interface Kind {
  readonly name: string;
  readonly rank: Rank;
  readonly isTransposed?: boolean;
  /** The builder, which takes how the windows move. */
  readonly convolve: (x: Node, weight: Node, options: never) => Node;
}

/** A layer that convolves, with a weight `[out, in / groups, …]`, or `[in, out / groups, …]` when it is transposed, and a bias `[out]`. */
export function convolution(
  kind: Kind,
  inChannels: number,
  outChannels: number,
  kernelSize: unknown,
  options: AnyOptions,
): Layer {
  const { name, rank, isTransposed = false } = kind;
  const named = ['stride', 'padding', ...(isTransposed ? ['outputPadding'] : []), 'dilation', 'groups', 'bias'];
  expectOptions(name, options, [...named, 'weightInit', 'biasInit']);
  const { stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1, bias = true } = options;
  expectFlag(`${name}.bias`, bias);
  const strides = sizes(name, 'stride', stride, 1, rank);
  const dilations = sizes(name, 'dilation', dilation, 1, rank);
  if (isTransposed) {
    expectCut(name, padding, rank);
    expectOutputPadding(name, sizes(name, 'output padding', outputPadding, 0, rank), strides, dilations);
  } else expectPadding(name, padding, rank);
  expectCount(name, 'inChannels', inChannels);
  expectCount(name, 'outChannels', outChannels);
  expectCount(name, 'groups', groups);
  if (inChannels % groups !== 0 || outChannels % groups !== 0) {
    throw new ValueError(`${name}: the groups must divide the channels`, {
      path: 'groups',
      received: `${groups} groups for ${inChannels} → ${outChannels} channels`,
      expected: 'a common divisor of both channel counts',
    });
  }
  const kernel = sizes(name, 'kernel size', kernelSize, 1, rank);
  const shape = isTransposed
    ? [inChannels, outChannels / groups, ...kernel]
    : [outChannels, inChannels / groups, ...kernel];
  // PyTorch takes the second axis of either weight for what goes in.
  const fanIn = shape.slice(1).reduce((a, b) => a * b);
  const { weightInit = kaimingUniform({ a: Math.sqrt(5) }), biasInit = biasBound(fanIn) } = options;
  expectInitializers(name, { weightInit, biasInit });
  const weight = { name: 'weight', shape, init: weightInit };
  const move = { stride, padding, dilation, groups, ...(isTransposed ? { outputPadding } : {}) };
  return {
    label: `${name}(${inChannels} → ${outChannels}, ${kernel.join('×')}${describe(move)})`,
    parameters: bias ? [weight, { name: 'bias', shape: [outChannels], init: biasInit }] : [weight],
    apply(x, { parameter }) {
      expectFloat(x);
      expectImages(x.type.shape, kind, inChannels, outChannels);
      const y = kind.convolve(x, parameter('weight'), move as never);
      return bias ? add(y, reshape(parameter('bias'), [outChannels, ...kernel.map(() => 1)])) : y;
    },
  };
}

function expectImages(shape: Shape, { name, rank }: Kind, inChannels: number, outChannels: number): void {
  if (shape.length === rank + 2 && shape[1] === inChannels) return;
  throw new ShapeError(`the ${THINGS[rank]}s do not fit the weight`, {
    received: formatShape(shape),
    expected: `[batch, ${inChannels}, ${AXES[rank].join(', ')}]`,
    fix:
      channelsLastAdvice(shape, inChannels, rank) ??
      (shape.length === rank + 2
        ? `use ${name}(${shape[1]}, ${outChannels}, …), or give ${THINGS[rank]}s of ${inChannels} channels`
        : `put this layer in front of flatten(), or reshape to ${['three', 'four', 'five'][rank - 1]} axes`),
  });
}

function describe(move: object): string {
  const plain: Readonly<Record<string, number>> = { padding: 0, outputPadding: 0 };
  const parts = Object.entries(move).filter(([name, value]) => value !== (plain[name] ?? 1));
  return parts
    .map(([name, value]) => `, ${name === 'outputPadding' ? 'output padding' : name} ${[value].flat().join('×')}`)
    .join('');
}
