import { conv2d, flatten, type Layer, linear, maxPool2d, relu, rescale, sequential } from '@descent/core';

/** For MNIST. */
export const mlp = (hidden = 64, front: readonly Layer[] = [rescale(1 / 255)], back: readonly Layer[] = []): Layer =>
  sequential(...front, flatten(), linear(784, hidden), relu(), linear(hidden, 10), ...back);
/** Convolutions for MNIST. */
export const lenet = (front: readonly Layer[] = [rescale(1 / 255)]): Layer =>
  sequential(
    ...front,
    conv2d(1, 6, 5),
    relu(),
    maxPool2d(2),
    conv2d(6, 12, 5),
    relu(),
    maxPool2d(2),
    flatten(),
    linear(192, 48),
    relu(),
    linear(48, 10),
  );
/** Linear layers of these sizes. */
export const small = (sizes: readonly number[], activation: () => Layer = relu, front: readonly Layer[] = []): Layer =>
  sequential(
    ...front,
    ...sizes.slice(1).flatMap((out, i) => [...(i === 0 ? [] : [activation()]), linear(sizes[i] as number, out)]),
  );
/** For the digits of 8 × 8. */
export const onDigits = (hidden = 32, back: readonly Layer[] = []): Layer =>
  sequential(rescale(1 / 16), flatten(), linear(64, hidden), relu(), linear(hidden, 10), ...back);
