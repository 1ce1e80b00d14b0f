import type { OnnxModel } from './graph.ts';
import {
  type AttributeParts,
  type GraphParts,
  modelParts,
  type NodeParts,
  type SizeParts,
  type TensorParts,
  type TensorTypeParts,
  type ValueParts,
} from './parts.ts';
import { bytes, type Field, float, int, join, message, text } from './wire.ts';

/** What a model file says about itself. */
export interface ModelInfo {
  readonly producer?: string;
  readonly producerVersion?: string;
  readonly description?: string;
  /** Free entries for other programs, such as class names. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * The bytes of a `.onnx` file. The numbers are those of the fields in `proto/onnx.proto`. Constants that are in `places` are not in the file but stand
 * in files of their own, which these names are given.
 */
export function toBytes(model: OnnxModel, info: ModelInfo = {}, places: Places = new Map()): Uint8Array {
  const { irVersion, opsetImport, graph, metadataProps } = modelParts(model, info.metadata);
  return join([
    int(1, irVersion),
    text(2, info.producer ?? 'descent'),
    text(3, info.producerVersion ?? ''),
    text(6, info.description ?? ''),
    message(7, graphFields(graph as GraphParts, places)),
    ...opsetImport.map(({ domain, version }) => message(8, [text(1, domain), int(2, version)])),
    ...metadataProps.map(({ key, value }) => message(14, entryFields(key, value))),
  ]);
}

/** Where the numbers of a constant stand. */
export interface Place {
  /** Of another file, beside that of the model. */
  readonly location: string;
  /** Where they begin in it. Default: they are all that is in it. */
  readonly offset?: number;
}

type Places = ReadonlyMap<string, Place>;

const EXTERNAL = 1;

function graphFields(
  { name, node, initializer, input, output }: GraphParts,
  places: Places = new Map(),
): readonly Field[] {
  return [
    ...node.map((n) => message(1, nodeFields(n))),
    text(2, name),
    ...initializer.map((t) => message(5, tensorFields(t, places.get(t.name)))),
    ...input.map((value) => message(11, valueFields(value))),
    ...output.map((value) => message(12, valueFields(value))),
  ];
}

function nodeFields({ input, output, name, opType, domain, attribute }: NodeParts): readonly Field[] {
  return [
    ...input.map((x) => text(1, x)),
    ...output.map((y) => text(2, y)),
    text(3, name),
    text(4, opType),
    ...(domain === '' ? [] : [text(7, domain)]),
    ...attribute.map((a) => message(5, attributeFields(a))),
  ];
}

function attributeFields({ name, type, f, i, s, g, ints = [] }: AttributeParts): readonly Field[] {
  return [
    text(1, name),
    ...(f === undefined ? [] : [float(2, f)]),
    ...(i === undefined ? [] : [int(3, i)]),
    ...(s === undefined ? [] : [bytes(4, s)]),
    ...(g === undefined ? [] : [message(6, graphFields(g))]),
    ...ints.map((n) => int(8, n)),
    int(20, type),
  ];
}

function tensorFields({ dims, dataType, name, rawData }: TensorParts, place: Place | undefined): readonly Field[] {
  const data =
    place === undefined
      ? [bytes(9, rawData)]
      : Object.entries({ ...place, length: rawData.length }).map(([key, value]) =>
          message(13, entryFields(key, `${value}`)),
        );
  return [
    ...dims.map((d) => int(1, d)),
    int(2, dataType),
    text(8, name),
    ...data,
    ...(place === undefined ? [] : [int(14, EXTERNAL)]),
  ];
}

function entryFields(key: string, value: string): readonly Field[] {
  return [text(1, key), text(2, value)];
}

function valueFields({ name, type }: ValueParts): readonly Field[] {
  return [
    text(1, name),
    ...(type?.value.case === 'tensorType' ? [message(2, [message(1, tensorTypeFields(type.value.value))])] : []),
  ];
}

function tensorTypeFields({ elemType, shape }: TensorTypeParts): readonly Field[] {
  const sizes = shape?.dim.map(({ value }) => message(1, sizeFields(value)));
  return [int(1, elemType), ...(sizes === undefined ? [] : [message(2, sizes)])];
}

function sizeFields(size: SizeParts): readonly Field[] {
  if (size.case === undefined) return [];
  return [size.case === 'dimValue' ? int(1, size.value) : text(2, size.value)];
}
