import type { Arrays, Backend, NDArray, TensorType } from '@descent/core/backend';
import { compileGraph } from '../kernel-list/compile.ts';
import { runnerBackend } from '../programs/backend.ts';
import type { Runner } from '../programs/runner.ts';
import type { Binding } from './binding.ts';
import { printNodes } from './print.ts';
import { openSession } from './session.ts';
import { download, upload } from './tensors.ts';
import { TRAITS } from './traits.ts';
import { type Residence, type TensorFlowGraph, translate } from './translate.ts';
import { createValues, type LoadedGraph, type StateValue } from './values.ts';

/** The backend that runs each program as one TensorFlow graph. */
export function tensorFlowBackend(name: string, binding: Binding, residence: Residence): Backend {
  return runnerBackend(graphRunner(name, binding, residence));
}

function graphRunner(
  name: string,
  binding: Binding,
  residence: Residence,
): Runner<StateValue, TensorFlowGraph, LoadedGraph> {
  const values = createValues(binding, residence);

  /** Fetches nodes with what they need fed. Which tensors come back is the caller's to know. */
  const run = (loaded: LoadedGraph, feeds: Arrays, entries: ReadonlyMap<string, StateValue>): readonly number[] => {
    const { graph, session } = loaded;
    const tensors = new Map<string, number>();
    const owned: number[] = [];
    try {
      for (const [input, node] of graph.feeds) {
        const value = entries.get(input);
        if (value !== undefined) tensors.set(node, values.hostTensor(value));
        else {
          // A result in the state may share memory with what it was computed from.
          const id = upload(binding, feeds[input] as NDArray, residence, graph.writes.size > 0);
          owned.push(id);
          tensors.set(node, id);
        }
      }
      return session.run(graph.fetches.size > 0 ? [...graph.fetches.values()] : [graph.done], tensors);
    } finally {
      for (const id of owned) binding.deleteTensor(id);
    }
  };

  return {
    name,
    store: {
      put: (array) => values.fromArray(array),
      get: (value) => values.read(value),
      typeOf: ({ type }) => type,
      free: (value) => values.drop(value),
    },
    keepsReplaced: residence === 'host',
    lower: (program, batch) => translate(compileGraph(program.graph, TRAITS, batch), program, residence),
    describe: printNodes,
    open: (graph) => ({
      graph,
      session: openSession(binding, graph.nodes, residence === 'host' ? '/device:CPU:0' : undefined),
      held: new Map(),
    }),
    close(loaded) {
      values.evacuate(loaded);
      loaded.session.dispose();
    },
    start(loaded, feeds, entries) {
      const { fetches, variables, types, writes } = loaded.graph;
      if (residence === 'device') values.place(loaded, entries);
      const ids = run(loaded, feeds, entries);
      if (fetches.size === 0) for (const id of ids) binding.deleteTensor(id);
      const results: Record<string, NDArray> = {};
      const written = new Map<string, StateValue>();
      for (const [i, output] of [...fetches.keys()].entries()) {
        const id = ids[i] as number;
        const type = types.get(output) as TensorType;
        if (writes.has(output)) written.set(output, values.fromTensor(id, type));
        else {
          results[output] = download(binding, id, type);
          binding.deleteTensor(id);
        }
      }
      for (const output of variables.keys()) {
        if (writes.has(output)) written.set(output, values.inVariable(loaded, output, types.get(output) as TensorType));
      }
      return { written, results };
    },
  };
}
