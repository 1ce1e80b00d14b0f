import { ShapeError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import { formatShape } from '../../ir/shape.ts';
import { expectCount, expectFlag, expectNumber, expectOneOf, expectOptions } from '../../options.ts';
import { expectFloat } from '../_check.ts';
import { uniformInit } from '../init/initializers.ts';
import type { ParameterSpec } from '../layer.ts';

/** What a recurrent layer takes by name. A type, not an interface: TypeScript does not take an interface for a record of tensors. */
export type RecurrentInputs = {
  /** `[batch, time, inputSize]` */
  readonly x: Node;
  /** The first state, `[numLayers·directions, batch, hiddenSize]`. Default zeros. */
  readonly h?: Node;
  /** The first memory of an LSTM, of the same shape. Default zeros. */
  readonly c?: Node;
  /** `[batch]`, int32: how many entries of a sequence count. What is behind them gives zeros and changes no state. Trainers and predictors refuse those that are not from 0 to `time`. Default all. */
  readonly lengths?: Node;
};

/** What a recurrent layer gives: `sequence` and `last` are one tensor, `states` the sequence and the last states by name. */
export type RecurrentReturn = 'sequence' | 'last' | 'states';

export interface RecurrentOptions<R extends RecurrentReturn = RecurrentReturn> {
  /** Layers on top of each other. Default 1. */
  readonly numLayers?: number;
  /** Default true. */
  readonly bias?: boolean;
  /** The probability with which an output between two layers is left out in training. Default 0. */
  readonly dropout?: number;
  /** A second one that reads from behind; outputs stand side by side. Default false. */
  readonly bidirectional?: boolean;
  /**
   * `'sequence'`: `[batch, time, directions·hiddenSize]`, the states of the last layer; `'last'`: `[batch, directions·hiddenSize]`, its states at the end,
   * which for the second direction is the first entry; `'states'`: `{ output, h }`, and `c` of an LSTM, as PyTorch's. Default `'sequence'`.
   */
  readonly return?: R;
}

/** What a recurrent layer that has states `S` gives. */
export type RecurrentOutput<R extends RecurrentReturn, S extends string> = R extends 'states'
  ? { readonly [K in 'output' | S]: Node }
  : Node;

/** The sizes and options of a recurrent layer, checked. */
export interface Recurrent extends Required<RecurrentOptions> {
  readonly name: string;
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** `''`, and `'_reverse'` for a second direction: the ends of names of parameters. */
  readonly directions: readonly string[];
}

export const OPTIONS = ['numLayers', 'bias', 'dropout', 'bidirectional', 'return'] as const;

export function recurrent(
  name: string,
  inputSize: number,
  hiddenSize: number,
  options: RecurrentOptions,
  more: readonly string[] = [],
): Recurrent {
  expectCount(name, 'inputSize', inputSize);
  expectCount(name, 'hiddenSize', hiddenSize);
  expectOptions(name, options, [...OPTIONS, ...more]);
  const { numLayers = 1, bias = true, dropout = 0, bidirectional = false, return: given = 'sequence' } = options;
  expectCount(name, 'numLayers', numLayers);
  expectFlag(`${name}.bias`, bias);
  expectNumber(`${name}.dropout`, dropout, { least: 0, below: 1 });
  expectFlag(`${name}.bidirectional`, bidirectional);
  expectOneOf(`${name}.return`, given, ['sequence', 'last', 'states']);
  const directions = bidirectional ? ['', '_reverse'] : [''];
  return { name, inputSize, hiddenSize, numLayers, bias, dropout, bidirectional, return: given, directions };
}

/** `lstm(28 → 128)`. */
export function labelOf({ name, inputSize, hiddenSize, numLayers, bidirectional, return: given }: Recurrent): string {
  const more = [
    ...(numLayers === 1 ? [] : [`${numLayers} layers`]),
    ...(bidirectional ? ['both directions'] : []),
    ...(given === 'sequence' ? [] : [given]),
  ];
  return `${name}(${inputSize} → ${hiddenSize}${more.map((text) => `, ${text}`).join('')})`;
}

/** Parameters as in PyTorch, each uniform on ±1/√hiddenSize. `gates` is how many rows there are for each hidden unit. */
export function parametersOf(
  { inputSize, hiddenSize, numLayers, bias, directions }: Recurrent,
  gates: number,
): readonly ParameterSpec[] {
  const bound = 1 / Math.sqrt(hiddenSize);
  const init = uniformInit({ low: -bound, high: bound });
  const rows = gates * hiddenSize;
  return Array.from({ length: numLayers }, (_, i) =>
    directions.flatMap((end) => {
      const width = i === 0 ? inputSize : directions.length * hiddenSize;
      return [
        { name: `weight_ih_l${i}${end}`, shape: [rows, width], init },
        { name: `weight_hh_l${i}${end}`, shape: [rows, hiddenSize], init },
        ...(bias
          ? [
              { name: `bias_ih_l${i}${end}`, shape: [rows], init },
              { name: `bias_hh_l${i}${end}`, shape: [rows], init },
            ]
          : []),
      ];
    }),
  ).flat();
}

/** Throws a `ShapeError` or `DTypeError` unless the tensors that come in fit each other and the layer. */
export function expectInputs(
  { inputSize, hiddenSize, numLayers, directions }: Recurrent,
  given: RecurrentInputs,
): void {
  const { x, lengths } = given;
  expectFloat(x);
  const { shape } = x.type;
  if (shape.length !== 3 || shape[2] !== inputSize) {
    throw new ShapeError('the input is no batch of sequences that fits the weights', {
      received: formatShape(shape),
      expected: `[batch, time, ${inputSize}]`,
      fix:
        shape.length === 2 && shape[1] === inputSize
          ? 'give each sample an axis of time: reshape it to [batch, 1, …]'
          : shape.length === 3 && shape[1] === inputSize
            ? 'the axes look like [batch, features, time]: turn them with transpose(x, [0, 2, 1])'
            : 'check inputSize, and that the batch is the first axis, as with batch_first=True in PyTorch',
    });
  }
  const expected = [numLayers * directions.length, shape[0] as number, hiddenSize];
  for (const name of ['h', 'c'] as const) {
    const state = given[name];
    if (state === undefined) continue;
    expectFloat(state);
    if (formatShape(state.type.shape) === formatShape(expected)) continue;
    throw new ShapeError(`the first state ${name} does not fit`, {
      path: name,
      received: formatShape(state.type.shape),
      expected: `${formatShape(expected)}: layers times directions, batch, hiddenSize`,
    });
  }
  if (lengths === undefined) return;
  if (lengths.type.dtype === 'int32' && formatShape(lengths.type.shape) === formatShape(shape.slice(0, 1))) return;
  throw new ShapeError('the lengths do not fit the batch', {
    path: 'lengths',
    received: `${lengths.type.dtype}${formatShape(lengths.type.shape)}`,
    expected: `int32${formatShape(shape.slice(0, 1))}, one for each sequence`,
  });
}
