import {
  createPredictor,
  DYNAMIC,
  expectParameters,
  forwardGraph,
  type NDArray,
  type NDArrays,
  type OutputKind,
} from '@descent/core';
import { leavesOf } from '@descent/core/backend';
import { available } from '../auto/available.ts';
import { openBackend } from '../backends.ts';
import { hasBoxes } from '../config/has-boxes.ts';
import { loadSource } from '../config/load.ts';
import { kindOfTask } from '../config/loss.ts';
import { preparationOf } from '../config/preparation.ts';
import type { Io } from '../io.ts';
import { readRun } from './folder.ts';
import type { OpenModel } from './open-model.ts';
import { severalOutputs } from './several-arrays.ts';

/**
 * The network of a run on `backend`, by default the one that its config names for inference, else the one that trained it.
 * @param takesSeveral Whether a network of several outputs is taken.
 * @param threads Of `onnx:cpu`.
 */
export async function openRunModel(
  path: string,
  backend: string | undefined,
  io: Io,
  { takesSeveral = false, threads }: { readonly takesSeveral?: boolean; readonly threads?: number | undefined } = {},
): Promise<OpenModel> {
  const { record, source, weights, warnings } = await readRun(path);
  const config = await loadSource(source, record.config.original, record.config.cwd);
  const { model, loss, inference, backend: training } = config;
  expectParameters(model, weights, `the weights in ${path}`);
  const { sample } = record;
  const { outputs } = forwardGraph(model, sample, { batch: 2 });
  if (outputs.size > 1 && !takesSeveral) throw severalOutputs(path, [...outputs.keys()]);
  const [given] = outputs.values();
  const name = backend ?? inference ?? record.settings.choice?.name ?? training;
  const opened = await openBackend(name, await available(io, [name], { threads }));
  const output = kindOfTask(loss, record.labels);
  const made = createPredictor({
    model,
    parameters: weights,
    // The compiler takes the network of a config for one of one array.
    sample: sample as { readonly shape: readonly number[] },
    backend: opened.backend,
    loss,
    ...(output !== null && { output }),
  });
  const predictor = await made.catch(async (error: unknown) => {
    await opened.backend.dispose();
    throw error;
  });
  const kinds = predictor.outputKind as unknown as Readonly<Record<string, OutputKind>>;
  return {
    backend: opened.backend.name,
    inputs: leavesOf(sample).map(([of, { dtype, shape }]) => ({
      name: of === '' ? 'input' : of,
      dtype,
      shape: [DYNAMIC, ...shape],
    })),
    ...(given !== undefined && {
      output: { name: 'output', dtype: given.type.dtype, shape: [DYNAMIC, ...given.type.shape.slice(1)] },
    }),
    // The compiler takes the network of a config for one of one output.
    outputKind: outputs.size > 1 ? 'values' : predictor.outputKind,
    ...(outputs.size > 1 && {
      several: {
        outputs: [...outputs.keys()].map((of) => ({ name: of, kind: kinds[of] ?? 'values' })),
        predict: (x: NDArrays) =>
          predictor.predict(x as NDArray) as unknown as Promise<Readonly<Record<string, NDArray>>>,
      },
    }),
    labels: record.labels,
    warnings,
    loss,
    run: { config: { ...config, seed: record.settings.seed }, record },
    ...(record.image !== null && { preprocessing: record.image }),
    ...preparationOf(record),
    hasBoxes: hasBoxes(config),
    predict: (x) => predictor.predict(x as NDArray),
    async dispose() {
      predictor.dispose();
      await opened.backend.dispose();
    },
  };
}
