import type { DType, NDArray } from '@descent/core/backend';
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

/**
 * Buffers of a graphics device. A model that gives back what it is fed carries values there and back: only ONNX Runtime's own buffers can be used
 * again and again, and in Node nothing else can read them.
 */
export function gpuMemory(ort: typeof Ort, open: Open, run: Run): Memory {
  const sessions = new Map<string, Promise<Ort.InferenceSession>>();
  const carry = async (tensor: Ort.Tensor, to: 'host' | 'gpu'): Promise<Ort.Tensor> => {
    const key = `${to} ${tensor.type} ${tensor.dims.length}`;
    let session = sessions.get(key);
    if (session === undefined) {
      const bytes = identity(tensor.type as DType, tensor.dims.length);
      session = open({ bytes, mayFallBack: true, ...(to === 'gpu' && { resident: ['y'] }) });
      sessions.set(key, session);
    }
    return (await run(await session, { x: tensor }))['y'] as Ort.Tensor;
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
    free(tensor) {
      if (tensor.location !== 'cpu') tensor.dispose();
    },
  };
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
