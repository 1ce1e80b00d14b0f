export { accumulate } from './accumulate.ts';
export { type AdamOptions, adam, adamW } from './adam.ts';
export { averaged, averagedParameters } from './averaged.ts';
export { chain } from './chain.ts';
export { clipByGlobalNorm } from './clip-by-global-norm.ts';
export { clipByValue } from './clip-by-value.ts';
export { type ClipLimit, clipped } from './clipped.ts';
export type { GroupOptions, ParameterGroup } from './groups.ts';
export { momentum } from './momentum.ts';
export { learningRate, type Optimizer } from './optimizer.ts';
export { type AdamMoments, scaleByAdam } from './scale-by-adam.ts';
export { type SgdOptions, sgd } from './sgd.ts';
export {
  type GradientTransform,
  type NodeTree,
  type ParameterContext,
  type ParameterUpdate,
  type PerParameterOptions,
  perParameter,
  type Update,
  type UpdateContext,
} from './transform.ts';
export { addDecayedWeights } from './weight-decay.ts';
