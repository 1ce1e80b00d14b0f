export { type ConstantOptions, constant } from './constant.ts';
export { type CosineOptions, cosine } from './cosine.ts';
export { type CosineRestartsOptions, cosineRestarts } from './cosine-restarts.ts';
export { type CyclicCourse, type CyclicMomentumOptions, type CyclicOptions, cyclic, cyclicMomentum } from './cyclic.ts';
export { type DrawScheduleOptions, drawSchedule } from './draw-schedule.ts';
export { type ExponentialOptions, exponential } from './exponential.ts';
export { type InverseSqrtOptions, inverseSqrt } from './inverse-sqrt.ts';
export { type LinearRampOptions, linearRamp } from './linear-ramp.ts';
export { type MultiStepOptions, multiStep } from './multi-step.ts';
export { multiply } from './multiply.ts';
export {
  type OneCycleCourse,
  type OneCycleMomentumOptions,
  type OneCycleOptions,
  oneCycle,
  oneCycleMomentum,
} from './one-cycle.ts';
export { type PolynomialOptions, polynomial } from './polynomial.ts';
export type { Schedule } from './rate.ts';
export type { ScheduleFunction } from './schedule.ts';
export { type SequencePart, sequence } from './sequence.ts';
export { type StepDecayOptions, stepDecay } from './step-decay.ts';
export { warmup } from './warmup.ts';
