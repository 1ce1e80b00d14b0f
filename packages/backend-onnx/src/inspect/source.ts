import { BackendError } from '@descent/core';
import { filesBeside, readModelFile } from '#files';
import { type DataSource, filesGiven } from '../inference/data-source.ts';
import { expectSource } from '../inference/expect-source.ts';
import { modelName } from '../inference/model-name.ts';
import { parseModel } from '../inference/read-model.ts';
import type { ModelProto } from '../proto/onnx-pb.ts';

/** The path of an .onnx file, or its bytes. */
export type ModelSource = string | Uint8Array;

/** The content of files that hold weights, by the name that the model gives them. */
export type GivenFiles = Readonly<Record<string, Uint8Array>>;

/** A file as it was read, before anything was done with it. */
export interface ReadModel {
  readonly model: ModelProto;
  readonly bytes: Uint8Array;
  /** What it is called in messages. */
  readonly path: string;
  /** Where its external data are looked up. */
  readonly files: DataSource;
}

/** Reads the file format. Throws a `ValueError` for what is no source, a `BackendError` naming the file for what is no model. */
export async function readModel(what: string, source: ModelSource, given: GivenFiles = {}): Promise<ReadModel> {
  expectSource(what, source, given);
  const path = modelName(source);
  const bytes = typeof source === 'string' ? await readModelFile(source) : source;
  const files = typeof source === 'string' ? filesBeside(source, given) : filesGiven(path, given);
  return { model: parseModel(bytes, path), bytes, path, files };
}

/** Throws a `BackendError` that names the file and what is missing in it. */
export function damaged(path: string, received: string, expected: string): BackendError {
  return new BackendError('the model is damaged', {
    path,
    received,
    expected,
    fix: 'export the model again; the file was not written by an ONNX exporter',
  });
}
