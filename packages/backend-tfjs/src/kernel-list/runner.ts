import type { Arrays, Backend, TensorType } from '@descent/core/backend';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Engine } from '../engines/engine.ts';
import { runnerBackend } from '../programs/backend.ts';
import type { Runner } from '../programs/runner.ts';
import { compileGraph } from './compile.ts';
import { type KernelList, printList } from './kernel-list.ts';
import { type LoadedList, loadList } from './run.ts';

/** A tensor, and its type in graphs. */
interface KeptTensor {
  readonly tensor: TensorInfo;
  readonly type: TensorType;
}

interface Lowered {
  readonly list: KernelList;
  readonly writes: ReadonlySet<string>;
}

interface Ready extends Lowered {
  readonly loaded: LoadedList;
}

/** The backend that runs kernel lists on `engine`. */
export function kernelListBackend(engine: Engine): Backend {
  return runnerBackend(kernelListRunner(engine));
}

function kernelListRunner(engine: Engine): Runner<KeptTensor, Lowered, Ready> {
  /** The results, whose tensors are freed once they are read. */
  const fetch = async (results: readonly (readonly [string, KeptTensor])[]): Promise<Arrays> => {
    try {
      const read = results.map(
        async ([name, { tensor, type }]) => [name, await engine.download(tensor, type)] as const,
      );
      return Object.fromEntries(await Promise.all(read));
    } finally {
      for (const [, { tensor }] of results) engine.release(tensor);
    }
  };
  return {
    name: `tfjs:${engine.name}`,
    store: {
      put: (array) => ({
        tensor: engine.upload(array),
        type: { dtype: array.dtype === 'float64' ? 'float32' : array.dtype, shape: array.shape },
      }),
      get: ({ tensor, type }) => engine.download(tensor, type),
      typeOf: ({ type }) => type,
      free: ({ tensor }) => engine.release(tensor),
    },
    keepsReplaced: true,
    lower: ({ graph, writes }, batch) => ({
      list: compileGraph(graph, engine.traits, batch),
      writes: new Set(writes),
    }),
    describe: ({ list }) => printList(list),
    open: (lowered) => ({ ...lowered, loaded: loadList(lowered.list, engine) }),
    close: ({ loaded }) => loaded.dispose(),
    start({ list, loaded, writes }, feeds, entries) {
      const tensors = new Map<string, TensorInfo>();
      for (const [name, { tensor }] of entries) tensors.set(name, tensor);
      const owned = new Set(Object.keys(feeds));
      for (const name in feeds) tensors.set(name, engine.upload(feeds[name] as Arrays[string]));
      const written = new Map<string, KeptTensor>();
      const results: (readonly [string, KeptTensor])[] = [];
      for (const [name, tensor] of loaded.run(tensors, owned)) {
        const value = { tensor, type: list.outputs.get(name)?.type as TensorType };
        if (writes.has(name)) written.set(name, value);
        else results.push([name, value]);
      }
      return { written, results: fetch(results) };
    },
  };
}
