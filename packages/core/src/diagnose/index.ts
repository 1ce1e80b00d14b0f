export { type DataSets, diagnoseData } from './data.ts';
export {
  diagnoseLayers,
  type InspectOptions,
  inspect,
  type LayerReport,
  type Statistics,
  statistics,
} from './inspect.ts';
export { type OverfitOptions, type OverfitResult, overfitOneBatch } from './overfit-one-batch.ts';
