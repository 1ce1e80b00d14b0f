import { ValueError } from '@descent/core/backend';

/**
 * The version of the ONNX operator set that models are written in, unless asked otherwise: the oldest that has everything the lowerings
 * use (`ScatterElements` that adds, opset 16; `Shape` of some axes, opset 15), so that the most runtimes can read an export.
 */
export const DEFAULT_OPSET = 17;

/** Opset → version of the file format that was released together with it. */
const IR_VERSIONS: Readonly<Record<number, number>> = { 17: 8, 18: 8, 19: 9, 20: 9, 21: 10, 22: 10, 23: 11 };

/** The file format version for `opset`. Throws a `ValueError` for opsets that the lowerings are not written for. */
export function irVersion(opset: number): number {
  const version = IR_VERSIONS[opset];
  if (version !== undefined) return version;
  const known = Object.keys(IR_VERSIONS);
  throw new ValueError('this ONNX opset is not supported', {
    path: 'opset',
    received: `${opset}`,
    expected: `an integer from ${known[0]} to ${known.at(-1)}`,
  });
}
