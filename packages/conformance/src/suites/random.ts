import { type Arrays, gradients, type Node } from '@descent/core';
import { graph } from '@descent/core/backend';
import { input } from '@descent/core/ops';
import { fold, key } from '@descent/core/random';
import { values } from '@descent/core/testing';
import { type Dice, dice } from '../dice.ts';
import { randomAvgPool2d, randomConv2d, randomMaxPool2d, randomSharedWeight } from '../random/images.ts';
import type { RandomCase } from '../random/random-case.ts';
import { randomTensorOp } from '../random/tensors.ts';
import { type Computation, referenceTest } from '../reference-test.ts';
import type { ConformanceTest } from '../test-case.ts';

const FAMILIES: Readonly<Record<string, (d: Dice) => RandomCase>> = {
  conv2d: randomConv2d,
  'shared weights': randomSharedWeight,
  maxPool2d: randomMaxPool2d,
  avgPool2d: randomAvgPool2d,
  tensors: randomTensorOp,
};

/**
 * Random shapes and attributes of ops that have a geometry, forward and backward; one graph for each family and seed. It has several cases,
 * since compiling is what costs.
 */
export function randomTests(seeds: number, cases: number): readonly ConformanceTest[] {
  return Object.entries(FAMILIES).flatMap(([family, draw]) =>
    Array.from({ length: seeds }, (_, seed) => seed).flatMap((seed) =>
      (['forward', 'gradient'] as const).map((direction) =>
        referenceTest(
          `random/${family}/${direction}/seed ${seed}`,
          () => group(family, draw, seed, direction, cases),
          (tolerance) => tolerance[direction],
        ),
      ),
    ),
  );
}

function group(
  family: string,
  draw: (d: Dice) => RandomCase,
  seed: number,
  direction: 'forward' | 'gradient',
  cases: number,
): Computation {
  const d = dice(fold(key(seed), family));
  const feeds: Record<string, Arrays[string]> = {};
  const outputs: Record<string, Node> = {};
  for (let i = 0; i < cases; i++) {
    const one = draw(d);
    const feed = (name: string, array: Arrays[string]): Node => {
      feeds[name] = array;
      return input(name, array.shape, array.dtype === 'float64' ? 'float32' : array.dtype);
    };
    const operands = one.inputs.map((array, at) => feed(`${i}/x${at}`, array));
    const y = one.apply(...operands);
    const label = `case ${i}: ${one.name}`;
    if (direction === 'forward') outputs[label] = y;
    else if (y.type.dtype === 'float32') {
      const floats = operands.filter((x) => x.type.dtype === 'float32');
      const grads = gradients(y, floats, feed(`${i}/dy`, values(y.type.shape, d.seed())));
      for (const [at, g] of grads.entries()) outputs[`${label}: gradient ${at}`] = g;
    }
  }
  return { graph: graph(outputs), feeds };
}
