import {
  type Arrays,
  checkFeed,
  checkNoExtraFeeds,
  checkProgram,
  checkSteps,
  type Executable,
  entry,
  type Graph,
  type Lifetime,
  lifetime,
  type NDArray,
  type Node,
  optimize,
  type Program,
  programInputs,
  type State,
  stack,
  type TensorType,
} from '@descent/core/backend';
import { type BatchSizes, batchSizeOf, batchSizes, isDynamicGraph } from '../kernel-list/batch-sizes.ts';
import { compileGraph } from '../kernel-list/compile.ts';
import type { KernelList } from '../kernel-list/kernel-list.ts';
import { lowerings } from '../lowerings/index.ts';
import type { Binding } from './binding.ts';
import { printNodes } from './print.ts';
import { openSession } from './session.ts';
import { forget, type Held, replace } from './state.ts';
import { download, upload } from './tensors.ts';
import { TRAITS } from './traits.ts';
import { type Residence, translate } from './translate.ts';
import type { LoadedGraph, StateValue, Values } from './values.ts';

/** What the executables of a backend share. */
export interface Environment {
  readonly binding: Binding;
  readonly residence: Residence;
  readonly values: Values;
  readonly owner: Lifetime;
  heldBy(state: State | undefined): Held;
  ended(executable: Executable): void;
}

/** Compiles `program` to one TensorFlow graph; to one for each batch size at its first use when an axis is dynamic. */
export function createExecutable(program: Program, environment: Environment): Executable {
  checkProgram(program);
  const { binding, residence, values } = environment;
  const graph = optimize(program.graph, (name) => name in lowerings);
  const alive = lifetime('the executable', environment.owner);
  const inputs = programInputs(program);
  const fed = new Map([...inputs].filter(([name]) => !program.reads.includes(name)));
  const read = new Map([...inputs].filter(([name]) => program.reads.includes(name)));
  const writes = new Set(program.writes);
  const sessions = createSessions(graph, program, environment);
  if (!isDynamicGraph(graph)) sessions.get(0);

  const step = (feeds: Arrays, held: Held | undefined, first: boolean): Arrays => {
    const entries = new Map<string, StateValue>();
    for (const [name, n] of read) entries.set(name, entryOf(held, name, n));
    const { list, loaded } = sessions.get(batchSizeOf(fed, feeds));
    if (first && held !== undefined && writes.size > 0) forget(held, values);
    if (residence === 'device') values.place(loaded, entries);

    const tensors = new Map<string, number>();
    const owned: number[] = [];
    for (const [name, node] of loaded.graph.feeds) {
      const value = entries.get(name);
      if (value !== undefined) tensors.set(node, values.hostTensor(value));
      else {
        // A result in the state may share memory with what it was computed from.
        const id = upload(binding, feeds[name] as NDArray, residence, writes.size > 0);
        owned.push(id);
        tensors.set(node, id);
      }
    }
    const names = [...loaded.graph.fetches.keys()];
    const fetches = names.length > 0 ? [...loaded.graph.fetches.values()] : [loaded.graph.done];
    let ids: readonly number[] = [];
    try {
      ids = loaded.session.run(fetches, tensors);
    } finally {
      for (const id of owned) binding.deleteTensor(id);
    }
    if (names.length === 0) for (const id of ids) binding.deleteTensor(id);
    const results: Record<string, NDArray> = {};
    const written = new Map<string, StateValue>();
    for (const [i, name] of names.entries()) {
      const id = ids[i] as number;
      const type = list.outputs.get(name)?.type as TensorType;
      if (writes.has(name)) written.set(name, values.fromTensor(id, type));
      else {
        results[name] = download(binding, id, type);
        binding.deleteTensor(id);
      }
    }
    if (residence === 'device') {
      for (const name of loaded.graph.variables.keys()) {
        if (writes.has(name))
          written.set(name, values.inVariable(loaded, name, list.outputs.get(name)?.type as TensorType));
      }
    }
    if (held !== undefined && writes.size > 0) replace(held, values, written, first && residence === 'host');
    return results;
  };

  const stateOf = (state: State | undefined): Held | undefined =>
    program.reads.length === 0 ? undefined : environment.heldBy(state);

  const executable: Executable = {
    async run(feeds, state) {
      alive.check();
      checkNoExtraFeeds(feeds, fed);
      for (const [name, n] of fed) checkFeed(name, feeds[name], n);
      return step(feeds, stateOf(state), true);
    },
    async runSteps(steps, feeds, state) {
      alive.check();
      checkSteps(steps, feeds, fed);
      const held = stateOf(state);
      const results = Array.from({ length: steps }, (_, i) => step(sliced(feeds, i), held, i === 0));
      const [start] = results as [Arrays];
      return Object.fromEntries(
        Object.keys(start).map((name) => [name, stack(results.map((r) => r[name] as NDArray))]),
      );
    },
    describe: () =>
      printNodes(
        sessions.latest()?.loaded.graph ?? translate(compileGraph(graph, TRAITS, 1), { ...program, graph }, residence),
      ),
    dispose() {
      alive.end();
      sessions.dispose();
      environment.ended(executable);
    },
  };
  return executable;
}

function sliced(feeds: Arrays, i: number): Arrays {
  return Object.fromEntries(Object.entries(feeds).map(([name, array]) => [name, entry(array, i)]));
}

function entryOf(held: Held | undefined, name: string, n: Node): StateValue {
  const found = held?.now.get(name);
  // Only the type matters to the check.
  checkFeed(name, found === undefined ? undefined : ({ ...found.type, data: new Uint8Array(0) } as NDArray), n);
  return found as StateValue;
}

/** The kernels and the graph for one size of the dynamic axis. */
interface SizedGraph {
  readonly list: KernelList;
  readonly loaded: LoadedGraph;
}

function createSessions(
  graph: Graph,
  program: Program,
  { binding, residence, values }: Environment,
): BatchSizes<SizedGraph> {
  return batchSizes(
    (batch) => {
      const list = compileGraph(graph, TRAITS, batch);
      const written = translate(list, { ...program, graph }, residence);
      const session = openSession(binding, written.nodes, residence === 'host' ? '/device:CPU:0' : undefined);
      return { list, loaded: { graph: written, session, held: new Map() } };
    },
    ({ loaded }) => {
      values.evacuate(loaded);
      loaded.session.dispose();
    },
  );
}
