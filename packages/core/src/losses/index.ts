export type { WeightedMean } from '../targets/on-parts.ts';
export { type BceWithLogitsOptions, bceWithLogits } from './bce-with-logits.ts';
export { type CrossEntropyOptions, crossEntropy } from './cross-entropy.ts';
export type { AnyLoss, Loss } from './loss.ts';
export { lossOn } from './loss-on.ts';
export { mse } from './mse.ts';
export { type LossTerm, weightedSum } from './weighted-sum.ts';
