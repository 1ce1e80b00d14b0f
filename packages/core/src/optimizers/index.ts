export { type AdamOptions, adam, adamW } from './adam.ts';
export { momentum } from './momentum.ts';
export type { Optimizer, Schedule } from './optimizer.ts';
export { type AdamMoments, scaleByAdam } from './scale-by-adam.ts';
export { type SgdOptions, sgd } from './sgd.ts';
export { chain, stateless, type Transform, type Update, type UpdateContext } from './transform.ts';
export { addDecayedWeights } from './weight-decay.ts';
