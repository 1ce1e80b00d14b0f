export { expectOutputKind, isOutputKind, type OutputKind } from './output-kind.ts';
export { expectTargets, type TargetContext, type TargetRule } from './rule.ts';
export type { SequencesRule } from './sequences.ts';
