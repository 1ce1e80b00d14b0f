import { applyLayer, gradients, initParameters, type Layer, type Node, type Shape } from '@descent/core';
import { graph, numel } from '@descent/core/backend';
import { input, mul, sum } from '@descent/core/ops';
import { distinct, values } from '@descent/core/testing';
import { type Computation, referenceTest } from '../../reference-test.ts';
import type { ConformanceTest } from '../../test-case.ts';
import { ACTIVATIONS } from './activations.ts';
import { BASIC } from './basic.ts';
import { CONTAINERS } from './containers.ts';
import { CONVOLUTION } from './convolution.ts';
import type { LayerCase } from './layer-case.ts';
import { NORMALIZATION } from './normalization.ts';
import { POOLING } from './pooling.ts';

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

/** A family a file. */
const LAYERS: readonly LayerCase[] = [
  ...BASIC,
  ...CONVOLUTION,
  ...POOLING,
  ...NORMALIZATION,
  ...ACTIVATIONS,
  ...CONTAINERS,
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
