import { ShapeError } from '../../errors.ts';
import { expectNodes, type Node, node } from '../../ir/node.ts';
import type { CompositeOp } from '../../ir/op.ts';
import { expectKind } from '../../options.ts';

/** A layer of a recurrent network in one direction, over `x` `[time, batch, features]`, with PyTorch's weights and order of gates. */
export interface RecurrentCall {
  /** With `x`, the first states `h` (and `c`), `weightIn`, `weightHidden`, perhaps `biasIn`, `biasHidden`, and `lengths`, int32 `[batch]`. */
  readonly call: 'lstm' | 'gru';
  readonly reverse: boolean;
  /** `[time, batch, hidden]` of all steps, or a state `[batch, hidden]` after the last. */
  readonly result: 'output' | 'h' | 'c';
}

/** How windows move over `x` `[batch, channels, …]`, one number an axis behind the channels; `pads` in front of each axis, then behind each. */
export interface WindowCall {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
}

/** A convolution of `x` with `weight`, PyTorch's; with `'convTranspose'`, `pads` are cut off, and `outputPadding` is put behind. */
export interface ConvCall extends WindowCall {
  readonly call: 'conv' | 'convTranspose';
  readonly groups: number;
  readonly outputPadding?: readonly number[];
}

/** A pooling of `x`. Of a mean, `countIncludePad` says whether padding counts. */
export interface PoolCall extends WindowCall {
  readonly call: 'maxPool' | 'avgPool';
  readonly kernel: readonly number[];
  readonly countIncludePad?: boolean;
}

/** `(x − mean) / √(variance + eps)`, perhaps times `weight` plus `bias`, each one number a channel. */
export interface BatchNormCall {
  readonly call: 'batchNorm';
  readonly eps: number;
}

/** More or fewer pixels, by `scales` of all axes, or as many as the value has. */
export interface ResizeCall {
  readonly call: 'resize';
  readonly mode: 'nearest' | 'linear';
  readonly alignCorners: boolean;
  readonly scales: readonly number[] | null;
}

/** `x` surrounded by elements of its own; counts for all axes. */
export interface PadCall {
  readonly call: 'pad';
  readonly mode: 'reflect' | 'replicate' | 'circular';
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** Channels of `x` beside each other as pixels. */
export interface PixelShuffleCall {
  readonly call: 'pixelShuffle';
  readonly factor: number;
}

/** `x` above 0, and `slope · x` elsewhere. */
export interface LeakyReluCall {
  readonly call: 'leakyRelu';
  readonly slope: number;
}

/** A function of each element of `x`; `'prelu'` has `slopes`, which broadcast. */
export interface ElementCall {
  readonly call: 'prelu' | 'softsign' | 'hardsigmoid' | 'hardswish';
}

/** A function that has a name elsewhere, without what it is applied to. */
export type Known =
  | BatchNormCall
  | ConvCall
  | ElementCall
  | LeakyReluCall
  | PadCall
  | PixelShuffleCall
  | PoolCall
  | RecurrentCall
  | ResizeCall;

export interface KnownAsAttrs {
  readonly known: Known;
  /** What the function calls each input behind the first. */
  readonly names: readonly string[];
}

/**
 * A value, and what is known of it: that a function with a name, of the other inputs, gives the same. A backend that has the function may
 * call it, and then needs the value no more; for all others, and for gradients, this is the value.
 */
export const knownAsOp: CompositeOp<'knownAs', KnownAsAttrs> = {
  kind: 'composite',
  name: 'knownAs',
  infer([value, ...inputs], { names }) {
    if (value !== undefined && inputs.length === names.length) return value;
    throw new ShapeError('knownAs has other inputs than names for them', {
      received: value === undefined ? 'no value' : `${inputs.length} inputs behind the value`,
      expected: `a value, and ${names.length} inputs: ${names.join(', ')}`,
    });
  },
  decompose: ([value]) => value as Node,
};

/** `value`, of which it is known that the function gives it when it is applied to `inputs`; those that are undefined are left out. */
export function knownAs(value: Node, known: Known, inputs: Readonly<Record<string, Node | undefined>>): Node {
  expectKind('what a value is known as', known, 'record', "{ call: 'softsign' }");
  expectKind('the inputs of knownAs', inputs, 'record', '{ x }');
  const given = Object.entries(inputs).filter((entry): entry is [string, Node] => entry[1] !== undefined);
  const nodes = given.map(([, n]) => n);
  expectNodes('knownAs', [value, ...nodes]);
  return node(knownAsOp, [value, ...nodes], { known, names: given.map(([name]) => name) });
}
