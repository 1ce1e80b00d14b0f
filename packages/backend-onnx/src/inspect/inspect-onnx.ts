import { type ModelMetadata, readMetadata } from '../export/metadata.ts';
import { modelTensors } from '../inference/model-tensors.ts';
import { byteSize } from '../inference/tensor-size.ts';
import { elementName } from '../model/element-names.ts';
import { TensorProto_DataLocation as DataLocation, type ModelProto, type TensorProto } from '../proto/onnx-pb.ts';
import { modelNodes, operatorName } from './model-nodes.ts';
import { type ModelSource, readModel } from './source.ts';
import { type ValueFacts, valueFacts } from './value-facts.ts';

/** How often an operator occurs, those in bodies of control flow among them. */
export interface OpCount {
  /** Such as `Conv`, or `com.microsoft.MatMulNBits` for what is not ONNX's own. */
  readonly op: string;
  readonly count: number;
}

/** A tensor that the main graph stores, or a body of control flow. */
export interface WeightFacts {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly bytes: number;
  /** The file beside the model that holds it; null for what the model itself holds. */
  readonly file: string | null;
}

/** What an ONNX file says about itself: plain data, ready for JSON. */
export interface OnnxFacts {
  /** Of the file itself, without the files beside it. */
  readonly bytes: number;
  readonly irVersion: number;
  /** Version of each operator set, `ai.onnx` for ONNX's own. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly producer: { readonly name: string; readonly version: string };
  readonly description: string;
  /** Of the main graph. */
  readonly name: string;
  /** What must be fed: inputs that the file gives a value are not among them. */
  readonly inputs: readonly ValueFacts[];
  readonly outputs: readonly ValueFacts[];
  /** The most frequent first. */
  readonly ops: readonly OpCount[];
  /** Operators that the file itself defines. */
  readonly functions: readonly { readonly name: string; readonly nodes: number }[];
  /** How many numbers the weights are: tensors of floating-point and quantised types, those in bodies of control flow among them. */
  readonly parameters: number;
  /** Everything that is stored, constants of shapes among them. */
  readonly weights: readonly WeightFacts[];
  /** Bytes of weights in each file beside the model, by its name. */
  readonly externalData: Readonly<Record<string, number>>;
  /** All entries, as they stand in the file. */
  readonly metadata: Readonly<Record<string, string>>;
  /** What the entries that Descent writes say; empty for files of other programs. */
  readonly descent: ModelMetadata;
}

/**
 * What stands in an ONNX file, given by its path or its bytes: inputs and outputs, operators, weights, versions and metadata. Nothing is run, and files
 * beside it are not opened, so that any file may be looked at.
 * @throws BackendError naming the file when it is missing, damaged or no model.
 */
export async function inspectOnnx(source: ModelSource): Promise<OnnxFacts> {
  const { model, bytes } = await readModel('inspectOnnx', source);
  return factsOf(model, bytes.length);
}

export function factsOf(model: ModelProto, bytes: number): OnnxFacts {
  const { graph, metadataProps } = model;
  const stored = graph?.initializer ?? [];
  const sparse = graph?.sparseInitializer.map((s) => s.values?.name ?? '') ?? [];
  const constants = new Set([...stored.map((t) => t.name), ...sparse]);
  const metadata = new Map(metadataProps.map(({ key, value }) => [key, value]));
  const inBodies = modelTensors(model).filter(({ main, place }) => !main && place.startsWith('initializer'));
  const weights = [...stored, ...inBodies.map(({ tensor }) => tensor)].map(weightFacts);
  return {
    bytes,
    irVersion: Number(model.irVersion),
    opsets: entries(model.opsetImport.map(({ domain, version }) => [domain || 'ai.onnx', Number(version)])),
    producer: { name: model.producerName, version: model.producerVersion },
    description: model.docString,
    name: graph?.name ?? '',
    inputs: (graph?.input ?? []).filter(({ name }) => !constants.has(name)).map(valueFacts),
    outputs: (graph?.output ?? []).map(valueFacts),
    ops: opCounts(model),
    functions: model.functions.map(({ domain, name, node }) => ({
      name: operatorName({ domain, opType: name }),
      nodes: node.length,
    })),
    parameters: weights.filter(({ type }) => IS_WEIGHT.test(type)).reduce((n, { shape }) => n + elements(shape), 0),
    weights,
    externalData: externalData(model),
    metadata: entries([...metadata]),
    descent: readMetadata(metadata),
  };
}

/** Integers of 32 bits and more are shapes and indices, and what biases of quantised models are; no one means them by parameters. */
const IS_WEIGHT = /float|^u?int[248]$/;

/** Own properties only, whatever a file calls its entries. */
function entries<T>(pairs: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  return Object.fromEntries(pairs);
}

function opCounts(model: ModelProto): readonly OpCount[] {
  const counts = new Map<string, number>();
  for (const node of modelNodes(model)) counts.set(operatorName(node), (counts.get(operatorName(node)) ?? 0) + 1);
  return [...counts].map(([op, count]) => ({ op, count })).sort((a, b) => b.count - a.count || (a.op < b.op ? -1 : 1));
}

export function weightFacts(tensor: TensorProto): WeightFacts {
  return {
    name: tensor.name,
    type: elementName(tensor.dataType),
    shape: tensor.dims.map(Number),
    bytes: byteSize(tensor) ?? 0,
    file: locationOf(tensor),
  };
}

function externalData(model: ModelProto): Readonly<Record<string, number>> {
  const sizes = new Map<string, number>();
  for (const { tensor } of modelTensors(model)) {
    const file = locationOf(tensor);
    if (file !== null) sizes.set(file, (sizes.get(file) ?? 0) + (byteSize(tensor) ?? 0));
  }
  return entries([...sizes]);
}

function locationOf({ dataLocation, externalData: data }: TensorProto): string | null {
  if (dataLocation !== DataLocation.EXTERNAL) return null;
  return data.find(({ key }) => key === 'location')?.value ?? '';
}

export function elements(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
