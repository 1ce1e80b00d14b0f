import type { NDArray, Node } from '@descent/core';

/** A computation drawn by chance: its operands, and what is made of them. */
export interface RandomCase {
  /** What was drawn, for the message of a failure. */
  readonly name: string;
  readonly inputs: readonly NDArray[];
  apply(...operands: readonly Node[]): Node;
}
