export { type GradOptions, grad, type ValueAndGrads, valueAndGrad } from '../autodiff/grad.ts';
export { gradients } from '../autodiff/gradients.ts';
export { jit } from '../autodiff/jit.ts';
export { type Jvp, jvp } from '../autodiff/jvp.ts';
export type { ProductOptions } from '../autodiff/product.ts';
export type { JitOptions, Jitted } from '../autodiff/traced.ts';
export { type Vjp, vjp } from '../autodiff/vjp.ts';
export type { Arrays, Backend, Executable, Program, State } from '../backend/contract.ts';
export type {
  ChangeFacts,
  DataFacts,
  EpochFacts,
  EpochMetrics,
  LayerFacts,
  RangeFacts,
  RecipeFacts,
  RunFacts,
  StepFacts,
} from '../diagnose/facts.ts';
export { type Finding, type FindingRule, formatFinding } from '../diagnose/finding.ts';
export * from '../errors.ts';
export type { DataOf, DType, HostDType } from '../ir/dtype.ts';
export type { Graph } from '../ir/graph.ts';
export { full, type NDArray, type NestedNumbers, ndarray, tensor, toNested, zeros } from '../ir/ndarray.ts';
export type { Node } from '../ir/node.ts';
export type { Op, TensorType } from '../ir/op.ts';
export { DYNAMIC, formatShape, numel, type Shape } from '../ir/shape.ts';
export type { ArraysOf, Named, NDArrays, Tensors, Tree, TypesOf } from '../ir/tree.ts';
export * from '../layers/index.ts';
export * from '../losses/index.ts';
export * from '../metrics/index.ts';
export * from '../model/index.ts';
export type {
  ConvOptions,
  Padding,
  Padding1d,
  Padding3d,
  Pads,
  Pair,
  TransposedOptions,
  Triple,
  WindowOptions,
} from '../ops/conv/index.ts';
export type { PadMode, UpsampleMode, UpsampleOptions } from '../ops/shape/index.ts';
export * from '../optimizers/index.ts';
export { closest, describeValue, didYouMean, expectOptions } from '../options.ts';
export * from '../schedules/index.ts';
export * from '../targets/index.ts';
export * from '../train/index.ts';
