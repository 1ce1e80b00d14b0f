import { expectIndices } from '@descent/core/backend';
import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelFunction } from './engine.ts';

interface IndexAttrs {
  readonly axis: number;
  readonly shape: readonly number[];
  readonly numSegments: number;
}

type Operands = Readonly<Record<'x' | 'indices' | 'segmentIds', TensorInfo>>;

/** Kernels that take indices: under which name, and how many entries there are to choose from. */
const INDEXED: Readonly<
  Record<string, { op: string; operand: keyof Operands; size: (inputs: Operands, attrs: IndexAttrs) => number }>
> = {
  GatherV2: { op: 'gather', operand: 'indices', size: ({ x }, { axis }) => x.shape[axis] as number },
  ScatterNd: { op: 'scatterAdd', operand: 'indices', size: (_, { shape }) => shape[0] as number },
  UnsortedSegmentSum: { op: 'scatterAdd', operand: 'segmentIds', size: (_, { numSegments }) => numSegments },
};

/**
 * `kernel` with its indices checked first, for engines whose tensors lie in the processor's memory: wasm writes wherever an index points,
 * and the cpu engine leaves such rows out.
 */
export function checkedIndices(name: string, kernel: KernelFunction, backend: KernelBackend): KernelFunction {
  const indexed = INDEXED[name];
  if (indexed === undefined) return kernel;
  return (inputs, attrs) => {
    const operands = inputs as Operands;
    const indices = backend.readSync(operands[indexed.operand].dataId) as Int32Array;
    expectIndices(indexed.op, indices, indexed.size(operands, attrs as IndexAttrs));
    return kernel(inputs, attrs);
  };
}
