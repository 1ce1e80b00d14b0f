import { allocate, BackendError, type DType, type NDArray, numel, type TensorType } from '@descent/core/backend';
import type { KernelBackend, KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { checkedIndices } from './checked-indices.ts';
import type { EngineName } from './options.ts';
import type { Traits } from './traits.ts';

/** Element types of tensors on the device. uint8 values lie in float32 tensors: exact, and reading pixels as floats is free. */
export type DeviceDType = 'float32' | 'int32' | 'bool';

/** A tensor on the device, and the shape to see it in; other views of it share its `dataId`. */
export interface DeviceTensor extends TensorInfo {
  readonly dtype: DeviceDType;
}

/** Operands of a kernel: by name, or a list for kernels that take any number. */
export type KernelInputs = Readonly<Record<string, TensorInfo>> | readonly TensorInfo[];
export type KernelFunction = (inputs: KernelInputs, attrs: object) => TensorInfo;

/** One of TensorFlow.js's backends, reduced to what a kernel list needs. Kernels are called directly: no tape, no scopes, no active backend. */
export interface Engine {
  readonly name: EngineName;
  readonly traits: Traits;
  /** @throws BackendError when the engine has no such kernel. */
  kernel(name: string): KernelFunction;
  upload(array: NDArray): DeviceTensor;
  /** The values of `tensor` as an array of `type`. */
  download(tensor: TensorInfo, type: TensorType): Promise<NDArray>;
  /** Adds an owner: the memory is freed when each owner has released it. */
  retain(tensor: TensorInfo): void;
  release(tensor: TensorInfo): void;
}

export function deviceDType(dtype: DType | 'float64'): DeviceDType {
  return dtype === 'uint8' || dtype === 'float64' ? 'float32' : dtype;
}

/** The kernels that come with a backend of TensorFlow.js. */
export function stockKernels(
  name: EngineName,
  { memory }: Traits,
  backend: KernelBackend,
  getKernel: (kernel: string) => KernelConfig | null | undefined,
): Engine['kernel'] {
  return (kernel) => {
    const config = getKernel(kernel);
    if (config === undefined || config === null) {
      throw new BackendError(`tfjs:${name} has no kernel ${kernel}`, {
        fix: `update the @tensorflow packages to 4.22 or later, all to the same version`,
      });
    }
    const stock: KernelFunction = (inputs, attrs) =>
      // Kernels declare loosely typed operands; all those used here return one tensor.
      config.kernelFunc({ inputs: inputs as never, attrs: attrs as never, backend }) as TensorInfo;
    return memory === 'host' ? checkedIndices(kernel, stock, backend) : stock;
  };
}

/** The numbers of an array as a tensor of `type` is written from them, in a typed array of their own if the engine `keeps` it. */
function written({ shape, data }: NDArray, type: DeviceDType, keeps: boolean): NDArray['data'] {
  const Wanted = type === 'float32' ? Float32Array : type === 'int32' ? Int32Array : Uint8Array;
  // What copies reads as many bytes as the shape says, beyond the end of a view that is shorter.
  const isFit = data instanceof Wanted && data.length === numel(shape);
  return isFit && !keeps ? data : new Wanted(data);
}

/** Wraps an initialized backend of TensorFlow.js. */
export function createEngine(
  name: EngineName,
  traits: Traits,
  backend: KernelBackend,
  kernel: Engine['kernel'],
): Engine {
  return {
    name,
    traits,
    kernel,
    upload(array) {
      const dtype = deviceDType(array.dtype);
      const shape = [...array.shape];
      const values = written(array, dtype, traits.uploads === 'kept');
      return { dataId: backend.write(values as Float32Array, shape, dtype), shape, dtype };
    },
    async download({ dataId }, { dtype, shape }) {
      const values = (await backend.read(dataId)) as ArrayLike<number>;
      const array = { dtype, shape, data: allocate(dtype, values.length) };
      array.data.set(values);
      return array;
    },
    retain: ({ dataId }) => backend.incRef(dataId),
    release: ({ dataId }) => void backend.disposeData(dataId),
  };
}
