export type { AnyBatch, Batch, BatchTypes } from './batch.ts';
export { type Callback, everySteps, type FitContext } from './callback.ts';
export { checkTargets } from './check-targets.ts';
export { type TrainingControl, trainingControl } from './control.ts';
export { createTrainer } from './create-trainer.ts';
export { createTrainers } from './create-trainers.ts';
export { type DrawLearningRatesOptions, drawLearningRates } from './draw-learning-rates.ts';
export { type EarlyStoppingOptions, earlyStopping } from './early-stopping.ts';
export {
  type EpochRecord,
  type FitEvent,
  type FitOptions,
  type FitPosition,
  type FitResult,
  fit,
  formatEpoch,
} from './fit.ts';
export { averageGradients, type ParameterGradients, type StepGradients } from './gradients.ts';
export {
  type LearningRateRange,
  type LearningRateRangeOptions,
  learningRateRange,
  type RangeStep,
} from './learning-rate-range.ts';
export { type Metrics, meanOf, type TotalsState } from './metrics.ts';
export { type OverfitOptions, type OverfitResult, overfitOneBatch } from './overfit-one-batch.ts';
export { type ReduceOnPlateau, type ReduceOnPlateauOptions, reduceOnPlateau } from './reduce-on-plateau.ts';
export type { ResidentData } from './resident.ts';
export type { TrainerState } from './saved.ts';
export type { BatchSource, EpochBatches, KnownTargets, MemorySource, StreamSource } from './sources.ts';
export type { TargetJudges } from './targets.ts';
export type { AnyTrainer, Batches, Trainer, TrainerOptions } from './trainer.ts';
export type {
  Fitting,
  TrainerOf,
  TrainerPart,
  TrainerParts,
  Trainers,
  TrainersOptions,
  TrainersState,
} from './trainers.ts';
export { type UpdateBatchNormOptions, updateBatchNorm } from './update-batch-norm.ts';
export {
  type Directions,
  isBetter,
  type MetricPath,
  type Mode,
  metricAt,
  modeOf,
  type SetName,
  watched,
} from './watch.ts';
