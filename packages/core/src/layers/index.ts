export { logSoftmax, relu, sigmoid, softmax, tanh } from './activations.ts';
export { avgPool2d } from './avg-pool2d.ts';
export { type BatchNormOptions, batchNorm2d } from './batch-norm2d.ts';
export {
  type Applied,
  type AppliedOne,
  type AppliedParts,
  type BuildContext,
  layer,
  type ParameterOptions,
  type ParameterPart,
  type Part,
  type Parts,
  parameter,
  type SinglePart,
} from './build.ts';
export { type ConcatOptions, concat } from './concat.ts';
export { type Conv2dLayerOptions, conv2d } from './conv2d.ts';
export { dropout } from './dropout.ts';
export { flatten } from './flatten.ts';
export {
  constantInit,
  type Initializer,
  type KaimingOptions,
  kaimingNormal,
  kaimingUniform,
  normalInit,
  uniformInit,
  xavierNormal,
  xavierUniform,
  zerosInit,
} from './init/initializers.ts';
export {
  type AnyLayer,
  type ApplyOptions,
  applyLayer,
  type Layer,
  type LayerContext,
  type LayerObserver,
  type ParameterSpec,
} from './layer.ts';
export { type LinearOptions, linear } from './linear.ts';
export { maxPool2d } from './max-pool2d.ts';
export { normalize } from './normalize.ts';
export { parallel } from './parallel.ts';
export { rescale } from './rescale.ts';
export { type ResidualOptions, residual } from './residual.ts';
export { type Chained, sequential } from './sequential.ts';
