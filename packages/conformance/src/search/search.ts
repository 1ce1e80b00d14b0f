import { type Arrays, type Backend, DescentError } from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { evaluate, expectClose } from '../compare.ts';
import { once } from '../reference-test.ts';
import type { ConformanceTest } from '../test-case.ts';
import { type SearchCase, searchCase } from './search-case.ts';

/** Overflow is reached by different roundings, so large results are compared to fewer digits than those of the cases. */
const TOLERANCE = 1e-4;

/** Throws unless `backend` does with the case what the reference interpreter does: the same numbers, or a typed refusal. */
export async function tryCase(backend: Backend, searched: SearchCase): Promise<void> {
  expectSame(searched.name, await outcome(backend, searched), await outcome(referenceBackend(), searched));
}

function expectSame(name: string, actual: Outcome, expected: Outcome): void {
  if (expected instanceof DescentError && actual instanceof DescentError) return;
  if (expected instanceof Error || actual instanceof Error) {
    throw new DescentError(name, { received: said(actual), expected: said(expected), cause: actual });
  }
  try {
    expectClose(actual, expected, TOLERANCE);
  } catch (cause) {
    throw new DescentError(name, { received: cause instanceof Error ? cause.message : String(cause), cause });
  }
}

/** The random search as tests of `size` cases each: the same cases on every run and every machine. */
export function searchTests(count: number, size: number): readonly ConformanceTest[] {
  const searched = Array.from({ length: count * size }, (_, seed) =>
    once(async () => {
      const drawn = searchCase(seed);
      return { drawn, expected: await outcome(referenceBackend(), drawn) };
    }),
  );
  return Array.from({ length: count }, (_, i) => ({
    name: `search/seeds ${i * size} to ${(i + 1) * size - 1}`,
    comparesWithReference: true,
    async run(backend) {
      for (const computed of searched.slice(i * size, (i + 1) * size)) {
        const { drawn, expected } = await computed();
        expectSame(drawn.name, await outcome(backend, drawn), expected);
      }
    },
  }));
}

type Outcome = Arrays | Error;

async function outcome(backend: Backend, { graph, feeds }: SearchCase): Promise<Outcome> {
  try {
    return await evaluate(backend, graph, feeds);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function said(result: Outcome): string {
  return result instanceof Error ? `${result.name}: ${result.message}` : 'numbers';
}
