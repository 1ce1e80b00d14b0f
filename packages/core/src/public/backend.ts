export { checkProgram, dynamicSize } from '../backend/check.ts';
export type { Arrays, Backend, Executable, Program, State } from '../backend/contract.ts';
export {
  type BackendParts,
  type CompiledProgram,
  createBackend,
  type HeldState,
} from '../backend/create-backend.ts';
export type { BackendDescription } from '../backend/description.ts';
export { digestOf } from '../backend/digest.ts';
export { createEntries, type Entries, type Store } from '../backend/entries.ts';
export { laterBackend } from '../backend/later-backend.ts';
export { lifetime } from '../backend/lifetime.ts';
export { programInputs } from '../backend/program-inputs.ts';
export { type ServedFile, wrongWasmFile } from '../backend/served-file.ts';
export { stackSteps, stepOf } from '../backend/steps.ts';
export { pageStore, type TextStore } from '../backend/text-store.ts';
export { expectWorker, type WorkerOption } from '../backend/worker-option.ts';
export * from '../errors.ts';
export { allocate, bytesOf, type DataOf, type DType, type HostDType, isFloat } from '../ir/dtype.ts';
export { firstNonFinite } from '../ir/finite.ts';
export { type Graph, graph, rewrite, sourcesFirst, substituted, topologicalOrder } from '../ir/graph.ts';
export { fromBfloat16, fromFloat16, toFloat16 } from '../ir/half.ts';
export { type NDArray, ndarray, zeros } from '../ir/ndarray.ts';
export { isOp, type Node, node } from '../ir/node.ts';
export type { AttrsOf, CompositeOp, LeafOp, Op, PrimitiveOp, TensorType } from '../ir/op.ts';
export { formatType, printGraph } from '../ir/print.ts';
export { DYNAMIC, formatShape, isDynamic, normalizeAxis, numel, type Shape, sameShape, strides } from '../ir/shape.ts';
export { isLeaf, leavesOf, mapTree } from '../ir/tree.ts';
export { verify } from '../ir/verify.ts';
export {
  type AxisSizes,
  atSizes,
  exampleSizes,
  expectOpenSamples,
  formatRange,
  isInRange,
  type OpenAxis,
  openAxes,
  sampleAt,
  sizesIn,
} from '../model/open-axes.ts';
export { kindOfNode, type OutputNode, type OutputOp } from '../model/output-graph.ts';
export { kindOfShape } from '../model/output-kind.ts';
export { expectIndices } from '../ops/indexing/_indices.ts';
export { constantOp } from '../ops/leaf/constant.ts';
export { inputOp } from '../ops/leaf/input.ts';
export { keptAs } from '../ops/loop/_kept-as.ts';
export { mapBodies } from '../ops/loop/_map-bodies.ts';
export { isLongSum, type SumOfBlocks, type SumStep, sumSteps } from '../ops/reduce/_long-sums.ts';
export type {
  AttrsByName,
  CompositeName,
  Lowering,
  LoweringInfo,
  Lowerings,
  OpName,
  PrimitiveName,
  PrimitiveNamesOf,
  SomeLowerings,
} from '../ops/table.ts';
export { decompose } from '../passes/decompose.ts';
export { optimize } from '../passes/optimize.ts';
