export { type DataSets, diagnoseData } from './data.ts';
export { diagnoseHistory, diagnoseRun } from './diagnose-run.ts';
export type {
  ChangeFacts,
  DataFacts,
  EpochFacts,
  EpochMetrics,
  LayerFacts,
  RangeFacts,
  RecipeFacts,
  RunFacts,
  StepFacts,
} from './facts.ts';
export { type Finding, type FindingRule, formatFinding } from './finding.ts';
export {
  diagnoseLayers,
  type InspectOptions,
  inspect,
  type LayerReport,
  type Statistics,
  statistics,
} from './inspect.ts';
