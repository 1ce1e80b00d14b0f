import { type Backend, BackendError } from '@descent/core/backend';

/** Stands for the engines of Node in a browser. */
export async function openNode(engine: string): Promise<Backend> {
  throw new BackendError(`tfjs:${engine} runs in Node only`, {
    fix: "in a browser, use 'tfjs:webgpu', 'tfjs:webgl' or 'tfjs:wasm'",
  });
}
