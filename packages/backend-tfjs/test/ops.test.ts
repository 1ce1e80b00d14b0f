import type { Arrays, NDArray } from '@descent/core';
import { type Backend, type Graph, isFloat } from '@descent/core/backend';
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
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tfjs } from '../src/public/index.ts';

const reference = referenceBackend();

async function evaluate(backend: Backend, graph: Graph, feeds: Arrays): Promise<Arrays> {
  const executable = await backend.compile({ graph, reads: [], writes: [] });
  const results = await executable.run(feedsFor(graph, feeds));
  executable.dispose();
  return results;
}

/** Largest `|difference| / max(1, |value|)`. Sums are in float32 here and in float64 in the reference. */
const TOLERANCE = { forward: 2e-6, gradient: 2e-5 };

function expectClose(actual: NDArray | undefined, expected: NDArray, tolerance: number): void {
  const received = actual as NDArray;
  expect(received.dtype).toBe(expected.dtype);
  const difference = largestDifference(received, expected);
  if (difference <= (isFloat(expected.dtype) ? tolerance : 0)) return;
  expect.fail(`differs by ${difference}\n  received ${formatArray(received)}\n  expected ${formatArray(expected)}`);
}

const hasGradient = (c: NamedCase): boolean => {
  try {
    return gradientInputs(c).length > 0 && caseGradientGraph(c).outputs.size > 0;
  } catch {
    return false;
  }
};

const title = (c: NamedCase): string => `${c.name}: ${c.case.name}`;

describe.each(['cpu', 'wasm'] as const)('tfjs:%s', (engine) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await tfjs({ engine });
  });
  afterAll(() => backend.dispose());

  test.each(allCases().map((c) => [title(c), c] as const))('%s', async (_, c) => {
    const feeds = caseFeeds(c);
    const [actual, expected] = await Promise.all([backend, reference].map((b) => evaluate(b, caseGraph(c), feeds)));
    expectClose(actual?.['y'], expected?.['y'] as NDArray, Math.max(TOLERANCE.forward, c.case.tolerance ?? 0));
  });

  test.each(
    allCases()
      .filter(hasGradient)
      .map((c) => [title(c), c] as const),
  )('gradient of %s', async (_, c) => {
    const feeds = caseFeeds(c);
    const [actual, expected] = await Promise.all(
      [backend, reference].map((b) => evaluate(b, caseGradientGraph(c), feeds)),
    );
    expect(Object.keys(expected as Arrays).length).toBeGreaterThan(0);
    for (const [name, g] of Object.entries(expected as Arrays)) expectClose(actual?.[name], g, TOLERANCE.gradient);
  });
});
