import type { Conv2dAttrs } from '@descent/core/ops';
import type { GraphBuilder, ResultType } from '../../model/builder.ts';
import type { Attributes } from '../../model/graph.ts';
import type { Value } from '../../model/value.ts';

export function convAttributes({ strides, pads, dilations, groups }: Conv2dAttrs): Attributes {
  return {
    ...(strides.every((s) => s === 1) ? {} : { strides }),
    ...(pads.every((p) => p === 0) ? {} : { pads }),
    ...(dilations.every((d) => d === 1) ? {} : { dilations }),
    ...(groups === 1 ? {} : { group: groups }),
  };
}

/** ONNX's own convolution; `bias`, one number a filter, is added within. */
export function conv2d(
  b: GraphBuilder,
  x: Value,
  w: Value,
  bias: Value | null,
  attrs: Conv2dAttrs,
  result: ResultType,
): Value {
  return b.add('Conv', bias === null ? [x, w] : [x, w, bias], result, {
    kernel_shape: w.shape.slice(2),
    ...convAttributes(attrs),
  });
}
