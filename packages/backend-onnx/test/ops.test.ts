// Every case of every op of core, forward and gradient, against the reference interpreter, in both dialects.
import type { Arrays, Graph, NDArray } from '@descent/core/backend';
import { referenceBackend } from '@descent/core/reference';
import {
  allCases,
  caseFeeds,
  caseGradientGraph,
  caseGraph,
  feedsFor,
  formatArray,
  gradientInputs,
  largestDifference,
  type NamedCase,
} from '@descent/core/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { lowerGraph } from '../src/lower.ts';
import { onnx } from '../src/public/index.ts';

const reference = referenceBackend();
const dialects = ['cpu', 'webgpu'] as const;
const backends = {
  cpu: onnx({ threads: 1, dialect: 'cpu' }),
  webgpu: onnx({ threads: 1, dialect: 'webgpu' }),
};

/** Operators that ONNX Runtime's WebGPU provider lacks, or moves to the CPU. */
const FORBIDDEN_ON_WEBGPU = [
  ...[
    'BatchNormalization',
    'Bernoulli',
    'Col2Im',
    'Dropout',
    'GroupNormalization',
    'LogSoftmax',
    'Loop',
    'MaxUnpool',
    'Mish',
    'Multinomial',
  ],
  ...[
    'NegativeLogLikelihoodLoss',
    'OneHot',
    'RandomNormalLike',
    'RandomUniformLike',
    'Scan',
    'Sign',
    'SoftmaxCrossEntropyLoss',
    'SpaceToDepth',
  ],
];

const expected = new Map<string, Promise<Arrays>>();

/** The reference's results, computed once for both dialects. */
function expectedOf(key: string, graph: Graph, feeds: Arrays): Promise<Arrays> {
  const known = expected.get(key);
  if (known !== undefined) return known;
  const result = reference.compile({ graph, reads: [], writes: [] }).then((e) => e.run(feeds));
  expected.set(key, result);
  return result;
}

const names = [...new Set(allCases().map((c) => c.name))];

afterAll(async () => {
  await Promise.all(Object.values(backends).map((b) => b.dispose()));
});

describe.each(dialects)('in the %s dialect', (dialect) => {
  test.each(names)('%s', async (name) => {
    for (const c of allCases().filter((one) => one.name === name)) {
      await check(dialect, c, 'forward', caseGraph(c));
      if (gradientInputs(c).length > 0) await check(dialect, c, 'gradient', caseGradientGraph(c));
    }
  });
});

test('WebGPU models hold none of the operators that the provider lacks', () => {
  for (const c of allCases()) {
    for (const graph of gradientInputs(c).length > 0 ? [caseGraph(c), caseGradientGraph(c)] : [caseGraph(c)]) {
      for (const { type, outputs } of lowerGraph(graph, { dialect: 'webgpu' }).model.graph.nodes) {
        expect(FORBIDDEN_ON_WEBGPU, `${c.name}: ${c.case.name}`).not.toContain(type);
        if (type === 'MaxPool') expect(outputs, `${c.name}: ${c.case.name}`).toHaveLength(1);
      }
    }
  }
});

async function check(dialect: (typeof dialects)[number], c: NamedCase, kind: string, graph: Graph): Promise<void> {
  const feeds = feedsFor(graph, caseFeeds(c));
  const what = `${c.name}, ${c.case.name}, ${kind}`;
  const wanted = await expectedOf(what, graph, feeds);
  const executable = await backends[dialect].compile({ graph, reads: [], writes: [] });
  const actual = await executable.run(feeds);
  executable.dispose();
  for (const [name, array] of Object.entries(wanted)) {
    const got = actual[name] as NDArray;
    const difference = got.dtype === array.dtype ? largestDifference(got, array) : Number.POSITIVE_INFINITY;
    const message = `${what}: ${name} is ${formatArray(got)}, not ${formatArray(array)}`;
    expect(difference, message).toBeLessThanOrEqual(c.case.tolerance ?? 1e-5);
  }
}
