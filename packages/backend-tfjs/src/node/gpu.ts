import { BackendError } from '@descent/core/backend';
import { bool, type } from '../tf-graph/attrs.ts';
import type { Binding } from '../tf-graph/binding.ts';
import { openSession } from '../tf-graph/session.ts';
import { createWriter } from '../tf-graph/writer.ts';

/**
 * Multiplies two matrices where only a GPU will do.
 * @throws BackendError when TensorFlow sees no GPU, or cannot compute on it: nothing runs on the CPU in its place.
 */
export function expectGpu(binding: Binding, addon: string): void {
  if (!binding.isUsingGpuDevice()) {
    throw new BackendError('tfjs:node-gpu: TensorFlow sees no GPU', {
      received: `TensorFlow ${binding.TF_Version} through ${addon}`,
      expected: 'a TensorFlow built with CUDA, and a GPU and driver that it knows',
      fix: "run nvidia-smi to see the driver; TF_CPP_MIN_LOG_LEVEL=0 says which CUDA library is missing; else use 'tfjs:node'",
    });
  }
  const g = createWriter();
  const x = g.constant({ dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) });
  const attrs = { T: type('float32'), transpose_a: bool(false), transpose_b: bool(false) };
  g.op('MatMul', [x, x], attrs, x, { name: 'product' });
  let product: string;
  try {
    const session = openSession(binding, g.nodes, '/device:GPU:0');
    const [id] = session.run(['product'], new Map());
    product = binding.tensorDataSync(id as number).join();
    binding.deleteTensor(id as number);
    session.dispose();
  } catch (cause) {
    throw new BackendError('tfjs:node-gpu: TensorFlow cannot compute on the GPU', {
      received: cause instanceof Error ? cause.message : String(cause),
      fix: 'check that the driver and the CUDA libraries are those that this TensorFlow was built for',
      cause,
    });
  }
  if (product === '7,10,15,22') return;
  throw new BackendError('tfjs:node-gpu: the GPU computes wrong numbers', {
    received: product,
    expected: '7,10,15,22',
  });
}
