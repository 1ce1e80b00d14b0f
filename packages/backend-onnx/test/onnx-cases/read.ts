import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import type { NDArray } from '@descent/core';
import { constantArray } from '../../src/import/constant-array.ts';
import { knownTensor } from '../../src/import/tensor.ts';
import { TensorProto_DataType as DataType, TensorProtoSchema } from '../../src/proto/onnx-pb.ts';

/** Where Debian's package libonnx-testdata puts ONNX's own tests. */
export const DATA = process.env['DESCENT_ONNX_TESTDATA'] ?? '/usr/share/libonnx-testdata/data';

export const noData = existsSync(DATA)
  ? undefined
  : `no folder ${DATA}: set DESCENT_ONNX_TESTDATA or install Debian's libonnx-testdata`;

/** A model with inputs and the outputs that they must give. */
export interface OnnxCase {
  readonly name: string;
  readonly model: string;
  readonly inputs: readonly NDArray[];
  readonly outputs: readonly NDArray[];
}

/** The names of all cases of a folder, such as `node`. */
export function caseNames(folder: string): readonly string[] {
  if (noData !== undefined) return [];
  return readdirSync(join(DATA, folder)).map((name) => name.replace(/^test_/, ''));
}

export function readCase(folder: string, name: string): OnnxCase {
  const path = join(DATA, folder, `test_${name}`);
  const set = join(path, 'test_data_set_0');
  const files = readdirSync(set);
  const all = (kind: string): readonly NDArray[] =>
    files
      .filter((f) => f.startsWith(`${kind}_`))
      .toSorted((a, b) => Number(/\d+/.exec(a)?.[0]) - Number(/\d+/.exec(b)?.[0]))
      .map((f) => readTensor(join(set, f)));
  return { name, model: join(path, 'model.onnx'), inputs: all('input'), outputs: all('output') };
}

function readTensor(path: string): NDArray {
  const proto = fromBinary(TensorProtoSchema, readFileSync(path));
  if (proto.dataType === DataType.UNDEFINED) throw new Error('no tensor');
  return constantArray(knownTensor(proto, path, path), path);
}
