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
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Engine } from '../engines/engine.ts';
import { lowerings } from '../lowerings/index.ts';
import { type BatchSizes, batchSizeOf, batchSizes, isDynamicGraph } from './batch-sizes.ts';
import { compileGraph } from './compile.ts';
import { type KernelList, printList } from './kernel-list.ts';
import { type LoadedList, loadList } from './run.ts';
import { forget, type Held, replace } from './state.ts';

type Results = ReadonlyMap<string, TensorInfo>;

/** Compiles `program` for one engine; for each batch size at its first use when an axis is dynamic. */
export function createExecutable(
  program: Program,
  engine: Engine,
  heldBy: (state: State | undefined) => Held,
  owner: Lifetime,
  onDispose: (executable: Executable) => void,
): Executable {
  checkProgram(program);
  const graph = optimize(program.graph, (name) => name in lowerings);
  const alive = lifetime('the executable', owner);
  const inputs = programInputs(program);
  const reads = new Set(program.reads);
  const fed = new Map([...inputs].filter(([name]) => !reads.has(name)));
  const owned = new Set(fed.keys());
  const writes = new Set(program.writes);
  const lists = createLists(graph, engine);
  if (!isDynamicGraph(graph)) lists.get(0);

  /** One run, without waiting for its results; the state is changed when it returns. */
  const step = (
    feeds: Arrays,
    held: Held | undefined,
    first: boolean,
  ): { results: Results; types: KernelList['outputs'] } => {
    checkNoExtraFeeds(feeds, fed);
    const tensors = new Map<string, TensorInfo>();
    for (const [name, n] of inputs) {
      if (fed.has(name)) checkFeed(name, feeds[name], n);
      else tensors.set(name, entryTensor(held, name, n));
    }
    const { list, loaded } = lists.get(batchSizeOf(fed, feeds));
    if (first && held !== undefined && writes.size > 0) forget(held, engine);
    for (const name of owned) tensors.set(name, engine.upload(feeds[name] as NDArray));
    const outputs = loaded.run(tensors, owned);
    if (held !== undefined && writes.size > 0) {
      replace(held, engine, new Map([...outputs].filter(([name]) => writes.has(name))), first);
    }
    return { results: new Map([...outputs].filter(([name]) => !writes.has(name))), types: list.outputs };
  };

  const fetch = async ({ results, types }: ReturnType<typeof step>): Promise<Arrays> => {
    try {
      const read = [...results].map(
        async ([name, tensor]) => [name, await engine.download(tensor, types.get(name)?.type as TensorType)] as const,
      );
      return Object.fromEntries(await Promise.all(read));
    } finally {
      for (const tensor of results.values()) engine.release(tensor);
    }
  };

  const stateOf = (state: State | undefined): Held | undefined =>
    program.reads.length === 0 ? undefined : heldBy(state);

  const executable: Executable = {
    async run(feeds, state) {
      alive.check();
      return fetch(step(feeds, stateOf(state), true));
    },
    async runSteps(steps, feeds, state) {
      alive.check();
      checkSteps(steps, feeds, fed);
      const held = stateOf(state);
      // All steps are under way before the first result is waited for: a GPU never idles in between.
      const pending = Array.from({ length: steps }, (_, i) => fetch(step(sliced(feeds, i), held, i === 0)));
      const results = await Promise.all(pending);
      const [first] = results as [Arrays];
      return Object.fromEntries(
        Object.keys(first).map((name) => [name, stack(results.map((r) => r[name] as NDArray))]),
      );
    },
    describe: () => printList(lists.latest()?.list ?? compileGraph(graph, engine.traits, 1)),
    dispose() {
      alive.end();
      lists.dispose();
      onDispose(executable);
    },
  };
  return executable;
}

function sliced(feeds: Arrays, i: number): Arrays {
  return Object.fromEntries(Object.entries(feeds).map(([name, array]) => [name, entry(array, i)]));
}

function entryTensor(held: Held | undefined, name: string, n: Node): TensorInfo {
  const found = held?.now.get(name);
  // Only the type matters to the check.
  checkFeed(name, found === undefined ? undefined : ({ ...found.type, data: new Uint8Array(0) } as NDArray), n);
  return (found as NonNullable<typeof found>).tensor;
}

/** The kernels for one size of the dynamic axis. */
interface SizedList {
  readonly list: KernelList;
  readonly loaded: LoadedList;
}

/** Each list has its own copy of the constants. */
function createLists(graph: Graph, engine: Engine): BatchSizes<SizedList> {
  return batchSizes(
    (batch) => {
      const list = compileGraph(graph, engine.traits, batch);
      return { list, loaded: loadList(list, engine) };
    },
    ({ loaded }) => loaded.dispose(),
  );
}
