import type { Node } from '../../ir/node.ts';
import { add } from '../../ops/elementwise/add.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { sigmoid } from '../../ops/elementwise/sigmoid.ts';
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
 * Long short-term memory (Hochreiter and Schmidhuber 1997; forget gates of Gers et al. 2000): `[batch, time, inputSize] → [batch, time, directions·hiddenSize]`,
 * or tensors by name, see `RecurrentInputs`, and what `return` says. Parameters as in PyTorch, gates in the order i, f, g, o: `weight_ih_l0`
 * `[4·hiddenSize, inputSize]`, `weight_hh_l0` `[4·hiddenSize, hiddenSize]`, `bias_ih_l0`, `bias_hh_l0` `[4·hiddenSize]`, then those of
 * `l0_reverse`, `l1`, …. The program does not grow with the steps.
 * @throws ShapeError for inputs that do not fit.
 */
export function lstm<R extends RecurrentReturn = 'sequence', const In extends number = number>(
  inputSize: In,
  hiddenSize: number,
  options: RecurrentOptions<R> = {},
): Layer<Node | RecurrentInputs, RecurrentOutput<R, 'h' | 'c'>, `?, ${Size<In>} → *`> {
  return recurrentLayer(recurrent('lstm', inputSize, hiddenSize, options), CELL);
}

const CELL: Cell = {
  call: 'lstm',
  gates: 4,
  states: ['h', 'c'],
  joinsBiases: true,
  step(fromInput, fromState, { c }) {
    const gates = add(fromState, fromInput);
    const size = (gates.type.shape[1] as number) / 4;
    const [i, f, g, o] = split(gates, [size, size, size, size], 1) as [Node, Node, Node, Node];
    const next = add(mul(sigmoid(f), c as Node), mul(sigmoid(i), tanh(g)));
    return { h: mul(sigmoid(o), tanh(next)), c: next };
  },
};
