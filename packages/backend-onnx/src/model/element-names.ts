import { TensorProto_DataType as DataType } from '../proto/onnx-pb.ts';

/** How ONNX calls element types that others call by the number of bits. */
const USUAL: Readonly<Record<string, string>> = { FLOAT: 'float32', DOUBLE: 'float64' };

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(DataType).map(([name, number]) => [number, USUAL[name] ?? name.toLowerCase()]),
);

/** `float32` for 1, and so on. */
export function elementName(type: number): string {
  return NAMES.get(type) ?? `type ${type}`;
}
