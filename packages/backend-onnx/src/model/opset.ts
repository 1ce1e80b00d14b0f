import { ValueError } from '@descent/core/backend';
import type { Attributes } from './graph.ts';

/**
 * The version of the ONNX operator set that models are written in, unless asked otherwise: the oldest that has everything the lowerings
 * use without a detour (`LayerNormalization`), so that the most runtimes can read an export.
 */
export const DEFAULT_OPSET = 17;

/** Opset → version of the file format that was released together with it. */
const IR_VERSIONS: Readonly<Record<number, number>> = {
  ...{ 13: 7, 14: 7, 15: 8, 16: 8, 17: 8, 18: 8, 19: 9, 20: 9, 21: 10, 22: 10, 23: 11, 24: 12, 25: 13, 26: 13 },
};

export const LEAST_OPSET: number = Math.min(...Object.keys(IR_VERSIONS).map(Number));
/** The newest that this version of ONNX Runtime takes. */
export const NEWEST_OPSET: number = Math.max(...Object.keys(IR_VERSIONS).map(Number));

/** The file format version for `opset`. Throws a `ValueError` for opsets that the lowerings are not written for. */
export function irVersion(opset: number): number {
  const version = IR_VERSIONS[opset];
  if (version !== undefined) return version;
  throw new ValueError('this ONNX opset is not supported', {
    path: 'opset',
    received: `${opset}`,
    expected: `an integer from ${LEAST_OPSET} to ${NEWEST_OPSET}`,
  });
}

/** Operators that came later than opset 13, and what older ones learned. The keys are types, some with an attribute and perhaps its value. */
const SINCE: Readonly<Record<string, number>> = {
  ...{
    BitwiseAnd: 18,
    BitwiseXor: 18,
    Gelu: 20,
    HardSwish: 14,
    LayerNormalization: 17,
    Mish: 18,
    RMSNormalization: 23,
  },
  ...{ 'Pad mode wrap': 19, 'Reshape allowzero': 14, 'ScatterElements reduction': 16, 'ScatterND reduction': 16 },
  'Shape start': 15,
};

const CHANGED: ReadonlySet<string> = new Set(Object.keys(SINCE).map((kind) => kind.split(' ')[0] as string));

/**
 * Refuses an operator that `opset` does not have.
 * @throws ValueError naming the operator and the opset that has it.
 */
export function expectOperator(type: string, attributes: Attributes, opset: number): void {
  if (!CHANGED.has(type)) return;
  const kinds = [
    type,
    ...Object.entries(attributes).flatMap(([name, value]) => [`${type} ${name}`, `${type} ${name} ${value}`]),
  ];
  const kind = kinds.find((key) => (SINCE[key] ?? 0) > opset);
  if (kind === undefined) return;
  const [, attribute, value] = kind.split(' ');
  const how = attribute === undefined ? '' : ` with ${attribute}${value === undefined ? '' : ` = ${value}`}`;
  throw new ValueError('the network needs an operator that this ONNX opset does not have', {
    path: 'opset',
    received: `${opset}, and ${type}${how}`,
    expected: `opset ${SINCE[kind]} or later`,
  });
}
