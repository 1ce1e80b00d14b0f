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
