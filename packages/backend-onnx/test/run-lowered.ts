import type { Arrays, Graph } from '@descent/core/backend';
import { type LowerOptions, lowerGraph } from '../src/lower.ts';
import { toBytes } from '../src/model/to-proto.ts';
import { createSession, loadRuntime, type Ort } from '../src/session.ts';
import { toArray, toTensor } from '../src/tensors.ts';

/** Runs a graph with lowering options that the backend does not show. */
export async function runLowered(graph: Graph, feeds: Arrays, options: LowerOptions): Promise<Arrays> {
  const { model, outputs } = lowerGraph(graph, options);
  const runtime = await loadRuntime();
  const session = await createSession(runtime, toBytes(model), {
    threads: 1,
    spinning: true,
    graphOptimizationLevel: 'extended',
  });
  const results = await session.run(
    Object.fromEntries(Object.entries(feeds).map(([name, array]) => [name, toTensor(runtime, array)])),
  );
  await session.release();
  return Object.fromEntries([...outputs].map(([name, onnxName]) => [name, toArray(results[onnxName] as Ort.Tensor)]));
}
