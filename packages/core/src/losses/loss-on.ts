import type { Node } from '../ir/node.ts';
import type { TensorType } from '../ir/op.ts';
import type { Tensors, Tree } from '../ir/tree.ts';
import { type Named, type PartNames, part } from '../ir/tree.ts';
import { expectOptions } from '../options.ts';
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
  const { apply, weight, targets, ...rest } = loss;
  return {
    ...rest,
    label: [loss.label, output && ` of ${output}`, target && ` against ${target}`].filter(Boolean).join(''),
    apply: (outputs: Tensors, given: Tensors) => apply(part(outputs, output), part(given, target)),
    weight: weight && ((outputs: Tensors, given: Tensors) => weight(part(outputs, output), part(given, target))),
    targets:
      targets &&
      ((outputs: Tree<TensorType>, given: Tree<TensorType>) =>
        targets(part(outputs, output), part(given, target)).map((rule) =>
          target === undefined ? rule : { ...rule, part: target },
        )),
  };
}
