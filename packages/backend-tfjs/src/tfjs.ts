import { type Backend, BackendError, expectOptions, ValueError } from '@descent/core';
import { expectWorker, type WorkerOption } from '@descent/core/backend';
import type { EngineName, EngineOptions } from './engines/options.ts';
import type { NodeEngineName, NodeOptions } from './node/open.ts';

const ENGINES: readonly TfjsOptions['engine'][] = ['node', 'node-gpu', 'wasm', 'webgpu', 'webgl', 'cpu'];

export interface TfjsOptions extends EngineOptions, NodeOptions {
  readonly engine: EngineName | NodeEngineName;
  /**
   * Run everything in a worker, so that a page stays smooth while the engine computes, and the event loop of Node free. `true` starts the worker of
   * this package; where a bundler does not find that, name the script that it made of `@descent/backend-tfjs/worker`, or give a `Worker` that
   * runs it: the backend ends it. Default false.
   */
  readonly worker?: false | WorkerOption;
}

/**
 * TensorFlow.js as a backend: `'tfjs:node'`, `'tfjs:node-gpu'`, `'tfjs:cpu'`, `'tfjs:wasm'`, `'tfjs:webgl'` or `'tfjs:webgpu'`. Only the
 * packages of the engine named are loaded.
 * @throws ValueError for an engine of another name; BackendError when a package is missing or the engine does not start, with the command or the setting that helps.
 */
export async function tfjs(options: TfjsOptions): Promise<Backend> {
  expectOptions('tfjs', options, ['engine', 'threads', 'wasmPaths', 'addon', 'libtensorflow', 'worker']);
  const { worker = false, ...here } = options;
  const { engine, ...rest } = here;
  if (!ENGINES.includes(engine)) {
    throw new ValueError(`there is no engine '${String(engine)}'`, {
      path: 'engine',
      received: typeof engine === 'string' ? `'${engine}'` : String(engine),
      expected: ENGINES.map((name) => `'${name}'`).join(', '),
    });
  }
  if (worker !== false) {
    expectWorker(worker);
    const { workerBackend } = await import('./worker/remote.ts');
    return workerBackend(`tfjs:${engine}`, worker, here);
  }
  if (engine === 'node' || engine === 'node-gpu') {
    const { openNode }: Partial<typeof import('#node')> = await import('#node');
    if (openNode !== undefined) return openNode(engine, rest);
    throw new BackendError(`tfjs:${engine} runs in Node only`, {
      fix: "in a browser, use 'tfjs:webgpu', 'tfjs:webgl' or 'tfjs:wasm'",
    });
  }
  // A page fetches these, as it does the engine, when it first needs them.
  const [{ loadEngine }, { kernelListBackend }] = await Promise.all([
    import('./engines/load.ts'),
    import('./kernel-list/runner.ts'),
  ]);
  return kernelListBackend(await loadEngine(engine, rest));
}
