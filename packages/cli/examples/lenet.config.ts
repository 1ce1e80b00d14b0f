import { defineConfig } from '@descent/cli';
import { conv2d, cosine, flatten, linear, maxPool2d, relu, rescale, sequential, sgd } from '@descent/core';

const epochs = 12;
const batchSize = 32;

// LeNet (LeCun et al. 1998) with ReLU and max pooling: about 98 % of the test digits after 12 epochs.
export default defineConfig({
  model: sequential(
    rescale(1 / 255),
    conv2d(1, 6, 5),
    relu(),
    maxPool2d(2),
    conv2d(6, 16, 5),
    relu(),
    maxPool2d(2),
    flatten(),
    linear(16 * 4 * 4, 120),
    relu(),
    linear(120, 84),
    relu(),
    linear(84, 10),
  ),
  data: 'mnist-sample',
  // 8,000 images: the rate falls to its least at the end of the last epoch.
  optimizer: sgd({
    lr: cosine({ lr: 0.05, min: 0.001, steps: epochs * (8000 / batchSize) }),
    momentum: 0.9,
    weightDecay: 0.001,
  }),
  batchSize,
  epochs,
});
