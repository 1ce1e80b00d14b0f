import { isOp, type Node } from '@descent/core/backend';
import { avgPool2dOp, type ConvCall, type PoolCall, type WindowCall } from '@descent/core/ops';
import type { Attributes } from '../model/graph.ts';
import { channelBias, type Rule } from '../rules.ts';
import type { Inputs } from './known.ts';
import { operator, operatorOp } from './operator.ts';

function moves({ strides, dilations, pads }: WindowCall): Attributes {
  return {
    ...(strides.every((s) => s === 1) ? {} : { strides }),
    ...(dilations.every((d) => d === 1) ? {} : { dilations }),
    ...(pads.every((p) => p === 0) ? {} : { pads }),
  };
}

export function convolution(n: Node, known: ConvCall, inputs: Inputs): Node | null {
  const { x, weight } = inputs as Readonly<Record<'x' | 'weight', Node>>;
  const { call, groups, outputPadding = [] } = known;
  // ONNX Runtime refuses what PyTorch takes where there is dilation.
  if (outputPadding.some((p, i) => p > 0 && p >= (known.strides[i] as number))) return null;
  return operator(call === 'conv' ? 'Conv' : 'ConvTranspose', [x, weight], n, {
    kernel_shape: weight.type.shape.slice(2),
    ...moves(known),
    ...(groups === 1 ? {} : { group: groups }),
    ...(outputPadding.some((p) => p > 0) && { output_padding: outputPadding }),
  });
}

/** A convolution adds one number a channel to its result. */
export const biased: Rule = (n, once) => {
  const found = channelBias(n, once, isWithoutBias);
  return found === null ? null : { ...found.conv, inputs: [...found.conv.inputs, found.bias] };
};

function isWithoutBias(n: Node): n is Node {
  return isOp(n, operatorOp) && CONVOLUTIONS.includes(n.attrs.type) && n.inputs.length === 2;
}

const CONVOLUTIONS: readonly string[] = ['Conv', 'ConvTranspose'];

export function pool(n: Node, known: PoolCall, { x }: Inputs): Node | null {
  const { call, kernel, pads, countIncludePad = false } = known;
  // ONNX Runtime refuses padding that is as wide as the kernel, which windows with gaps may have.
  if (pads.some((p, i) => p >= (kernel[i % kernel.length] as number))) return null;
  if (call === 'avgPool' && isWhole(x as Node, known)) return operator('GlobalAveragePool', [x as Node], n);
  return operator(call === 'avgPool' ? 'AveragePool' : 'MaxPool', [x as Node], n, {
    kernel_shape: kernel,
    ...moves(known),
    ...(call === 'avgPool' && countIncludePad && pads.some((p) => p > 0) && { count_include_pad: 1 }),
  });
}

/** The mean of whole images. */
export function wholeMean(n: Node): Node | null {
  if (!isOp(n, avgPool2dOp)) return null;
  const [x] = n.inputs as readonly [Node];
  return isWhole(x, n.attrs) ? operator('GlobalAveragePool', [x], n) : null;
}

function isWhole(x: Node, { kernel, pads }: Pick<PoolCall, 'kernel' | 'pads'>): boolean {
  return pads.every((p) => p === 0) && x.type.shape.slice(2).every((size, i) => size === kernel[i]);
}
