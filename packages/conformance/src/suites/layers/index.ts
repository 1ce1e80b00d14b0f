import {
  type AnyLayer,
  applyLayer,
  gradients,
  initParameters,
  type NDArray,
  type Node,
  type Shape,
} from '@descent/core';
import { type DType, graph, numel } from '@descent/core/backend';
import { input, mul, sum } from '@descent/core/ops';
import { distinct, values } from '@descent/core/testing';
import { type Computation, referenceTest } from '../../reference-test.ts';
import type { ConformanceTest } from '../../test-case.ts';
import { ACTIVATIONS } from './activations.ts';
import { ATTENTION } from './attention.ts';
import { BASIC } from './basic.ts';
import { CONTAINERS } from './containers.ts';
import { CONVOLUTION } from './convolution.ts';
import { EMBEDDING } from './embedding.ts';
import type { Given, LayerCase } from './layer-case.ts';
import { NORMALIZATION } from './normalization.ts';
import { PARAMETRIZED } from './parametrized.ts';
import { POOLING } from './pooling.ts';
import { RECURRENT } from './recurrent.ts';
import { SHAPE } from './shape.ts';

/** Every layer that computes, in training and in inference, with the gradients of its input and parameters. */
export function layerTests(): readonly ConformanceTest[] {
  return LAYERS.flatMap(([layer, given]) =>
    [true, false].map((training) =>
      referenceTest(
        `layer/${layer.label} of ${described(given)}/${training ? 'training' : 'inference'}`,
        () => computation(layer, given, training),
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
  ...SHAPE,
  ...NORMALIZATION,
  ...EMBEDDING,
  ...ATTENTION,
  ...RECURRENT,
  ...ACTIVATIONS,
  ...CONTAINERS,
  ...PARAMETRIZED,
];

function computation(layer: AnyLayer, given: LayerCase[1], training: boolean): Computation {
  const parameters = new Map<string, Node>(layer.parameters.map((p) => [p.name, input(`p.${p.name}`, p.shape)]));
  const arrays = Object.fromEntries(
    isSeveral(given)
      ? Object.entries(given).map(([name, one], i) => [`x.${name}`, arrayOf(one, i + 1)])
      : [['x', arrayOf(given, 1)]],
  );
  const inputs = Object.entries(arrays).map(
    ([name, { shape, dtype }]) => [name, input(name, shape, dtype as DType)] as const,
  );
  const x = isSeveral(given)
    ? Object.fromEntries(inputs.map(([name, node]) => [name.slice('x.'.length), node]))
    : (inputs[0]?.[1] as Node);
  const assigned: Record<string, Node> = {};
  const assign = (name: string, value: Node): void => {
    assigned[`assigned.${name}`] = value;
  };
  const y = applyLayer(layer, x, parameters, { training, assign }) as Node;
  // A random projection, so that no gradient cancels out.
  const loss = sum(mul(y, input('weights', y.type.shape)));
  const floats = inputs.map(([, node]) => node).filter(({ type }) => type.dtype === 'float32');
  const grads = gradients(loss, [...floats, ...parameters.values()]);
  const named = Object.fromEntries(grads.map((g, i) => [`gradient${i}`, g]));
  const feeds = {
    ...arrays,
    weights: values(y.type.shape, 2),
    ...Object.fromEntries(Object.entries(initParameters(layer, 3)).map(([name, p]) => [`p.${name}`, p])),
  };
  return { graph: graph({ y, ...named, ...assigned }), feeds };
}

/** All different, so that the largest of each window is one; small where they are many, so that rounding stays below the tolerance. */
function arrayOf(given: Given, seed: number): NDArray {
  return isShape(given) ? distinct(given, seed, { step: Math.min(0.125, 8 / numel(given)) }) : given;
}

function isShape(given: LayerCase[1]): given is Shape {
  return Array.isArray(given);
}

function isSeveral(given: LayerCase[1]): given is { readonly [name: string]: Given } {
  return !isShape(given) && !('data' in given);
}

function described(given: LayerCase[1]): string {
  if (isSeveral(given))
    return Object.entries(given)
      .map(([name, one]) => `${name} ${described(one)}`)
      .join(', ');
  return `[${(isShape(given) ? given : (given as NDArray).shape).join()}]`;
}
