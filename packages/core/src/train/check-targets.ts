import type { NDArrays, Tree } from '../ir/tree.ts';
import { expectLayer } from '../layers/expect.ts';
import { expectLoss } from '../losses/expect.ts';
import { expectMetrics } from '../metrics/expect.ts';
import type { SampleType } from '../model/forward.ts';
import { expectKind } from '../options.ts';
import { targetError } from './target-error.ts';
import { brokenRule, sampleRules, type TargetJudges } from './targets.ts';

/**
 * Throws unless `y` holds targets that the loss and the metrics take for what `model` gives: a label without a class, a shape that does not fit, …
 * A trainer looks for itself; this tells before it is made.
 */
export function checkTargets(judges: TargetJudges, sample: Tree<SampleType>, y: NDArrays): void {
  expectKind('judges', judges, 'record', '{ model, loss: crossEntropy() }');
  expectLayer('model', judges.model);
  expectLoss('loss', judges.loss);
  expectMetrics('metrics', judges.metrics ?? []);
  const broken = brokenRule(sampleRules(judges, sample, y), y, true);
  if (broken !== null) throw targetError(broken);
}
