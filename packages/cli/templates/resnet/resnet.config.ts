import { defineConfig } from '@descent/cli';
import {
  adaptiveAvgPool2d,
  batchNorm2d,
  conv2d,
  flatten,
  linear,
  oneCycle,
  relu,
  rescale,
  residual,
  sequential,
  sgd,
} from '@descent/core';

const epochs = 3;
const batchSize = 64;

/** Two convolutions with a shortcut around them (He et al. 2016); where sizes change, the shortcut is a convolution, too. */
function block(inChannels: number, channels: number, stride = 1) {
  const body = sequential(
    conv2d(inChannels, channels, 3, { stride, padding: 1, bias: false }),
    batchNorm2d(channels),
    relu(),
    conv2d(channels, channels, 3, { padding: 1, bias: false }),
    batchNorm2d(channels),
  );
  const isSame = stride === 1 && inChannels === channels;
  const shortcut = sequential(conv2d(inChannels, channels, 1, { stride, bias: false }), batchNorm2d(channels));
  return sequential(isSame ? residual(body) : residual(body, { shortcut }), relu());
}

export default defineConfig({
  model: sequential(
    rescale(1 / 255),
    conv2d(1, 8, 3, { padding: 1, bias: false }),
    batchNorm2d(8),
    relu(),
    block(8, 8),
    block(8, 16, 2),
    block(16, 32, 2),
    adaptiveAvgPool2d(1),
    flatten(),
    linear(32, 10),
  ),
  data: 'mnist-sample',
  optimizer: sgd({
    lr: oneCycle({ maxLr: 0.1, steps: epochs * (8000 / batchSize) }),
    momentum: 0.9,
    weightDecay: 5e-4,
  }),
  batchSize,
  epochs,
});
