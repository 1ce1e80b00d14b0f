import {
  applyLayer,
  avgPool2d,
  batchNorm2d,
  conv2d,
  flatten,
  gradients,
  initParameters,
  type Layer,
  linear,
  logSoftmax,
  maxPool2d,
  type Node,
  normalize,
  relu,
  rescale,
  type Shape,
  sequential,
  sigmoid,
  softmax,
  tanh,
} from '@descent/core';
import { graph, numel } from '@descent/core/backend';
import { input, mul, sum } from '@descent/core/ops';
import { distinct, values } from '@descent/core/testing';
import { type Computation, referenceTest } from '../reference-test.ts';
import type { ConformanceTest } from '../test-case.ts';

/** Every layer that computes, in training and in inference, with the gradients of its input and parameters. */
export function layerTests(): readonly ConformanceTest[] {
  return LAYERS.flatMap(([layer, shape]) =>
    [true, false].map((training) =>
      referenceTest(
        `layer/${layer.label} of [${shape.join()}]/${training ? 'training' : 'inference'}`,
        () => computation(layer, shape, training),
        ({ gradient }) => gradient,
      ),
    ),
  );
}

const LAYERS: readonly (readonly [Layer, Shape])[] = [
  [linear(5, 3), [4, 5]],
  [linear(5, 3, { bias: false }), [2, 3, 5]],
  // Engines split long sums among their threads, in kernels that short sums never reach.
  [linear(3072, 40), [6, 3072]],
  [linear(2049, 33), [5, 2049]],
  [conv2d(256, 12, 3), [2, 256, 3, 3]],
  [conv2d(2, 4, 3), [2, 2, 6, 5]],
  [conv2d(4, 6, [3, 2], { stride: 2, padding: 'same', groups: 2 }), [2, 4, 7, 6]],
  [conv2d(3, 3, 3, { groups: 3, dilation: 2, padding: [2, 1] }), [1, 3, 6, 7]],
  [maxPool2d(2), [2, 3, 6, 4]],
  [maxPool2d(3, { stride: 2, padding: 1 }), [2, 2, 7, 6]],
  [avgPool2d(2), [2, 3, 4, 6]],
  [avgPool2d(3, { stride: 1, padding: 1, countIncludePad: false }), [1, 2, 5, 4]],
  [batchNorm2d(3), [4, 3, 2, 2]],
  [flatten(), [2, 3, 2]],
  [relu(), [3, 4]],
  [sigmoid(), [3, 4]],
  [tanh(), [3, 4]],
  [softmax(), [3, 4]],
  [logSoftmax({ axis: 1 }), [2, 3, 2]],
  [rescale(1 / 255, -0.5), [2, 3]],
  [normalize([0.1, 0.2], [0.3, 0.4]), [2, 2, 2, 2]],
  [sequential(conv2d(1, 2, 3), relu(), maxPool2d(2), flatten(), linear(8, 3)), [2, 1, 6, 6]],
];

function computation(layer: Layer, shape: Shape, training: boolean): Computation {
  const parameters = new Map<string, Node>(layer.parameters.map((p) => [p.name, input(`p.${p.name}`, p.shape)]));
  const x = input('x', shape);
  const assigned: Record<string, Node> = {};
  const assign = (name: string, value: Node): void => {
    assigned[`assigned.${name}`] = value;
  };
  const y = applyLayer(layer, x, parameters, { training, assign });
  // A random projection, so that no gradient cancels out.
  const loss = sum(mul(y, input('weights', y.type.shape)));
  const wrt = [x, ...parameters.values()];
  const grads = gradients(loss, wrt);
  const named = Object.fromEntries(grads.map((g, i) => [`gradient${i}`, g]));
  const feeds = {
    // All different, so that the largest of each window is one; small where they are many, so that rounding stays below the tolerance.
    x: distinct(shape, 1, { step: Math.min(0.125, 8 / numel(shape)) }),
    weights: values(y.type.shape, 2),
    ...Object.fromEntries(Object.entries(initParameters(layer, 3)).map(([name, p]) => [`p.${name}`, p])),
  };
  return { graph: graph({ y, ...named, ...assigned }), feeds };
}
