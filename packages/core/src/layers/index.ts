export * from './activation/index.ts';
export * from './attention/index.ts';
export * from './basic/index.ts';
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
export * from './containers/index.ts';
export * from './conv/index.ts';
export * from './embedding/index.ts';
export * from './init/index.ts';
export {
  type AnyLayer,
  type ApplyOptions,
  applyLayer,
  type Layer,
  type LayerContext,
  type LayerObserver,
  type OwnArrays,
  type ParameterSpec,
  type Parametrized,
  type SizedLayer,
} from './layer.ts';
export * from './norm/index.ts';
export * from './parametrize/index.ts';
export * from './pool/index.ts';
export * from './recurrent/index.ts';
export * from './shape/index.ts';
export type { Axes, Channels, Features, Size } from './sizes.ts';
