import { type Arrays, BackendError, DYNAMIC, type Graph, isDynamic, type Node } from '@descent/core/backend';

/** A program compiled for the batch sizes it was last run with; for size 0 where no axis is dynamic. */
export interface BatchSizes<T> {
  get(batch: number): T;
  latest(): T | undefined;
  dispose(): void;
}

/** Sizes that stay compiled: training has two, of full batches and the last one, and so has evaluation. */
const MOST = 4;

/** Compiles at the first use of a size; the least recently used goes first. */
export function batchSizes<T>(compile: (batch: number) => T, close: (compiled: T) => void): BatchSizes<T> {
  const compiled = new Map<number, T>();
  return {
    get(batch) {
      const found = compiled.get(batch) ?? compile(batch);
      compiled.delete(batch);
      compiled.set(batch, found);
      for (const [oldest, one] of [...compiled].slice(0, -MOST)) {
        close(one);
        compiled.delete(oldest);
      }
      return found;
    },
    latest: () => [...compiled.values()].at(-1),
    dispose() {
      for (const one of compiled.values()) close(one);
      compiled.clear();
    },
  };
}

export function isDynamicGraph(graph: Graph): boolean {
  return graph.nodes.some((n) => isDynamic(n.type.shape));
}

/** The size of the dynamic axis: a graph has one, wherever it appears. */
export function batchSizeOf(fed: ReadonlyMap<string, Node>, feeds: Arrays): number {
  let found: { readonly name: string; readonly size: number } | undefined;
  for (const [name, n] of fed) {
    if (!isDynamic(n.type.shape)) continue;
    const size = feeds[name]?.shape[n.type.shape.indexOf(DYNAMIC)] as number;
    if (found !== undefined && found.size !== size) {
      throw new BackendError('the inputs disagree about the size of the dynamic axis', {
        received: `${found.size} in '${found.name}', ${size} in '${name}'`,
        expected: 'the same batch size in each',
      });
    }
    found = { name, size };
  }
  return found?.size ?? 0;
}
