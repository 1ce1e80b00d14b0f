import { encodeSafetensors, type NDArray, type SampleType } from '@descent/core';
import { subset } from '@descent/datasets';
import type { Network } from './network.ts';
import type { OnnxExport } from './protocol.ts';

/** Samples that an export is checked with, as those of `descent export` are. */
const PROOF_SAMPLES = 64;

/** The network as an ONNX file, compared with the reference interpreter on samples of its data. */
export async function onnxOf({ recipe, sample, sets, trainer }: Network): Promise<OnnxExport> {
  const { exportOnnx } = await import('@descent/backend-onnx');
  const data = sets.test ?? sets.train;
  const { x } = subset(
    data,
    Array.from({ length: Math.min(PROOF_SAMPLES, data.length) }, (_, i) => i),
  );
  const { classes, pictures } = sets.train;
  return exportOnnx(recipe.model, {
    parameters: await trainer.parameters(),
    // Trees are taken as well as single arrays.
    sample: sample as SampleType,
    loss: recipe.loss,
    verify: { inputs: x as NDArray },
    ...(classes.length > 0 && { labels: classes }),
    ...(pictures !== undefined && { preprocessing: pictures }),
    metadata: { ...sets.preparation, ...(sets.text !== undefined && { text: sets.text }) },
  });
}

export async function safetensorsOf({ trainer }: Network): Promise<Uint8Array> {
  return encodeSafetensors(await trainer.parameters());
}
