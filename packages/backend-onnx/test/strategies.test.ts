// Every way to compute an op that has several, on every case that it is for, against the reference interpreter.
import type { Arrays, AttrsByName, NDArray, OpName } from '@descent/core/backend';
import { referenceBackend } from '@descent/core/reference';
import {
  allCases,
  caseFeeds,
  caseGraph,
  feedsFor,
  formatArray,
  largestDifference,
  type NamedCase,
} from '@descent/core/testing';
import { describe, expect, test } from 'vitest';
import { type FilterGradStrategy, filterGrads } from '../src/lowerings/conv/conv2d-filter-grad.ts';
import { canFlip, type InputGradStrategy, inputGrads } from '../src/lowerings/conv/conv2d-input-grad.ts';
import { tiles } from '../src/lowerings/conv/geometry.ts';
import { type MaxPoolGradStrategy, maxPoolGrads } from '../src/lowerings/conv/max-pool2d-grad.ts';
import { type AvgPoolGradStrategy, avgPoolGrads } from '../src/lowerings/conv/pool2d.ts';
import { type ScatterAddStrategy, scatterAdds } from '../src/lowerings/scatter-add.ts';
import { rowsToAdd } from '../src/lowerings/sums.ts';
import { costRules, type Strategies } from '../src/strategies.ts';
import { runLowered } from './run-lowered.ts';

interface Way {
  readonly op: OpName;
  readonly strategy: string;
  readonly strategies: Strategies;
  readonly suits: (c: NamedCase) => boolean;
}

function attrsOf<N extends OpName>(_: N, c: NamedCase): AttrsByName<N> {
  return c.case.attrs as AttrsByName<N>;
}

const tiled = (c: NamedCase): boolean => tiles(attrsOf('maxPool2d', c), attrsOf('maxPool2d', c).kernel);
const always = (): boolean => true;

const ways: readonly Way[] = [
  ...(Object.keys(filterGrads) as FilterGradStrategy[]).map((strategy) => ({
    op: 'conv2dFilterGrad' as const,
    strategy,
    strategies: { ...costRules, conv2dFilterGrad: () => strategy },
    suits: (c: NamedCase) => strategy === 'swapped' || attrsOf('conv2dFilterGrad', c).groups === 1,
  })),
  ...(Object.keys(inputGrads) as InputGradStrategy[]).map((strategy) => ({
    op: 'conv2dInputGrad' as const,
    strategy,
    strategies: { ...costRules, conv2dInputGrad: () => strategy },
    suits: (c: NamedCase) =>
      strategy === 'transposed' || canFlip(attrsOf('conv2dInputGrad', c), c.case.inputs[1]?.shape.slice(2) ?? []),
  })),
  ...(Object.keys(maxPoolGrads) as MaxPoolGradStrategy[]).map((strategy) => ({
    op: 'maxPool2dGrad' as const,
    strategy,
    strategies: { ...costRules, maxPool2dGrad: () => strategy },
    suits: strategy === 'unpooled' || strategy === 'firstMax' ? tiled : always,
  })),
  ...(Object.keys(avgPoolGrads) as AvgPoolGradStrategy[]).map((strategy) => ({
    op: 'avgPool2dGrad' as const,
    strategy,
    strategies: { ...costRules, avgPool2dGrad: () => strategy },
    suits: strategy === 'upsampled' ? tiled : always,
  })),
  ...(Object.keys(scatterAdds) as ScatterAddStrategy[]).map((strategy) => ({
    op: 'scatterAdd' as const,
    strategy,
    strategies: { ...costRules, scatterAdd: () => strategy },
    suits: always,
  })),
  ...(['multiplied', 'reduced'] as const).map((strategy) => ({
    op: 'sum' as const,
    strategy,
    strategies: { ...costRules, sum: () => strategy },
    suits: (c: NamedCase) => rowsToAdd(c.case.inputs[0]?.shape ?? [], attrsOf('sum', c).axes) !== null,
  })),
];

const reference = referenceBackend();

describe.each(ways)('$op by $strategy', ({ op, strategies, suits }) => {
  const cases = allCases().filter((c) => c.name === op && suits(c));

  test.each(cases.map((c) => [c.case.name, c] as const))('%s', async (_, c) => {
    const graph = caseGraph(c);
    const feeds: Arrays = feedsFor(graph, caseFeeds(c));
    const wanted = (await (await reference.compile({ graph, reads: [], writes: [] })).run(feeds))['y'] as NDArray;
    const actual = (await runLowered(graph, feeds, { strategies }))['y'] as NDArray;
    expect(largestDifference(actual, wanted), `${formatArray(actual)}, not ${formatArray(wanted)}`).toBeLessThan(1e-5);
  });
});
