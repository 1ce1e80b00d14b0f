export type { BatchTypes } from '../train/batch.ts';
export { checkedLoss } from '../train/checked-loss.ts';
export type { DrawInput } from '../train/draws.ts';
export {
  DRAWS_LABEL,
  drawsAt,
  type StepGraph,
  type StepGraphs,
  type StepNumber,
  type StepParts,
  type StepRate,
  type StepResult,
  stepGraphs,
} from '../train/step-graphs.ts';
