import { type Shape, ShapeError } from '@descent/core/backend';
import type { OnnxNode } from '../model/graph.ts';
import type { Constant, Value } from '../model/value.ts';

/** A node of a model, as it is for each of some sizes of the open axes. */
export interface Place {
  readonly nodes: readonly OnnxNode[];
  /** The constants that an operand is, or `null` for a result of other nodes. */
  constants(operand: number): readonly Constant[] | null;
  /** The shape of an operand for each of the sizes. */
  shapes(operand: number): readonly Shape[];
  /** The operand in the model for all sizes; `null` for an optional one that is left out. */
  operand(operand: number): Value | null;
}

/** The error for models that differ in what cannot be computed. */
export function differs(nodes: readonly (OnnxNode | undefined)[], received: string): ShapeError {
  const type = nodes.find((n) => n !== undefined)?.type;
  return new ShapeError(`the network cannot be exported with axes of any size: ${type} differs from size to size`, {
    received,
    expected: 'operators that follow from the sizes of the axes by sums and products',
    fix: 'give the size as a number in the shape of the sample',
  });
}
