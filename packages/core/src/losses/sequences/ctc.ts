import type { Node } from '../../ir/node.ts';
import { isLeaf, type Named, type Tensors } from '../../ir/tree.ts';
import { cast } from '../../ops/elementwise/cast.ts';
import { div } from '../../ops/elementwise/div.ts';
import { less } from '../../ops/elementwise/less.ts';
import { maximum } from '../../ops/elementwise/maximum.ts';
import { neg } from '../../ops/elementwise/neg.ts';
import { where } from '../../ops/elementwise/where.ts';
import { scalar } from '../../ops/leaf/constant.ts';
import { mean } from '../../ops/reduce/mean.ts';
import { expectCount, expectFlag, expectOptions } from '../../options.ts';
import { partOf } from '../../targets/on-parts.ts';
import type { TargetRule } from '../../targets/rule.ts';
import { expectNames } from '../_outputs.ts';
import type { Loss } from '../loss.ts';
import { IMPOSSIBLE, logLikelihood } from './_alignments.ts';
import { expectFits } from './_fits.ts';

export interface CtcOptions {
  /** The class that stands for no label. Default: 0. */
  readonly blank?: number;
  /** Whether samples with more labels than steps of time have loss 0 and no gradient. Default: false: they are refused. */
  readonly zeroInfinity?: boolean;
}

/** `ctc` with as many steps of time for each sample as a target says. */
export interface CtcLengthOptions<Labels extends string, Lengths extends string> extends CtcOptions {
  /** Name of the target that holds the steps of each sample, int32 `[batch]`. */
  readonly inputLengths: Lengths;
  /** Name of the target that holds the labels. Default: `'labels'`. */
  readonly labels?: Labels;
}

/**
 * Mean over samples of `−ln P(labels | output)` divided by the number of labels, where an output may say each label over several steps of time, with blanks between, as
 * PyTorch's `CTCLoss` (Graves and others 2006). The output is log-probabilities `[batch, time, classes]` (PyTorch: `[time, batch, classes]`), labels are int32
 * `[batch, length]` with the blank or −1 behind the last of each row. With `inputLengths` the targets are two by name, and steps behind a sample's own do not count. Labels that no
 * alignment fits are refused before the step; where `inputLengths` hides that, the loss is infinite, on which a trainer stops, or 0 with `zeroInfinity`.
 * The program does not grow with the steps of time. Throws a `ShapeError` when they do not fit.
 */
export function ctc(options?: CtcOptions): Loss;
export function ctc<Lengths extends string, Labels extends string = 'labels'>(
  options: CtcLengthOptions<Labels, Lengths>,
): Loss<Node, Named<Labels> & Named<Lengths>>;
export function ctc(options: CtcOptions & Partial<CtcLengthOptions<string, string>> = {}): Loss<Node, never> {
  expectOptions('ctc', options, ['blank', 'zeroInfinity', 'inputLengths', 'labels']);
  const { blank = 0, zeroInfinity = false, inputLengths, labels = 'labels' } = options;
  const names = { labels, inputLengths };
  expectCount('ctc', 'blank', blank, 0);
  expectFlag('ctc.zeroInfinity', zeroInfinity);
  if (inputLengths !== undefined || options.labels !== undefined) expectNames('ctc', names);
  const labelsIn = (target: Tensors): Node =>
    isLeaf(target) && inputLengths === undefined ? target : partOf('target', target, labels);
  return {
    label: 'ctc',
    output: 'log-probabilities',
    apply(output, target: Tensors) {
      const given = labelsIn(target);
      const lengths = inputLengths === undefined ? undefined : partOf<Node>('target', target, inputLengths);
      expectFits(output.type, given.type, lengths?.type, blank);
      const { likelihood, count } = logLikelihood(
        output,
        cast(given, 'int32'),
        blank,
        lengths && cast(lengths, 'int32'),
      );
      const isPossible = less(neg(likelihood), -IMPOSSIBLE / 10);
      const losses = where(isPossible, neg(likelihood), scalar(zeroInfinity ? 0 : Number.POSITIVE_INFINITY));
      return mean(div(losses, maximum(count, 1)));
    },
    targets(output) {
      const [, frames, classes] = output.shape as readonly [number, number, number];
      const isChecked = !zeroInfinity && inputLengths === undefined;
      const sequences = { kind: 'sequences', classes, padding: [blank, -1] } as const;
      const rule: TargetRule = isChecked ? { ...sequences, frames } : sequences;
      if (inputLengths === undefined) return [rule];
      return [
        { ...rule, part: names.labels },
        { kind: 'whole', low: 0, high: frames, part: inputLengths },
      ];
    },
  };
}
