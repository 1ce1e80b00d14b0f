import { batchNorm2d, conv2d, type Layer, layer } from '@descent/core';
import { add, relu } from '@descent/core/ops';

/** Two convolutions around which the input goes straight on (He et al. 2016): `[batch, c, h, w] → [batch, c, h, w]`. */
export function resnetBlock(channels: number): Layer {
  const conv = conv2d(channels, channels, 3, { padding: 1, bias: false });
  const norm = batchNorm2d(channels);
  return layer(
    `resnetBlock(${channels})`,
    { conv1: conv, bn1: norm, conv2: conv, bn2: norm },
    (x, { conv1, bn1, conv2, bn2 }) => relu(add(x, bn2(conv2(relu(bn1(conv1(x))))))),
  );
}
