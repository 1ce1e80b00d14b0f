import type { Shape } from '@descent/core/backend';
import type { Instruction, View } from '../../kernel-list/builder.ts';
import { type Attrs, type } from '../attrs.ts';
import type { Tensor, Writer } from '../writer.ts';

/** A kernel call to be written as TensorFlow ops. */
export interface Call {
  /** In the shapes in which the kernel sees them. */
  readonly inputs: readonly Tensor[];
  readonly views: readonly View[];
  readonly attrs: object;
  readonly output: View;
  /** The call that computes an operand, if it is one. */
  producer(view: View): Instruction | undefined;
  /** The value of a view of another call. */
  tensor(view: View): Tensor;
}

/** Writes what one kernel of TensorFlow.js computes. */
export type Translate = (g: Writer, call: Call) => Tensor;

export function at(inputs: readonly Tensor[], i: number): Tensor {
  return inputs[i] as Tensor;
}

export function typed(x: Tensor): Attrs {
  return { T: type(x.dtype) };
}

/** The op called `op`, whose only type is that of its operands. */
export function plain(op: string): Translate {
  return (g, { inputs, output }) => g.op(op, inputs, typed(at(inputs, 0)), output);
}

export function result(x: Tensor, shape: Shape): Omit<Tensor, 'name'> {
  return { dtype: x.dtype, shape };
}
