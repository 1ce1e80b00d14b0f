import { type EdgeCase, edgeCases } from '@descent/core/testing';
import { evaluate, expectClose } from '../compare.ts';
import type { ConformanceTest } from '../test-case.ts';

/** NaN, infinities, zeros of both signs, ties and emptiness give what PyTorch gives. */
export function edgeTests(): readonly ConformanceTest[] {
  return edgeCases().map(edgeTest);
}

function edgeTest({ name, direction, graph, feeds, expected }: EdgeCase): ConformanceTest {
  return {
    name: `edge/${name}`,
    async run(backend, tolerance) {
      expectClose(await evaluate(backend, graph, feeds), expected, tolerance[direction]);
    },
  };
}
