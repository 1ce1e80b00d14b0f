export { writeAtomically } from '@descent/files';
export {
  type Compared,
  type ComparedPair,
  type ComparedRun,
  type Comparison,
  type Contender,
  compareRuns,
} from '../comparison/comparison.ts';
export { renderComparison } from '../comparison/render-comparison.ts';
export { type Interrupt, interruptible } from '../interrupt.ts';
export { jsonLinesLog, rewindJsonLines } from '../json-lines.ts';
export { type FolderLock, folderHolder, type LockFolderOptions, lockFolder } from '../lock.ts';
export type { Predict } from '../report/batches.ts';
export { mistakeSheet, pngOfSvg } from '../report/charts/mistake-sheet.ts';
export { type Environment, environment } from '../report/environment.ts';
export { type ClassData, type EvaluateClassesOptions, evaluateClasses } from '../report/evaluate-classes.ts';
export { type EvaluateLabelsOptions, evaluateLabels, type LabelData } from '../report/evaluate-labels.ts';
export { type EvaluateNumbersOptions, evaluateNumbers } from '../report/evaluate-numbers.ts';
export type { ClassEvaluation, Evaluation, LabelEvaluation, Mistake, NumberEvaluation } from '../report/evaluation.ts';
export { hashOfData } from '../report/hash-of-data.ts';
export type { ReportCheckpoint, ReportCommand, ReportDataset, ReportInput } from '../report/input.ts';
export { pictureMaker } from '../report/picture.ts';
export { renderReport } from '../report/render-report.ts';
export { renderSearch } from '../search/render-search.ts';
export type { SearchedParameter, SearchedTrial, SearchPage } from '../search/search-page.ts';
export { renderStep } from '../step/render-step.ts';
export type { StepNote, StepPage, StepSample } from '../step/step-page.ts';
export { createEventFile, type EventFile } from '../tensorboard/event-file.ts';
export { rewindEvents } from '../tensorboard/rewind.ts';
export { tensorboard } from '../tensorboard/tensorboard.ts';
export * from './checkpoints.ts';
export * from './scores.ts';
export * from './statistics.ts';
