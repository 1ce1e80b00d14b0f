// By itself, so that pages can import it: nothing of Node is reachable.
export {
  accuracyOf,
  averageScores,
  type ClassScore,
  type ConfusionMatrix,
  classScores,
  confusionMatrix,
  type ScoreAverages,
} from '../report/class-scores.ts';
export type { HashedData } from '../report/data-parts.ts';
export { digestOfData } from '../report/digest-of-data.ts';
