import {
  adaptiveAvgPool2d,
  batchNorm2d,
  conv2d,
  flatten,
  identity,
  type Layer,
  layer,
  linear,
  maxPool2d,
  relu,
  rescale,
  sequential,
} from '@descent/core';
import { add, relu as reluOf } from '@descent/core/ops';

const CLASSES = 10;

/** Basic blocks as in ResNet-18 (He et al. 2016), one in each of three stages of `width`, 2 · `width` and 4 · `width` channels
 * at 14, 7 and 4 pixels: `[batch, 1, 28, 28]` bytes → 10 logits. */
export function resnet(width: number): Layer {
  return sequential({
    bytes: rescale(1 / 255),
    conv1: conv2d(1, width, 3, { padding: 1, bias: false }),
    bn1: batchNorm2d(width),
    relu: relu(),
    pool1: maxPool2d(2),
    layer1: block(width, width, 1),
    layer2: block(width, 2 * width, 2),
    layer3: block(2 * width, 4 * width, 2),
    pool: adaptiveAvgPool2d(1),
    flat: flatten(),
    fc: linear(4 * width, CLASSES),
  });
}

/** Two convolutions beside a straight way; where the size changes, the way goes through a convolution of kernel size 1. */
function block(from: number, to: number, stride: number): Layer {
  const shortcut = sequential(conv2d(from, to, 1, { stride, bias: false }), batchNorm2d(to));
  const parts = {
    conv1: conv2d(from, to, 3, { stride, padding: 1, bias: false }),
    bn1: batchNorm2d(to),
    conv2: conv2d(to, to, 3, { padding: 1, bias: false }),
    bn2: batchNorm2d(to),
    downsample: from === to && stride === 1 ? identity() : shortcut,
  };
  return layer(`block(${from} → ${to})`, parts, (x, { conv1, bn1, conv2, bn2, downsample }) =>
    reluOf(add(bn2(conv2(reluOf(bn1(conv1(x))))), downsample(x))),
  );
}
