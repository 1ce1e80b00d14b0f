import { crossEntropy, type Loss, mse, type OutputKind } from '@descent/core';
import { UsageError } from '../errors.ts';

/** What the loss of a config depends on in its data. */
export interface DataTask {
  /** For messages. */
  readonly name: string;
  /** `null` where the data do not say. */
  readonly task: 'classification' | 'regression' | null;
  /** Names of the targets, where there are several. */
  readonly targets?: readonly string[];
}

/** Throws a UsageError for several targets: which output each belongs to, only the config can say. */
export function defaultLoss({ task, targets = [] }: DataTask): Loss {
  if (targets.length === 0) return task === 'regression' ? mse() : crossEntropy();
  const [first] = targets;
  throw new UsageError('data of several targets need a loss', {
    path: 'loss',
    received: `targets ${targets.join(', ')}`,
    expected: `a loss that takes them by name, such as lossOn({ output: '…', target: '${first}' }, crossEntropy())`,
    fix: `add losses up with weightedSum; in JSON: ["weightedSum", ${targets.map((target) => `{ "loss": ["lossOn", { "output": "…", "target": "${target}" }, "mse"], "weight": 1 }`).join(', ')}]`,
  });
}

/** Throws when numbers would be taken for probabilities of classes: a column of them has the shape of those of one class. */
export function expectLossFits(loss: Loss, { name, task }: DataTask): void {
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
