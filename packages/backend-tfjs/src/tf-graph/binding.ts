/** A tensor that `runSavedModel` or `executeOp` returned. */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

export interface OpAttr {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/**
 * What tfjs-node's native addon exports. It is used directly: the JavaScript of tfjs-node adds kernels that are called one at a time, and
 * does not run on Node 24.
 */
export interface Binding {
  /** Shares the memory of `data`, which must not change while the tensor lives. */
  createTensor(shape: readonly number[], dtype: number, data: Float32Array | Int32Array | Uint8Array): number;
  deleteTensor(id: number): void;
  /** A copy of the elements. Knows no uint8. */
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  executeOp(name: string, attrs: readonly OpAttr[], inputs: readonly number[], outputs: number): TensorMetadata[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  /** Names are separated by commas, each followed by `:0`. */
  runSavedModel(id: number, inputs: readonly number[], inputNames: string, outputNames: string): TensorMetadata[];
  isUsingGpuDevice(): boolean;
  getNumOfSavedModels(): number;
  getNumOfTensors(): number;
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_BOOL: number;
  readonly TF_UINT8: number;
  readonly TF_ATTR_TYPE: number;
}
