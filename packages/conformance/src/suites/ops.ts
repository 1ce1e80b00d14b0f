import { decompose } from '@descent/core/backend';
import {
  allCases,
  caseFeeds,
  caseGradientGraph,
  caseGraph,
  gradientInputs,
  type NamedCase,
} from '@descent/core/testing';
import { evaluate, expectClose } from '../compare.ts';
import { referenceTest } from '../reference-test.ts';
import type { ConformanceTest } from '../test-case.ts';

/** Every case of every op: forward, gradient, and composites against their own decomposition. */
export function opTests(): readonly ConformanceTest[] {
  return allCases().flatMap((c) => [forward(c), ...gradient(c), ...native(c)]);
}

function forward(c: NamedCase): ConformanceTest {
  return referenceTest(
    `op/${c.name}/forward/${c.case.name}`,
    () => ({ graph: caseGraph(c), feeds: caseFeeds(c) }),
    ({ forward: tolerance }) => Math.max(tolerance, c.case.tolerance ?? 0),
  );
}

function gradient(c: NamedCase): readonly ConformanceTest[] {
  if (gradientInputs(c).length === 0) return [];
  return [
    referenceTest(
      `op/${c.name}/gradient/${c.case.name}`,
      () => ({ graph: caseGradientGraph(c), feeds: caseFeeds(c) }),
      ({ gradient: tolerance }) => Math.max(tolerance, c.case.tolerance ?? 0),
    ),
  ];
}

/** A backend's own version of a composite must agree with what core would have given it instead. */
function native(c: NamedCase): readonly ConformanceTest[] {
  if (c.op.kind !== 'composite') return [];
  return [
    {
      name: `op/${c.name}/native/${c.case.name}`,
      async run(backend, tolerance) {
        const graph = caseGraph(c);
        const decomposed = decompose(graph, () => false);
        const feeds = caseFeeds(c);
        expectClose(
          await evaluate(backend, graph, feeds),
          await evaluate(backend, decomposed, feeds),
          tolerance.forward,
        );
      },
    },
  ];
}
