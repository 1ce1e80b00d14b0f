import {
  accuracy,
  bceWithLogits,
  crossEntropy,
  f1,
  jaccard,
  type Loss,
  type Metric,
  mse,
  type OutputKind,
  perplexity,
} from '@descent/core';
import { UsageError } from '../errors.ts';

/** What data are to be learned for. */
export type Task = 'classification' | 'regression' | 'multi-label' | 'language-modeling' | 'segmentation';

interface Defaults {
  readonly loss: () => Loss;
  readonly metrics: () => readonly Metric[];
}

/** What is taken where a config names no loss. */
const DEFAULTS: Readonly<Record<Task, Defaults>> = {
  classification: { loss: crossEntropy, metrics: () => [accuracy()] },
  regression: { loss: mse, metrics: () => [] },
  'multi-label': { loss: bceWithLogits, metrics: () => [f1()] },
  'language-modeling': { loss: crossEntropy, metrics: () => [perplexity()] },
  // Pixels of no class have the label -100.
  segmentation: { loss: () => crossEntropy({ classAxis: 1, ignoreIndex: -100 }), metrics: () => [jaccard()] },
};

/** What the loss of a config depends on in its data. */
export interface DataTask {
  /** For messages. */
  readonly name: string;
  /** `null` where the data do not say. */
  readonly task: Task | null;
  /** Names of the targets, where there are several. */
  readonly targets?: readonly string[];
}

/** Throws a UsageError for several targets: which output each belongs to, only the config can say. */
export function defaultLoss({ task, targets = [] }: DataTask): Loss {
  if (targets.length === 0) return DEFAULTS[task ?? 'classification'].loss();
  const [first] = targets;
  throw new UsageError('data of several targets need a loss', {
    path: 'loss',
    received: `targets ${targets.join(', ')}`,
    expected: `a loss that takes them by name, such as lossOn({ output: '…', target: '${first}' }, crossEntropy())`,
    fix: `add losses up with weightedSum; in JSON: ["weightedSum", ${targets.map((target) => `{ "loss": ["lossOn", { "output": "…", "target": "${target}" }, "mse"], "weight": 1 }`).join(', ')}]`,
  });
}

/** The metrics beside the default loss. */
export function defaultMetrics({ task }: DataTask): readonly Metric[] {
  return DEFAULTS[task ?? 'classification'].metrics();
}

/** Throws when numbers would be taken for probabilities of classes: a column of them has the shape of those of one class. */
export function expectLossFits(loss: Loss, { name, task }: DataTask): void {
  if (task === 'multi-label' && loss.output === 'logits') {
    throw new UsageError(`${name} holds several labels, of which any number may be right`, {
      path: 'loss',
      received: loss.label,
      expected: 'a loss of a yes or no for each, such as bceWithLogits(), which is the default for these data',
      fix: "leave the loss out; where one of them is right, say so in the data: task: 'classification'",
    });
  }
  if (task === 'segmentation' && loss.output === 'logits' && loss.classAxis !== 1) {
    throw new UsageError('the classes of a pixel are on the first axis behind the batch', {
      path: 'loss',
      received: `${loss.label} with classAxis ${loss.classAxis ?? -1}`,
      expected:
        'classAxis: 1, as the default for these data has it, which also has ignoreIndex: -100 for pixels of no class',
      fix: 'in JSON: ["crossEntropy", { "classAxis": 1, "ignoreIndex": -100 }]',
    });
  }
  if (task !== 'regression' || loss.label !== 'crossEntropy') return;
  throw new UsageError(`${name} holds numbers to predict, not classes`, {
    path: 'loss',
    received: loss.label,
    expected: 'mse(), which is the default for these data',
    fix: "leave the loss out; where they are classes, say so in the data of a file with task: 'classification', or give whole numbers (int32) as y",
  });
}

/** What the output of a network trained by `loss` on data of these classes is, where that is known without its graph. */
export function kindOfTask({ output }: Loss, classes: readonly string[]): OutputKind | null {
  // A sigmoid in front of mse() may bound numbers as well as give probabilities.
  return output === 'values' && classes.length === 0 ? output : null;
}
