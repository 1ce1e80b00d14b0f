import { ShapeError } from '../../errors.ts';
import { expectNodes, type Node } from '../../ir/node.ts';
import type { TensorType } from '../../ir/op.ts';
import { imageSize, outputSize, type Padding, type Pair, pair, resolvePads, type WindowAttrs } from './_window.ts';

export interface Pool2dAttrs extends WindowAttrs {
  readonly kernel: Pair;
}

export interface Pool2dOptions {
  /** Default: the kernel size. */
  readonly stride?: number | Pair;
  /** Default 0. At most half of the kernel, so that each window holds a pixel. */
  readonly padding?: Padding;
}

const UNDILATED: Pair = [1, 1];

export function poolAttrs(
  op: string,
  x: Node,
  kernelSize: number | Pair,
  { stride = kernelSize, padding = 0 }: Pool2dOptions,
): Pool2dAttrs {
  expectNodes(op, [x]);
  const kernel = pair(op, 'kernel size', kernelSize, 1);
  const strides = pair(op, 'stride', stride, 1);
  const size = imageSize(op, 'an image batch', x.type);
  const pads = resolvePads(op, padding, size, kernel, strides, UNDILATED);
  if (pads.some((p, i) => p > (kernel[i % 2] as number) / 2)) {
    throw new ShapeError(`${op}: padding may be at most half of the kernel`, {
      received: `padding [${pads.join(', ')}], kernel [${kernel.join(', ')}]`,
      expected: 'windows that each hold a pixel',
    });
  }
  return { kernel, strides, pads };
}

export function poolType(op: string, x: TensorType, attrs: Pool2dAttrs): TensorType {
  const size = imageSize(op, 'an image batch', x);
  return { dtype: x.dtype, shape: [...x.shape.slice(0, 2), ...outputSize(op, size, attrs.kernel, attrs, UNDILATED)] };
}
