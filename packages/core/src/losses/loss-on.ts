import { type Named, type PartNames, part } from '../ir/tree.ts';
import type { Loss } from './loss.ts';

/**
 * `loss` of one of several outputs against one of several targets: `lossOn({ output: 'logits', target: 'label' }, crossEntropy())`. Together with
 * `weightedSum` it makes the loss of a network with several heads.
 */
export function lossOn<Output extends string = string, Target extends string = string>(
  { output, target }: PartNames<Output, Target>,
  loss: Loss,
): Loss<Named<Output>, Named<Target>> {
  const { apply, weight, targets, ...rest } = loss;
  return {
    ...rest,
    label: [loss.label, output && ` of ${output}`, target && ` against ${target}`].filter(Boolean).join(''),
    apply: (outputs, given) => apply(part(outputs, output), part(given, target)),
    weight: weight && ((outputs, given) => weight(part(outputs, output), part(given, target))),
    targets:
      targets &&
      ((outputs, given) =>
        targets(part(outputs, output), part(given, target)).map((rule) =>
          target === undefined ? rule : { ...rule, part: target },
        )),
  };
}
