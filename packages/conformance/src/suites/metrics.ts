import {
  type AnyMetric,
  accuracy,
  auroc,
  balancedAccuracy,
  binaryAccuracy,
  bleu,
  brier,
  calibrationError,
  exactMatch,
  jaccard,
  logLoss,
  mape,
  type NDArray,
  ndarray,
  perplexity,
  precision,
  r2,
  rmse,
  type TargetContext,
  topKAccuracy,
} from '@descent/core';
import { graph } from '@descent/core/backend';
import { input } from '@descent/core/ops';
import { distinct } from '@descent/core/testing';
import { type Computation, referenceTest } from '../reference-test.ts';
import type { ConformanceTest } from '../test-case.ts';

interface Judged {
  readonly name: string;
  readonly metrics: readonly AnyMetric[];
  readonly context: TargetContext;
  readonly output: NDArray;
  readonly target: NDArray;
}

/** What the metrics compute in the graph: all of one kind of output at once. */
export function metricTests(): readonly ConformanceTest[] {
  return JUDGED.map((judged) =>
    referenceTest(
      `metrics/${judged.name}`,
      () => computation(judged),
      ({ gradient }) => gradient,
    ),
  );
}

const JUDGED: readonly Judged[] = [
  {
    name: 'of classes, some labels left out',
    metrics: [
      ...[accuracy(), topKAccuracy(2), precision(), jaccard({ average: 'micro' }), balancedAccuracy()],
      ...[logLoss(), perplexity(), brier(), calibrationError({ bins: 5 }), auroc()],
    ],
    context: { output: 'logits', ignoreIndex: 255 },
    output: distinct([6, 4], 3),
    target: ndarray('uint8', [6], Uint8Array.of(0, 3, 255, 1, 2, 0)),
  },
  {
    name: 'of yes and no',
    metrics: [binaryAccuracy(), exactMatch(), precision(), jaccard(), logLoss(), brier(), calibrationError(), auroc()],
    context: { output: 'logit' },
    output: distinct([5, 3], 4),
    target: ndarray(
      'float32',
      [5, 3],
      Float32Array.from({ length: 15 }, (_, i) => ((i * i) % 3) & 1),
    ),
  },
  {
    name: 'of numbers',
    metrics: [rmse(), mape(), r2()],
    context: { output: 'values' },
    output: distinct([5, 2], 5),
    target: distinct([5, 2], 6),
  },
  {
    name: 'of sequences',
    metrics: [bleu(), perplexity()],
    context: { output: 'logits' },
    output: distinct([2, 3, 5], 7),
    target: ndarray('int32', [2, 3], Int32Array.of(0, 4, 2, 1, 1, 3)),
  },
];

function computation({ metrics, context, output, target }: Judged): Computation {
  const [x, y] = [input('x', output.shape), input('y', target.shape, target.dtype as 'float32')];
  const nodes = metrics.map((metric) => [metric.name, metric.apply(x, y, context)] as const);
  return { graph: graph(Object.fromEntries(nodes)), feeds: { x: output, y: target } };
}
