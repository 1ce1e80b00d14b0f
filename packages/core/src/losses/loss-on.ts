import type { Node } from '../ir/node.ts';
import type { Named, PartNames } from '../ir/tree.ts';
import { expectOptions } from '../options.ts';
import { onParts } from '../targets/on-parts.ts';
import { expectLoss } from './expect.ts';
import type { AnyLoss, Loss } from './loss.ts';

/**
 * `loss` of one of several outputs against one of several targets: `lossOn({ output: 'logits', target: 'label' }, crossEntropy())`. Together with
 * `weightedSum` it makes the loss of a network with several heads.
 */
export function lossOn<Output extends string, Target extends string>(
  names: { readonly output: Output; readonly target: Target },
  loss: Loss,
): Loss<Named<Output>, Named<Target>>;
export function lossOn<Output extends string>(names: { readonly output: Output }, loss: Loss): Loss<Named<Output>>;
export function lossOn<Target extends string>(
  names: { readonly target: Target },
  loss: Loss,
): Loss<Node, Named<Target>>;
export function lossOn(names: PartNames, loss: Loss): AnyLoss {
  expectOptions('lossOn', names, ['output', 'target']);
  expectLoss('lossOn: the loss', loss);
  const { output, target } = names;
  return {
    ...loss,
    ...onParts(names, loss as AnyLoss),
    ...(output !== undefined && loss.output !== undefined && { outputs: { [output]: loss.output } }),
    label: [loss.label, output && ` of ${output}`, target && ` against ${target}`].filter(Boolean).join(''),
  };
}
