import type { Node } from '../../ir/node.ts';
import { add } from '../../ops/elementwise/add.ts';
import { relu } from '../../ops/elementwise/relu.ts';
import { tanh } from '../../ops/elementwise/tanh.ts';
import { expectOneOf } from '../../options.ts';
import type { Layer } from '../layer.ts';
import type { Size } from '../sizes.ts';
import { recurrentLayer } from './_apply.ts';
import {
  type RecurrentInputs,
  type RecurrentOptions,
  type RecurrentOutput,
  type RecurrentReturn,
  recurrent,
} from './_options.ts';

export interface RnnOptions<R extends RecurrentReturn = RecurrentReturn> extends RecurrentOptions<R> {
  /** Default `'tanh'`. */
  readonly nonlinearity?: 'tanh' | 'relu';
}

/**
 * A plain recurrent network (Elman 1990), `h = tanh(x·Wᵀ + b + h·Uᵀ + d)`: `[batch, time, inputSize] → [batch, time, directions·hiddenSize]`, or tensors
 * by name, see `RecurrentInputs`, and what `return` says. Parameters as in PyTorch: `weight_ih_l0` `[hiddenSize, inputSize]`, `weight_hh_l0`
 * `[hiddenSize, hiddenSize]`, `bias_ih_l0`, `bias_hh_l0` `[hiddenSize]`, then those of `l0_reverse`, `l1`, …. The program does not grow with the steps.
 * @throws ShapeError for inputs that do not fit.
 */
export function rnn<R extends RecurrentReturn = 'sequence', const In extends number = number>(
  inputSize: In,
  hiddenSize: number,
  options: RnnOptions<R> = {},
): Layer<Node | RecurrentInputs, RecurrentOutput<R, 'h'>, `?, ${Size<In>} → *`> {
  const made = recurrent('rnn', inputSize, hiddenSize, options, ['nonlinearity']);
  const { nonlinearity = 'tanh' } = options;
  expectOneOf('rnn.nonlinearity', nonlinearity, ['tanh', 'relu']);
  const activation = nonlinearity === 'tanh' ? tanh : relu;
  return recurrentLayer(made, {
    gates: 1,
    states: ['h'],
    joinsBiases: true,
    step: (fromInput, fromState) => ({ h: activation(add(fromState, fromInput)) }),
  });
}
