import { elementName } from '../model/element-names.ts';
import type { TypeProto, ValueInfoProto } from '../proto/onnx-pb.ts';

/** An input or output of a file, as the file tells of it. */
export interface ValueFacts {
  readonly name: string;
  /** Such as `float32`; `sequence(float32)` or `map` for what is no tensor; `unknown` where the file is silent. */
  readonly type: string;
  /** Sizes, names of open ones, null for those that are open without a name; null where the file says nothing of the shape. */
  readonly shape: readonly (number | string | null)[] | null;
}

export function valueFacts({ name, type }: ValueInfoProto): ValueFacts {
  const tensor = type?.value.case === 'tensorType' ? type.value.value : undefined;
  if (tensor === undefined) return { name, type: typeName(type), shape: null };
  const shape = tensor.shape?.dim.map(({ value }) => {
    if (value.case === 'dimValue') return Number(value.value);
    return value.case === 'dimParam' && value.value !== '' ? value.value : null;
  });
  return { name, type: elementName(tensor.elemType), shape: shape ?? null };
}

/** `float32[batch, 3, ?, ?]` for people. */
export function valueText({ type, shape }: Pick<ValueFacts, 'type' | 'shape'>): string {
  return shape === null ? type : `${type}[${shape.map((d) => d ?? '?').join(', ')}]`;
}

/** How deep types are told; they may be nested without an end. */
const DEEPEST = 4;

function typeName(type: TypeProto | undefined, depth = 0): string {
  const value = type?.value;
  if (depth > DEEPEST) return '…';
  switch (value?.case) {
    case 'tensorType':
      return elementName(value.value.elemType);
    case 'sparseTensorType':
      return `sparse(${elementName(value.value.elemType)})`;
    case 'sequenceType':
      return `sequence(${typeName(value.value.elemType, depth + 1)})`;
    case 'optionalType':
      return `optional(${typeName(value.value.elemType, depth + 1)})`;
    case 'mapType':
      return `map(${elementName(value.value.keyType)}, ${typeName(value.value.valueType, depth + 1)})`;
    default:
      return value?.case === undefined ? 'unknown' : value.case.replace(/Type$/, '');
  }
}
