// That models in the WebGPU dialect compute correctly is proved by the conformance suite; here, that they hold no operator they must not.
import { type Graph, type NDArray, type Shape, sameShape } from '@descent/core/backend';
import { allCases, caseGradientGraph, caseGraph, gradientInputs, type NamedCase } from '@descent/core/testing';
import { expect, test } from 'vitest';
import { lowerGraph } from '../src/lower.ts';
import { lenet, trainStep } from './train-step.ts';

/** Operators that ONNX Runtime's WebGPU provider lacks, or moves to the CPU. */
const FORBIDDEN = [
  ...['BatchNormalization', 'Bernoulli', 'Col2Im', 'Dropout', 'GroupNormalization', 'LogSoftmax', 'Loop', 'MaxUnpool'],
  ...['Mish', 'Multinomial', 'NegativeLogLikelihoodLoss', 'OneHot', 'RandomNormalLike', 'RandomUniformLike', 'Scan'],
  ...['Sign', 'SoftmaxCrossEntropyLoss', 'SpaceToDepth'],
];

function expectAllowed(graph: Graph, what: string): void {
  for (const { type, outputs } of lowerGraph(graph, { dialect: 'webgpu' }).model.graph.nodes) {
    expect(FORBIDDEN, what).not.toContain(type);
    // The provider fails at MaxPool with its second output, the indices.
    if (type === 'MaxPool') expect(outputs, what).toHaveLength(1);
  }
}

function graphsOf(c: NamedCase): readonly Graph[] {
  return gradientInputs(c).length > 0 ? [caseGraph(c), caseGradientGraph(c)] : [caseGraph(c)];
}

test('no case of an op uses an operator that WebGPU lacks', () => {
  for (const c of allCases()) for (const graph of graphsOf(c)) expectAllowed(graph, `${c.name}: ${c.case.name}`);
});

test('nor does a training step, which on the CPU does', () => {
  const { graph } = trainStep(lenet, 2);
  expectAllowed(graph, 'LeNet');
  expect(lowerGraph(graph).model.graph.nodes.map((n) => n.type)).toContain('MaxUnpool');
});

test('no booleans repeat one another, which the provider gets wrong on an NVIDIA H200', () => {
  const typesOf = (c: NamedCase): readonly string[] =>
    lowerGraph(caseGraph(c), { dialect: 'webgpu' }).model.graph.nodes.map(({ type }) => type);
  const repeating = allCases().filter(
    ({ name, case: { inputs } }) => ['logicalAnd', 'logicalOr'].includes(name) && !sameShape(...shapesOf(inputs)),
  );
  expect(repeating.length).toBeGreaterThan(10);
  for (const c of repeating) expect(typesOf(c), `${c.name}: ${c.case.name}`).not.toContain('And');
  const ofFloats = allCases().find(
    ({ name, case: { inputs } }) => name === 'argMax' && inputs[0]?.dtype === 'float32' && inputs[0].shape.length === 2,
  ) as NamedCase;
  // Whether all are numbers is repeated along the rows; the other And is half of an Or of equal shapes.
  expect(typesOf(ofFloats).filter((type) => type === 'And')).toHaveLength(1);
  expect(typesOf(ofFloats)).toContain('Min');
});

function shapesOf(inputs: readonly NDArray[]): [Shape, Shape] {
  return [inputs[0]?.shape ?? [], inputs[1]?.shape ?? []];
}

test('no transposed convolution cuts its two ends unlike, and no sum is over nothing: CUDA lacks both', () => {
  for (const c of allCases()) {
    for (const graph of graphsOf(c)) {
      const { model, types } = lowerGraph(graph, { dialect: 'webgpu' });
      for (const { type, inputs, attributes } of model.graph.nodes) {
        const { pads = [] } = attributes as { readonly pads?: readonly number[] };
        const alike = pads.slice(0, pads.length / 2);
        if (type === 'ConvTranspose') expect(pads, `${c.name}: ${c.case.name}`).toEqual([...alike, ...alike]);
        if (type === 'ReduceSum') expect(types.get(inputs[0] as string)?.shape, c.case.name).not.toContain(0);
      }
    }
  }
});
