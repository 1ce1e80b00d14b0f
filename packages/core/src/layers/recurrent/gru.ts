import type { Node } from '../../ir/node.ts';
import { add } from '../../ops/elementwise/add.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { sigmoid } from '../../ops/elementwise/sigmoid.ts';
import { sub } from '../../ops/elementwise/sub.ts';
import { tanh } from '../../ops/elementwise/tanh.ts';
import { split } from '../../ops/shape/split.ts';
import type { Layer } from '../layer.ts';
import type { Size } from '../sizes.ts';
import { type Cell, recurrentLayer } from './_apply.ts';
import {
  type RecurrentInputs,
  type RecurrentOptions,
  type RecurrentOutput,
  type RecurrentReturn,
  recurrent,
} from './_options.ts';

/**
 * Gated recurrent units (Cho et al. 2014), with the reset gate behind the product, as in PyTorch: `[batch, time, inputSize] → [batch, time, directions·hiddenSize]`,
 * or tensors by name, see `RecurrentInputs`, and what `return` says. Parameters as in PyTorch, gates in the order r, z, n: `weight_ih_l0`
 * `[3·hiddenSize, inputSize]`, `weight_hh_l0` `[3·hiddenSize, hiddenSize]`, `bias_ih_l0`, `bias_hh_l0` `[3·hiddenSize]`, then those of
 * `l0_reverse`, `l1`, …. The program does not grow with the steps.
 * @throws ShapeError for inputs that do not fit.
 */
export function gru<R extends RecurrentReturn = 'sequence', const In extends number = number>(
  inputSize: In,
  hiddenSize: number,
  options: RecurrentOptions<R> = {},
): Layer<Node | RecurrentInputs, RecurrentOutput<R, 'h'>, `?, ${Size<In>} → *`> {
  return recurrentLayer(recurrent('gru', inputSize, hiddenSize, options), CELL);
}

const CELL: Cell = {
  call: 'gru',
  gates: 3,
  states: ['h'],
  joinsBiases: false,
  step(fromInput, fromState, { h }) {
    const size = (fromState.type.shape[1] as number) / 3;
    const parts = (x: Node): [Node, Node, Node] => split(x, [size, size, size], 1) as [Node, Node, Node];
    const [[ri, zi, ni], [rh, zh, nh]] = [parts(fromInput), parts(fromState)];
    const candidate = tanh(add(ni, mul(sigmoid(add(ri, rh)), nh)));
    return { h: add(candidate, mul(sigmoid(add(zi, zh)), sub(h, candidate))) };
  },
};
