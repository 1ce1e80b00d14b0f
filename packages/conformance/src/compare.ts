import { type Arrays, type Backend, DescentError, formatShape, type Graph, type NDArray } from '@descent/core';
import { feedsFor, formatArray, largestDifference } from '@descent/core/testing';

/** The outputs of `graph` on `backend`. */
export async function evaluate(backend: Backend, graph: Graph, feeds: Arrays): Promise<Arrays> {
  const executable = await backend.compile({ graph, reads: [], writes: [] });
  try {
    return await executable.run(feedsFor(graph, feeds));
  } finally {
    executable.dispose();
  }
}

/** Throws unless both hold the same names, types and shapes, and numbers that are close. */
export function expectClose(actual: Arrays, expected: Arrays, tolerance: number): void {
  const [got, wanted] = [Object.keys(actual).sort(), Object.keys(expected).sort()];
  if (got.join() !== wanted.join())
    throw new DescentError('other results than expected', { received: got.join(), expected: wanted.join() });
  for (const [name, array] of Object.entries(expected))
    expectArrayClose(name, actual[name] as NDArray, array, tolerance);
}

function expectArrayClose(name: string, actual: NDArray, expected: NDArray, tolerance: number): void {
  const type = ({ dtype, shape }: NDArray): string => `${dtype}${formatShape(shape)}`;
  if (type(actual) !== type(expected)) {
    throw new DescentError('another type than expected', {
      path: name,
      received: type(actual),
      expected: type(expected),
    });
  }
  const difference = largestDifference(actual, expected);
  // Integers and booleans are exact.
  const accepted = expected.dtype === 'float32' || expected.dtype === 'float64' ? tolerance : 0;
  if (difference <= accepted) return;
  throw new DescentError(`differs by ${difference}, more than ${accepted}`, {
    path: name,
    received: formatArray(actual),
    expected: formatArray(expected),
  });
}

/** Throws unless `promise` is rejected with an error whose class is called `name`. */
export async function expectRejection(promise: Promise<unknown>, name: string, what: string): Promise<void> {
  const outcome = await promise.then(
    () => 'nothing was thrown',
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
  if (outcome !== name) throw new DescentError(`${what} must be refused`, { received: outcome, expected: name });
}

/** Throws unless `holds`. */
export function expectThat(holds: boolean, what: string, received: unknown): void {
  if (!holds) throw new DescentError(what, { received: String(received) });
}
