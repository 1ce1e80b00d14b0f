import { batchNorm2d, conv2d, type Layer, layer, linear, relu, sequential } from '@descent/core';
import { add, mean, relu as reluOf } from '@descent/core/ops';

/** Two convolutions around which the input goes straight on (He et al. 2016). */
export function resnetBlock(channels: number): Layer {
  const conv = conv2d(channels, channels, 3, { padding: 1, bias: false });
  const norm = batchNorm2d(channels);
  return layer(
    `resnetBlock(${channels})`,
    { conv1: conv, bn1: norm, conv2: conv, bn2: norm },
    (x, { conv1, bn1, conv2, bn2 }) => reluOf(add(x, bn2(conv2(reluOf(bn1(conv1(x))))))),
  );
}

const globalPool: Layer = layer('globalPool', {}, (x) => mean(x, { axes: [2, 3] }));

export const resnet: Layer = sequential(
  ...[conv2d(3, 8, 3, { padding: 1, bias: false }), batchNorm2d(8), relu()],
  ...[resnetBlock(8), globalPool, linear(8, 3)],
);
