import type { Arrays, Graph } from '@descent/core/backend';
import { openDevice } from '../src/device/device.ts';
import { deviceOptions } from '../src/device/options.ts';
import { toArray, toTensor } from '../src/device/tensors.ts';
import { type LowerOptions, lowerGraph } from '../src/lower.ts';
import { toBytes } from '../src/model/to-bytes.ts';
import type { Ort } from '../src/runtime/runtime.ts';

/** Runs a graph with lowering options that the backend does not show. */
export async function runLowered(graph: Graph, feeds: Arrays, options: LowerOptions): Promise<Arrays> {
  const { model, outputs } = lowerGraph(graph, options);
  const { ort, open } = await openDevice(deviceOptions({ threads: 1 }));
  const session = await open({ bytes: toBytes(model) });
  const results = await session.run(
    Object.fromEntries(Object.entries(feeds).map(([name, array]) => [name, toTensor(ort, array)])),
  );
  await session.release();
  return Object.fromEntries([...outputs].map(([name, onnxName]) => [name, toArray(results[onnxName] as Ort.Tensor)]));
}
