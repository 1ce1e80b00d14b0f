import { createPredictor, DYNAMIC, expectParameters, type Layer, topK } from '@descent/core';
import { openBackend } from '../backends.ts';
import { loadSource } from '../config/load.ts';
import { readRun } from './folder.ts';
import type { ImageModel } from './image-model.ts';

/** The network of a run on `backend`, by default the one that its config names for inference. */
export async function openRunModel(path: string, backend: string | undefined): Promise<ImageModel> {
  const { record, source, weights } = await readRun(path);
  const { model, inference, backend: training } = await loadSource(source, record.config.original, record.config.cwd);
  expectParameters(model, weights, `the weights in ${path}`);
  const opened = await openBackend(backend ?? inference ?? training);
  const predictor = await createPredictor({
    model,
    parameters: weights,
    sample: record.sample,
    backend: opened.backend,
  });
  const output = endsInSoftmax(model) ? 'probabilities' : 'logits';
  return {
    input: { name: 'input', dtype: record.sample.dtype, shape: [DYNAMIC, ...record.sample.shape] },
    ...(record.image !== null && { preprocessing: record.image }),
    topK: async (x, k = 5) => topK(await predictor.predict(x), { k, labels: record.labels, output }),
    async dispose() {
      predictor.dispose();
      await opened.backend.dispose();
    },
  };
}

function endsInSoftmax(layer: Layer): boolean {
  const last = [...(layer.children?.values() ?? [])].at(-1);
  return last === undefined ? layer.label.startsWith('softmax') : endsInSoftmax(last);
}
