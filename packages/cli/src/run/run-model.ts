import { createPredictor, DYNAMIC, expectParameters, forwardGraph } from '@descent/core';
import { isLeaf, leavesOf } from '@descent/core/backend';
import { available } from '../auto/available.ts';
import { openBackend } from '../backends.ts';
import { loadSource } from '../config/load.ts';
import { kindOfTask } from '../config/loss.ts';
import type { Io } from '../io.ts';
import { readRun } from './folder.ts';
import type { ImageModel } from './image-model.ts';
import type { RunRecord } from './record.ts';
import { severalArrays, severalOutputs } from './several-arrays.ts';

/** What a sample of the run is. Throws where it is several arrays, since pictures alone are not enough to ask about. */
function oneArray({ sample }: RunRecord, path: string) {
  if (isLeaf(sample)) return sample;
  throw severalArrays(
    path,
    leavesOf(sample).map(([name, type]) => ({ name, ...type })),
  );
}

/** The network of a run on `backend`, by default the one that its config names for inference, else the one that trained it. */
export async function openRunModel(path: string, backend: string | undefined, io: Io): Promise<ImageModel> {
  const { record, source, weights, warnings } = await readRun(path);
  const {
    model,
    loss,
    inference,
    backend: training,
  } = await loadSource(source, record.config.original, record.config.cwd);
  expectParameters(model, weights, `the weights in ${path}`);
  const sample = oneArray(record, path);
  const outputs = [...forwardGraph(model, sample).outputs.keys()];
  if (outputs.length > 1) throw severalOutputs(path, outputs);
  const name = backend ?? inference ?? record.settings.choice?.name ?? training;
  const opened = await openBackend(name, await available(io, [name]));
  const output = kindOfTask(loss, record.labels);
  const made = createPredictor({
    model,
    parameters: weights,
    sample,
    backend: opened.backend,
    loss,
    ...(output !== null && { output }),
  });
  const predictor = await made.catch(async (error: unknown) => {
    await opened.backend.dispose();
    throw error;
  });
  return {
    input: { name: 'input', dtype: sample.dtype, shape: [DYNAMIC, ...sample.shape] },
    outputKind: predictor.outputKind,
    warnings,
    ...(record.image !== null && { preprocessing: record.image }),
    topK: (x, k = 5) => predictor.topK(x, { k, labels: record.labels }),
    async dispose() {
      predictor.dispose();
      await opened.backend.dispose();
    },
  };
}
