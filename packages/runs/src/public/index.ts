export { writeAtomically } from '@descent/files';
export { type Interrupt, interruptible } from '../interrupt.ts';
export { jsonLinesLog, rewindJsonLines } from '../json-lines.ts';
export { type FolderLock, type LockFolderOptions, lockFolder } from '../lock.ts';
export type { Predict } from '../report/batches.ts';
export {
  accuracyOf,
  averageScores,
  type ClassScore,
  type ConfusionMatrix,
  classScores,
  confusionMatrix,
  type ScoreAverages,
} from '../report/class-scores.ts';
export { type Environment, environment } from '../report/environment.ts';
export { type ClassData, type EvaluateClassesOptions, evaluateClasses } from '../report/evaluate-classes.ts';
export { type EvaluateNumbersOptions, evaluateNumbers } from '../report/evaluate-numbers.ts';
export type { ClassEvaluation, Evaluation, Mistake, NumberEvaluation } from '../report/evaluation.ts';
export { hashOfData } from '../report/hash-of-data.ts';
export type { ReportCheckpoint, ReportDataset, ReportInput } from '../report/input.ts';
export { renderReport } from '../report/render-report.ts';
export { createEventFile, type EventFile } from '../tensorboard/event-file.ts';
export { rewindEvents } from '../tensorboard/rewind.ts';
export { tensorboard } from '../tensorboard/tensorboard.ts';
export * from './checkpoints.ts';
