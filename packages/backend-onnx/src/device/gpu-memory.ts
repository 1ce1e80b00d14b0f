import { allocate, type DType, type NDArray, stackSteps } from '@descent/core/backend';
import { DEFAULT_OPSET } from '../model/opset.ts';
import { toBytes } from '../model/to-bytes.ts';
import type { Ort } from '../runtime/runtime.ts';
import type { Memory } from './memory.ts';
import type { Model } from './session.ts';
import { copyToTensor, toArray } from './tensors.ts';

type Open = (model: Model) => Promise<Ort.InferenceSession>;
type Run = (
  session: Ort.InferenceSession,
  feeds: Ort.InferenceSession.FeedsType,
) => Promise<Ort.InferenceSession.ReturnType>;

/** So many tensors at most are put together before they are read: powers of two, so that few models serve any number of them. */
const MOST_TOGETHER = 32;

/**
 * Buffers of a graphics device. A model that gives back what it is fed carries values there and back: only ONNX Runtime's own buffers can be used
 * again and again, and in Node nothing else can read them.
 */
export function gpuMemory(ort: typeof Ort, open: Open, run: Run): Memory {
  const sessions = new Map<string, Promise<Ort.InferenceSession>>();
  const session = (key: string, model: () => Model): Promise<Ort.InferenceSession> => {
    const known = sessions.get(key) ?? open(model());
    sessions.set(key, known);
    return known;
  };
  const carry = async (tensor: Ort.Tensor, to: 'host' | 'gpu'): Promise<Ort.Tensor> => {
    const rank = tensor.dims.length;
    const carrier = await session(`${to} ${tensor.type} ${rank}`, () => ({
      bytes: identity(tensor.type as DType, rank),
      mayFallBack: true,
      ...(to === 'gpu' && { resident: ['y'] }),
    }));
    return (await run(carrier, { x: tensor }))['y'] as Ort.Tensor;
  };
  const together = async (tensors: readonly Ort.Tensor[]): Promise<NDArray> => {
    const { type, dims } = tensors[0] as Ort.Tensor;
    const count = tensors.length;
    const joiner = await session(`${count} ${type} ${dims.length}`, () => ({
      bytes: concatenation(type as DType, dims.length, count),
      mayFallBack: true,
    }));
    const feeds = Object.fromEntries(tensors.map((tensor, i) => [`x${i}`, tensor]));
    return toArray((await run(joiner, feeds))['y'] as Ort.Tensor);
  };
  return {
    async put(array) {
      const tensor = copyToTensor(ort, array);
      return tensor.size === 0 ? tensor : carry(tensor, 'gpu');
    },
    async get(tensor): Promise<NDArray> {
      const { data, ...type } = toArray(tensor.location === 'cpu' ? tensor : await carry(tensor, 'host'));
      return { ...type, data: tensor.location === 'cpu' ? data.slice() : data } as NDArray;
    },
    async stack(tensors) {
      // Those without elements are on the processor.
      if (tensors.some(({ location }) => location === 'cpu')) {
        return stackSteps(tensors.map((tensor) => ({ all: toArray(tensor) })))['all'] as NDArray;
      }
      const parts: NDArray[] = [];
      for (let start = 0, size = MOST_TOGETHER; start < tensors.length; start += size) {
        while (size > tensors.length - start) size /= 2;
        parts.push(await together(tensors.slice(start, start + size)));
      }
      return chained(parts);
    },
    free(tensor) {
      if (tensor.location !== 'cpu') tensor.dispose();
    },
  };
}

/** Arrays that differ in their first axis only, one behind the other. */
function chained(arrays: readonly NDArray[]): NDArray {
  const [first, ...others] = arrays as [NDArray, ...NDArray[]];
  if (others.length === 0) return first;
  const data = allocate(
    first.dtype,
    arrays.reduce((sum, { data }) => sum + data.length, 0),
  );
  let at = 0;
  for (const array of arrays) {
    data.set(array.data as never, at);
    at += array.data.length;
  }
  const count = arrays.reduce((sum, { shape }) => sum + (shape[0] as number), 0);
  return { dtype: first.dtype, shape: [count, ...first.shape.slice(1)], data } as NDArray;
}

/** A model that puts `count` tensors of one type one behind the other along a new first axis. */
function concatenation(dtype: DType, rank: number, count: number): Uint8Array {
  const shape = Array.from({ length: rank }, (_, i) => `size${i}`);
  const numbers = Array.from({ length: count }, (_, i) => i);
  const axes = { dtype: 'int64', shape: [1], data: BigInt64Array.of(0n) } as const;
  const graph = {
    name: 'joiner',
    inputs: numbers.map((i) => ({ name: `x${i}`, dtype, shape })),
    outputs: [{ name: 'y', dtype, shape: [count, ...shape] }],
    constants: new Map([['axes', axes]]),
    nodes: [
      ...numbers.map((i) => ({ type: 'Unsqueeze', inputs: [`x${i}`, 'axes'], outputs: [`row${i}`], attributes: {} })),
      { type: 'Concat', inputs: numbers.map((i) => `row${i}`), outputs: ['y'], attributes: { axis: 0 } },
    ],
  };
  return toBytes({ graph, opset: DEFAULT_OPSET });
}

function identity(dtype: DType, rank: number): Uint8Array {
  const shape = Array.from({ length: rank }, (_, i) => `size${i}`);
  const graph = {
    name: 'carrier',
    inputs: [{ name: 'x', dtype, shape }],
    outputs: [{ name: 'y', dtype, shape }],
    constants: new Map(),
    nodes: [{ type: 'Identity', inputs: ['x'], outputs: ['y'], attributes: {} }],
  };
  return toBytes({ graph, opset: DEFAULT_OPSET });
}
