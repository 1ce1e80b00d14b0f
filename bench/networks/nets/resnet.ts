import {
  adaptiveAvgPool2d,
  batchNorm2d,
  conv2d,
  crossEntropy,
  flatten,
  identity,
  type Layer,
  layer,
  linear,
  relu,
  rescale,
  sequential,
} from '@descent/core';
import { add, relu as reluOf } from '@descent/core/ops';
import type { Network } from '../network.ts';

const [BATCH, SIDE, CLASSES] = [16, 28, 10];
const WIDTHS = [16, 32, 64, 128] as const;

/** Four stages of two basic blocks each, as ResNet-18 (He et al. 2016), with a quarter and less of its channels. */
export function resnet(): Network {
  return {
    title: `ResNet-18 of ${WIDTHS.join('-')} channels, ${BATCH} images of ${SIDE} × ${SIDE}`,
    model: sequential({
      bytes: rescale(1 / 255),
      conv1: conv2d(1, WIDTHS[0], 3, { padding: 1, bias: false }),
      bn1: batchNorm2d(WIDTHS[0]),
      relu: relu(),
      layer1: stage(WIDTHS[0], WIDTHS[0], 1),
      layer2: stage(WIDTHS[0], WIDTHS[1], 2),
      layer3: stage(WIDTHS[1], WIDTHS[2], 2),
      layer4: stage(WIDTHS[2], WIDTHS[3], 2),
      pool: adaptiveAvgPool2d(1),
      flat: flatten(),
      fc: linear(WIDTHS[3], CLASSES),
    }),
    loss: crossEntropy(),
    optimizer: { kind: 'sgd', lr: 0.005, momentum: 0.9 },
    batch: (draws) => ({ x: draws.bytes(BATCH, 1, SIDE, SIDE), y: draws.integers(0, CLASSES, BATCH) }),
  };
}

function stage(from: number, to: number, stride: number): Layer {
  return sequential(block(from, to, stride), block(to, to, 1));
}

function block(from: number, to: number, stride: number): Layer {
  const parts = {
    conv1: conv2d(from, to, 3, { stride, padding: 1, bias: false }),
    bn1: batchNorm2d(to),
    conv2: conv2d(to, to, 3, { padding: 1, bias: false }),
    bn2: batchNorm2d(to),
    downsample: from === to ? identity() : sequential(conv2d(from, to, 1, { stride, bias: false }), batchNorm2d(to)),
  };
  return layer('block', parts, (x, { conv1, bn1, conv2, bn2, downsample }) =>
    reluOf(add(bn2(conv2(reluOf(bn1(conv1(x))))), downsample(x))),
  );
}
