export type { Batch } from './batch.ts';
export { type BatchSource, type EpochRecord, type FitEvent, type FitOptions, fit, formatEpoch } from './fit.ts';
export type { Metrics } from './metrics.ts';
export { createTrainer, type ResidentData, type Trainer, type TrainerOptions, type TrainerState } from './trainer.ts';
