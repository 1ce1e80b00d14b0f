export type { WeightedMean } from '../targets/on-parts.ts';
export type { Reduction, ReductionOptions } from './_reduction.ts';
export * from './classes/index.ts';
export type { AnyLoss, Loss } from './loss.ts';
export { lossOn } from './loss-on.ts';
export * from './values/index.ts';
export { type LossTerm, weightedSum } from './weighted-sum.ts';
export * from './yes-no/index.ts';
