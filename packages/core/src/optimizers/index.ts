export { accumulate } from './accumulate.ts';
export { type AdadeltaOptions, adadelta } from './adadelta.ts';
export { type AdafactorOptions, adafactor } from './adafactor.ts';
export { type AdagradOptions, adagrad } from './adagrad.ts';
export { type AdamOptions, adam, adamW } from './adam.ts';
export { type AdamaxOptions, adamax } from './adamax.ts';
export { type AsgdOptions, asgd } from './asgd.ts';
export { averaged, averagedParameters } from './averaged.ts';
export { chain } from './chain.ts';
export { clipByGlobalNorm } from './clip-by-global-norm.ts';
export { clipByValue } from './clip-by-value.ts';
export { type ClipLimit, clipped } from './clipped.ts';
export type { GroupOptions, ParameterGroup } from './groups.ts';
export { type LambOptions, lamb } from './lamb.ts';
export { type LionOptions, lion } from './lion.ts';
export { lookahead } from './lookahead.ts';
export { type MomentumOptions, momentum } from './momentum.ts';
export { type MuonOptions, muon } from './muon.ts';
export { type NadamOptions, nadam } from './nadam.ts';
export { type NoiseOptions, noisy } from './noisy.ts';
export { learningRate, type Optimizer } from './optimizer.ts';
export { type RadamOptions, radam } from './radam.ts';
export { type RmspropOptions, rmsprop } from './rmsprop.ts';
export { type RpropOptions, rprop } from './rprop.ts';
export { sam } from './sam.ts';
export { type AdamMoments, scaleByAdam } from './scale-by-adam.ts';
export type { Betas } from './settings.ts';
export { type SgdOptions, sgd } from './sgd.ts';
export { type SwaOptions, swa } from './swa.ts';
export {
  type GradientTransform,
  type NodeTree,
  type ParameterContext,
  type ParameterUpdate,
  type PerParameterOptions,
  perParameter,
  type TrainedParameter,
  type Update,
  type UpdateContext,
} from './transform.ts';
export { addDecayedWeights } from './weight-decay.ts';
