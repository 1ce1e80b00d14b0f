import type { Arrays } from '../backend/contract.ts';
import { topologicalOrder } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';

/** What a network computes from what. */
export interface NetworkNodes {
  readonly outputs: readonly Node[];
  readonly inputs: readonly (readonly [name: string, Node])[];
}

/** Throws a `ValueError` that names the first index of `arrays` that is not in its table, and its row. */
export type InputCheck = (arrays: Arrays) => void;

/** What looks at the indices among the inputs of a network; `null` for one that looks nothing up, such as an MLP: a page fetches no more for it. */
export async function inputCheck({ outputs, inputs }: NetworkNodes): Promise<InputCheck | null> {
  const given = new Set(inputs.map(([, node]) => node));
  if (!topologicalOrder(outputs, given).some(({ op }) => op.looksUp !== undefined)) return null;
  const { expectIndexed, indexRules } = await import('./index-rules.ts');
  const rules = indexRules(outputs, inputs);
  return rules.length === 0 ? null : (arrays) => expectIndexed(rules, arrays);
}
