export { type DataSets, diagnoseData } from '../diagnose/data.ts';
export { diagnoseHistory, diagnoseRun } from '../diagnose/diagnose-run.ts';
export {
  diagnoseLayers,
  type InspectOptions,
  inspect,
  type LayerReport,
  type Statistics,
  statistics,
} from '../diagnose/inspect.ts';
export {
  type Histogram,
  type TensorStatistics,
  type TensorStatisticsOptions,
  tensorStatistics,
} from '../diagnose/tensor-statistics.ts';
export type { InspectedLayer, InspectedSteps } from '../train/inspect-layers.ts';
export type { NonFinite } from '../train/inspect-non-finite.ts';
export {
  type InspectedParameter,
  inspectStep,
  type StepInspection,
  type StepInspector,
  stepInspector,
} from '../train/inspect-step.ts';
export type { LayerInLoop } from '../train/observe-layers.ts';
