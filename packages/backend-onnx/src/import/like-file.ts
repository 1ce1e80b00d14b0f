import type { Node, Tensors } from '@descent/core';
import type { ExportOptions } from '../export/export-onnx.ts';
import type { ImportedModel } from './import-onnx.ts';

/** What a file is exported with that is like the one that `network` was read from. */
export type LikeFile<In extends Tensors = Node> = Pick<
  ExportOptions<In>,
  'sample' | 'names' | 'properties' | 'labels' | 'preprocessing' | 'metadata' | 'axes' | 'output'
>;

/**
 * Options of `exportOnnx` for a file like the one that `network` was read from: names of inputs and outputs, metadata of whoever wrote it, labels and preprocessing where Descent wrote
 * it. What else is said goes behind: `exportOnnx(model, { ...likeFile(network), parameters, labels })`.
 */
export function likeFile<In extends Tensors, Out extends Tensors>(network: ImportedModel<In, Out>): LikeFile<In> {
  const { sample, inputs, outputs, properties, labels, preprocessing, metadata, axes, outputKind } = network;
  const [input, output] = [inputs[0], outputs[0]];
  return {
    sample,
    properties,
    names: {
      ...(inputs.length === 1 && input !== undefined && { input: input.name }),
      ...(outputs.length === 1 && output !== undefined && { output: output.name }),
    },
    ...(labels !== undefined && { labels }),
    ...(preprocessing !== undefined && { preprocessing }),
    ...(metadata !== undefined && { metadata }),
    ...(axes !== undefined && { axes }),
    ...(outputs.length === 1 && outputKind !== undefined && { output: outputKind }),
  };
}
