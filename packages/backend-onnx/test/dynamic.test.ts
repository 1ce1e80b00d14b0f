// Graphs with a dynamic batch axis: one executable for batches of several sizes.
import { type Arrays, DYNAMIC, graph, type NDArray, type Node } from '@descent/core/backend';
import {
  add,
  argMax,
  avgPool2d,
  broadcastTo,
  concat,
  constant,
  conv2d,
  flip,
  gather,
  input,
  iota,
  logSoftmax,
  matmul,
  max,
  maxPool2d,
  mean,
  mul,
  oneHot,
  pad,
  relu,
  reshape,
  scalar,
  scatterAdd,
  slice,
  softmax,
  softmaxCrossEntropy,
  sum,
  transpose,
} from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { integers, largestDifference, values } from '@descent/core/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { lowerGraph } from '../src/lower.ts';
import { onnx } from '../src/public/index.ts';

const BATCHES = [1, 5, 3, 0];
const reference = referenceBackend();
const backends = { cpu: onnx({ threads: 1 }), webgpu: onnx({ threads: 1, dialect: 'webgpu' }) };

afterAll(async () => {
  await Promise.all(Object.values(backends).map((b) => b.dispose()));
});

interface Dynamic {
  /** Sizes of `x` behind the batch axis. */
  readonly features: readonly number[];
  /** `batch` is the size that the trace is for. */
  build(x: Node, labels: Node, batch: number): Node;
  /** Why an empty batch has no result. */
  readonly needsSamples?: string;
}

const image = [2, 4, 6];
const graphs: Readonly<Record<string, Dynamic>> = {
  'a layer': {
    features: [6],
    build: (x) => relu(add(matmul(x, constant(values([6, 4], 1))), constant(values([4], 2)))),
  },
  'a product of batches': { features: [3, 2], build: (x) => matmul(x, x, { transposeB: true }) },
  'reshape to rows': { features: image, build: (x, _, batch) => reshape(x, [batch, 48]) },
  'reshape from rows': { features: [12], build: (x, _, batch) => reshape(x, [3, batch, 4]) },
  'broadcasting up to the batch': {
    features: [3],
    build: (x, _, batch) => concat([x, broadcastTo(constant(values([1], 3)), [batch, 2])], 1),
  },
  'broadcasting over the batch': { features: [1, 3], build: (x, _, batch) => broadcastTo(x, [batch, 2, 3]) },
  'mean over the batch': {
    features: [3],
    build: (x) => mean(x, { axes: 0 }),
    needsSamples: 'the mean of nothing is NaN',
  },
  'sum over the batch': { features: [3], build: (x) => sum(x, { axes: 0, keepDims: true }) },
  'max over features': { features: [3], build: (x) => max(x, { axes: 1 }) },
  softmax: { features: [4], build: (x) => softmax(x) },
  logSoftmax: { features: [4], build: (x) => logSoftmax(x) },
  'cross entropy': { features: [4], build: (x, labels) => softmaxCrossEntropy(x, labels) },
  'argMax and one-hot': { features: [4], build: (x) => oneHot(argMax(x), 4) },
  gather: { features: [4], build: (_, labels) => gather(constant(values([4, 3], 4)), labels) },
  'gather along features': {
    features: [4],
    build: (x) => gather(x, constant(integers([3], 5, { low: 0, high: 4 })), 1),
  },
  'scatter along features': {
    features: [3],
    build: (x) => scatterAdd(constant(integers([3], 5, { low: 0, high: 4 })), x, { axis: 1, size: 4 }),
  },
  'scatter batches': { features: [3], build: (x, labels) => scatterAdd(labels, x, { axis: 0, size: 4 }) },
  'slice, pad and flip': {
    features: [5, 4],
    build: (x) =>
      flip(pad(slice(x, { axis: 1, start: 1, step: 2 }), [0, 1, 0], [0, 2, 1], { interior: [0, 1, 2] }), [1, 2]),
  },
  transpose: { features: [2, 3], build: (x) => transpose(x, [1, 0, 2]) },
  iota: { features: [4], build: (x) => mul(x, iota(4, 'float32')) },
  'a convolution with bias': {
    features: image,
    build: (x) => add(conv2d(x, constant(values([3, 2, 3, 3], 6)), { padding: 1 }), constant(values([3, 1, 1], 7))),
  },
  pooling: { features: image, build: (x) => add(maxPool2d(x, 2), avgPool2d(x, 2)) },
};

describe.each(['cpu', 'webgpu'] as const)('in the %s dialect', (dialect) => {
  test.each(Object.entries(graphs))('%s', async (_, { features, build, needsSamples }) => {
    const traced = graph({ y: trace(features, build, DYNAMIC) });
    const executable = await backends[dialect].compile({ graph: traced, reads: [], writes: [] });
    for (const batch of BATCHES) {
      if (batch === 0 && needsSamples !== undefined) continue;
      const feeds = { x: values([batch, ...features], 8), labels: integers([batch], 9, { low: 0, high: 4 }) };
      const used: Arrays = Object.fromEntries(
        Object.entries(feeds).filter(([name]) => traced.nodes.some((n) => 'name' in n.attrs && n.attrs.name === name)),
      );
      const concrete = { graph: graph({ y: trace(features, build, batch) }), reads: [], writes: [] };
      const wanted = (await (await reference.compile(concrete)).run(used))['y'] as NDArray;
      const actual = (await executable.run(used))['y'] as NDArray;
      expect(actual.shape, `batch ${batch}`).toEqual(wanted.shape);
      expect(largestDifference(actual, wanted), `batch ${batch}`).toBeLessThan(1e-5);
    }
  });
});

test('the dynamic size must come from an input', () => {
  const y = broadcastTo(scalar(2), [DYNAMIC, 2]);
  expect(() => lowerGraph(graph({ y }))).toThrow(/the size of the dynamic axis is unknown/);
});

test('the dynamic axis is called batch in the model', () => {
  const { inputs, outputs } = lowerGraph(graph({ y: trace([3], (x) => mul(x, 2), DYNAMIC) })).model.graph;
  expect(inputs).toEqual([{ name: 'x', dtype: 'float32', shape: ['batch', 3] }]);
  expect(outputs).toEqual([{ name: 'y', dtype: 'float32', shape: ['batch', 3] }]);
});

function trace(features: readonly number[], build: Dynamic['build'], batch: number): Node {
  return build(input('x', [batch, ...features]), input('labels', [batch], 'int32'), batch);
}
