import { stat } from 'node:fs/promises';
import {
  createPredictor,
  DescentError,
  DYNAMIC,
  expectParameters,
  type Layer,
  type NDArray,
  topK,
} from '@descent/core';
import { openBackend } from '../backends.ts';
import { loadSource } from '../config/load.ts';
import { loadOnnx, type OnnxModelFile } from '../onnx.ts';
import { readRun } from './folder.ts';

/** What can be asked about images: an ONNX file, or the network of a run on any backend. */
export type ImageModel = Pick<OnnxModelFile, 'input' | 'preprocessing' | 'topK'> & { dispose(): void | Promise<void> };

/** Opens a `.onnx` file, or the folder of a run on `backend`, by default the one that its config names for inference. */
export async function openImageModel(path: string, backend: string | undefined): Promise<ImageModel> {
  if (!(await isFolder(path))) {
    if (backend === undefined) return loadOnnx(path);
    throw new DescentError('an ONNX file runs on ONNX Runtime', {
      path,
      received: `--backend ${backend}`,
      fix: 'leave --backend out, or give the folder of a run instead of a file',
    });
  }
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
    topK: async (x: NDArray, k = 5) => topK(await predictor.predict(x), { k, labels: record.labels, output }),
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

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
