export { type CosineOptions, cosine } from './cosine.ts';
export type { ScheduleFunction } from './schedule.ts';
export { type StepDecayOptions, stepDecay } from './step-decay.ts';
