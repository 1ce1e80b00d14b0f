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
import { backwards, type MessageWriter, written } from './wire.ts';

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
  return written((to) => {
    backwards(metadataProps, ({ key, value }) => to.message(14, () => writeEntry(to, key, value)));
    backwards(opsetImport, ({ domain, version }) =>
      to.message(8, () => {
        to.int(2, version);
        to.text(1, domain);
      }),
    );
    to.message(7, () => writeGraph(to, graph as GraphParts, places));
    to.text(6, info.description ?? '');
    to.text(3, info.producerVersion ?? '');
    to.text(2, info.producer ?? 'descent');
    to.int(1, irVersion);
  });
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

// Each writes the fields of a message, last ones first.

function writeGraph(
  to: MessageWriter,
  { name, node, initializer, input, output }: GraphParts,
  places: Places = new Map(),
): void {
  backwards(output, (value) => to.message(12, () => writeValue(to, value)));
  backwards(input, (value) => to.message(11, () => writeValue(to, value)));
  backwards(initializer, (t) => to.message(5, () => writeTensor(to, t, places.get(t.name))));
  to.text(2, name);
  backwards(node, (n) => to.message(1, () => writeNode(to, n)));
}

function writeNode(to: MessageWriter, { input, output, name, opType, domain, attribute }: NodeParts): void {
  backwards(attribute, (a) => to.message(5, () => writeAttribute(to, a)));
  if (domain !== '') to.text(7, domain);
  to.text(4, opType);
  to.text(3, name);
  backwards(output, (y) => to.text(2, y));
  backwards(input, (x) => to.text(1, x));
}

function writeAttribute(to: MessageWriter, { name, type, f, i, s, g, ints = [] }: AttributeParts): void {
  to.int(20, type);
  backwards(ints, (n) => to.int(8, n));
  if (g !== undefined) to.message(6, () => writeGraph(to, g));
  if (s !== undefined) to.bytes(4, s);
  if (i !== undefined) to.int(3, i);
  if (f !== undefined) to.float(2, f);
  to.text(1, name);
}

function writeTensor(
  to: MessageWriter,
  { dims, dataType, name, rawData }: TensorParts,
  place: Place | undefined,
): void {
  if (place === undefined) to.bytes(9, rawData);
  else {
    to.int(14, EXTERNAL);
    backwards(Object.entries({ ...place, length: rawData.length }), ([key, value]) =>
      to.message(13, () => writeEntry(to, key, `${value}`)),
    );
  }
  to.text(8, name);
  to.int(2, dataType);
  backwards(dims, (d) => to.int(1, d));
}

function writeEntry(to: MessageWriter, key: string, value: string): void {
  to.text(2, value);
  to.text(1, key);
}

function writeValue(to: MessageWriter, { name, type }: ValueParts): void {
  if (type?.value.case === 'tensorType') {
    const { value } = type.value;
    to.message(2, () => to.message(1, () => writeTensorType(to, value)));
  }
  to.text(1, name);
}

function writeTensorType(to: MessageWriter, { elemType, shape }: TensorTypeParts): void {
  if (shape !== undefined)
    to.message(2, () => backwards(shape.dim, ({ value }) => to.message(1, () => writeSize(to, value))));
  to.int(1, elemType);
}

function writeSize(to: MessageWriter, size: SizeParts): void {
  if (size.case === 'dimValue') to.int(1, size.value);
  else if (size.case === 'dimParam') to.text(2, size.value);
}
