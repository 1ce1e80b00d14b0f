import type { RunFacts } from '../facts.ts';
import type { Finding } from '../finding.ts';
import type { Measures } from '../measures.ts';

/** Whether a run has one certain fault: says so with the numbers, or `null` where it has not or the facts do not say. */
export type Rule = (facts: RunFacts, measures: Measures) => Finding | null;
