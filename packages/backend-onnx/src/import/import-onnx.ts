import type { Layer, NDArray, Node, OpenSamplesOf, Parameters, Tensors } from '@descent/core';
import type { ModelMetadata } from '../export/metadata.ts';
import type { Port } from '../inference/ports.ts';
import type { KeptBecause, Trainable } from './trainable.ts';

/** Whose statistics batch normalizations take in training: those of each batch, or the running ones. */
export type BatchNormMode = 'batch' | 'running';

export interface ImportOptions {
  /** The content of files that hold weights, by the name that the model gives them, as for `loadOnnx`. */
  readonly externalData?: Readonly<Record<string, Uint8Array>>;
  /**
   * Values for inputs of the file that shall be constants of the network, by name, such as the target of a reshape. They are no inputs of `model` then.
   * Default none.
   */
  readonly fixed?: Readonly<Record<string, NDArray>>;
  /**
   * What inputs are instead of what the file says, by name: sizes, and names for axes of any size, such as `['batch', 3, 224, 224]` for a file that was
   * exported for one sample. Whether the network takes other sizes shows when it is built: a reshape to numbers of the file does not. Default none.
   */
  readonly shapes?: Readonly<Record<string, readonly (number | string)[]>>;
  /**
   * What batch normalizations do in training. `'batch'`: they take the mean and variance of each batch, and running statistics move towards them, as in
   * PyTorch's `train()`. `'running'`: they take the running statistics, which stay as they are, as in `eval()`; for few samples, or small batches.
   * Without training they always take the running ones, whatever `training_mode` says in the file. Default `'batch'`.
   */
  readonly batchNorm?: BatchNormMode;
  /**
   * The float tensors of the file that training changes, by their names; all others stay as they are. Default: all but those that `kept` lists, with the reason:
   * running statistics, buffers where the exporter says so, masks, tables that follow from a formula such as sines of positions, and what brings an input into its
   * range in front of the first weights, such as mean and standard deviation of the channels, and single numbers where the exporter does not say what they are.
   */
  readonly trainable?: Trainable;
}

/** The network of an ONNX file. */
export interface ImportedModel<In extends Tensors = Node, Out extends Tensors = Node> extends ModelMetadata {
  /**
   * An ordinary layer, whose parameters start with the numbers of the file: `createTrainer({ model, … })` goes on from there. It takes and gives one tensor,
   * or a record by the names of `inputs` and `outputs` where there are several.
   */
  readonly model: Layer<In, Out>;
  /** The numbers of the file, by the file's names. What is float16 or float64 there is float32 here. */
  readonly parameters: Parameters;
  /** Tensors that training does not change, and why; `trainable` says otherwise. Single numbers and what the file calls constants are no `parameters` until it does. */
  readonly kept: Readonly<Record<string, KeptBecause>>;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** What one sample is, as `createPredictor` and `summarize` take it: axes that the file leaves open behind the batch have the file's names. */
  readonly sample: OpenSamplesOf<In>;
  /** Entries of the file's metadata that are not Descent's own, as `exportOnnx` takes them. */
  readonly properties: Readonly<Record<string, string>>;
  /** Version of ONNX's own operator set that the file asks for. */
  readonly opset: number;
}

/**
 * The network of an ONNX file, given by its path or its bytes, as a layer that can be trained, adapted, put into another network, and exported. Arithmetic
 * with shapes is done when it is built, functions of the file stand in place of their calls, and float tensors are parameters under the file's names;
 * running statistics of batch normalizations are kept and not trained. Dropout and batch normalization behave as the use of the layer says, in training
 * or not. Files are data: nothing in them is executed, and nothing is read but the file and the weights beside it.
 * @throws BackendError naming the file when it is missing, damaged, or has operators that cannot be imported, which are then listed together.
 */
export async function importOnnx<In extends Tensors = Node, Out extends Tensors = Node>(
  source: string | Uint8Array,
  options: ImportOptions = {},
): Promise<ImportedModel<In, Out>> {
  const { importModel } = await import('./import-model.ts');
  return (await importModel(source, options)) as unknown as ImportedModel<In, Out>;
}
