import {
  type Arrays,
  type Backend,
  type CompiledProgram,
  createBackend,
  createEntries,
  dynamicSize,
  type Entries,
  isDynamic,
  optimize,
  type Program,
  programInputs,
  stackSteps,
  stepOf,
} from '@descent/core/backend';
import { lowerings } from '../lowerings/index.ts';
import { batchSizes } from './batch-sizes.ts';
import type { Runner } from './runner.ts';

/** The backend of an engine. A program with a dynamic axis is lowered again for each batch size. */
export function runnerBackend<V, L, R>(runner: Runner<V, L, R>): Backend {
  return createBackend<Entries<V>>({
    name: runner.name,
    compile: (program) => compiled(program, runner),
    state: () => createEntries(runner.store),
  });
}

function compiled<V, L, R>(program: Program, runner: Runner<V, L, R>): CompiledProgram<Entries<V>> {
  const graph = optimize(program.graph, (name) => name in lowerings);
  const isDynamicProgram = graph.nodes.some((n) => isDynamic(n.type.shape));
  const inputs = [...programInputs(program)];
  const read = inputs.filter(([name]) => program.reads.includes(name));
  const dynamic = new Map(inputs.filter(([, n]) => isDynamic(n.type.shape)));
  const writes = program.writes.length > 0;
  const sizes = batchSizes(
    (batch) => runner.lower({ ...program, graph }, batch),
    (lowered) => runner.open(lowered),
    (ready) => runner.close(ready),
  );
  if (!isDynamicProgram) sizes.ready(0);

  /** The state is changed when it returns; results may still be under way. */
  const start = (feeds: Arrays, held: Entries<V> | undefined, isFirst: boolean): Arrays | Promise<Arrays> => {
    const entries = new Map(read.map(([name, n]) => [name, (held as Entries<V>).valueFor(name, n)]));
    const ready = sizes.ready(dynamicSize(dynamic, feeds) ?? 0);
    if (writes && isFirst) held?.forget();
    const { written, results } = runner.start(ready, feeds, entries);
    if (writes) held?.replace(written, isFirst && runner.keepsReplaced);
    return results;
  };

  return {
    run: async (feeds, held) => start(feeds, held, true),
    async runSteps(steps, feeds, held) {
      // All steps are under way before the first result is waited for: a GPU never idles in between.
      const started: (Arrays | Promise<Arrays>)[] = [];
      try {
        for (let i = 0; i < steps; i++) started.push(start(stepOf(feeds, i), held, i === 0));
      } catch (error) {
        await Promise.allSettled(started);
        throw error;
      }
      return stackSteps(await Promise.all(started));
    },
    describe: () => runner.describe(sizes.lowered(isDynamicProgram ? 1 : 0)),
    dispose: () => sizes.dispose(),
  };
}
