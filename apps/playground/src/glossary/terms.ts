import type { TermEntry } from './entry.ts';
import { CONVOLUTION_TERMS } from './terms/convolution.ts';
import { DATA_TERMS } from './terms/data.ts';
import { JUDGING_TERMS } from './terms/judging.ts';
import { NETWORK_TERMS } from './terms/network.ts';
import { TOOL_TERMS } from './terms/tools.ts';
import { TRAINING_TERMS } from './terms/training.ts';

/** The terms by the groups in which the glossary shows them. */
const GROUPED = {
  data: DATA_TERMS,
  network: NETWORK_TERMS,
  training: TRAINING_TERMS,
  judging: JUDGING_TERMS,
  convolution: CONVOLUTION_TERMS,
  tools: TOOL_TERMS,
} as const;

const ALL = {
  ...DATA_TERMS,
  ...NETWORK_TERMS,
  ...TRAINING_TERMS,
  ...JUDGING_TERMS,
  ...CONVOLUTION_TERMS,
  ...TOOL_TERMS,
} as const;

export type TermName = keyof typeof ALL;

export interface Term extends TermEntry {
  readonly related: readonly TermName[];
}

/** Every term by its key. A related term that is not in the table does not compile. */
export const TERMS: Readonly<Record<TermName, Term>> = ALL;

export type TermGroup = keyof typeof GROUPED;

export const TERM_GROUPS: readonly (readonly [group: TermGroup, names: readonly TermName[]])[] = (
  Object.keys(GROUPED) as TermGroup[]
).map((group) => [group, Object.keys(GROUPED[group]) as TermName[]]);
