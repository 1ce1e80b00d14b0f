import { basename, extname, join, resolve } from 'node:path';
import { inspectOnnx, type OnnxFacts } from '@descent/backend-onnx';
import { describeValue, expectOptions, ValueError } from '@descent/core';
import { writeAtomically } from '@descent/files';
import { expectOpenFirstAxes, isBatched } from './batch-axis.ts';
import { configText } from './config-pbtxt.ts';
import { type Existing, settled } from './existing.ts';
import { labelledOutputs, labelsFile } from './labelled-outputs.ts';
import { expectBeside, stageVersion, versionsIn } from './model-folder.ts';
import { expectModelName } from './names.ts';
import { tritonTensor } from './triton-tensor.ts';

export interface TritonOptions {
  /** The model repository: a folder with a folder for each model. It is made where it is not there. */
  readonly folder: string;
  /** What the model is called. Default: the name of the file, without `.onnx`. */
  readonly name?: string;
  /** Number of the version. Default: one more than the largest that is there, or 1. */
  readonly version?: number;
  /**
   * How many samples Triton may compute at once. Default 32 where the first axis of each input and output is open and has the same name, else 0: then
   * Triton joins no requests, and shapes are those of the file.
   */
  readonly maxBatchSize?: number;
  /** How long a request may wait for others to be computed with, in microseconds. Default 0: no longer than the ones before it take. */
  readonly maxQueueDelay?: number;
  /** Whether a version that is there already may be replaced. Default false. */
  readonly overwrite?: boolean;
  /** What happens to a `config.pbtxt` that is there already and says something else. Default: an error that tells where they differ. */
  readonly config?: Existing;
}

export interface TritonExport {
  readonly name: string;
  readonly version: number;
  /** 0 where Triton joins no requests. */
  readonly maxBatchSize: number;
  /** The path of every file that belongs to it and was written. */
  readonly files: readonly string[];
  /** The text of `config.pbtxt` that is there now. */
  readonly config: string;
}

export const TRITON_OPTIONS: readonly string[] = [
  ...['folder', 'name', 'version', 'maxBatchSize', 'maxQueueDelay', 'overwrite', 'config'],
];

const DEFAULT_BATCH = 32;
const CONFIG_FILE = 'config.pbtxt';

/**
 * Writes an ONNX file into a model repository of Triton Inference Server: `<folder>/<name>/<version>/model.onnx` with the files that hold its weights, and
 * `<folder>/<name>/config.pbtxt` with names, types and shapes, the batch, and the labels of classes. The version is there whole or not at all.
 * @throws ValueError for an option that does not fit, or where something else is there already; DTypeError or ShapeError for an input or output that
 * Triton does not take; BackendError when the file is no model; FileError when it cannot be written.
 * @see https://github.com/triton-inference-server/server/blob/main/docs/user_guide/model_configuration.md
 */
export async function exportTriton(model: string, options: TritonOptions): Promise<TritonExport> {
  expectOptions('exportTriton', options, TRITON_OPTIONS);
  const { folder, name = nameOf(model), overwrite = false } = options;
  expectModelName(name);
  expectText('folder', folder);
  expectNumbers(options);
  const facts = await inspectOnnx(model);
  const beside = Object.keys(facts.externalData);
  await expectBeside(model, beside);
  const { config, labels, maxBatchSize } = describe(facts, name, options);

  const place = join(resolve(folder), name);
  const versions = await versionsIn(place);
  const version = options.version ?? (versions.at(-1) ?? 0) + 1;
  if (versions.includes(version) && !overwrite) {
    throw new ValueError('that version is there already', {
      path: join(place, `${version}`),
      received: `version ${version}, with ${versions.join(', ')} there`,
      expected: 'a version that is not there, or overwrite: true',
      fix: `leave the version out, and it becomes ${(versions.at(-1) as number) + 1}`,
    });
  }
  const configuration = await settled(join(place, CONFIG_FILE), config, options.config);
  // Labels belong to the configuration that names them.
  const texts = configuration.text === config ? [...labels, [CONFIG_FILE, config] as const] : [];
  const staged = await stageVersion(place, version, { model, beside });
  try {
    for (const [file, text] of texts) await writeAtomically(join(place, file), text);
  } catch (error) {
    await staged.discard();
    throw error;
  }
  return {
    name,
    version,
    maxBatchSize,
    files: [...(await staged.commit()), ...texts.map(([file]) => join(place, file))],
    config: configuration.text,
  };
}

interface Described {
  readonly config: string;
  readonly maxBatchSize: number;
  /** Text of each file with labels, by its name. */
  readonly labels: readonly (readonly [file: string, text: string])[];
}

/** The configuration of a model. Pure. */
export function describe(
  facts: OnnxFacts,
  name: string,
  options: Pick<TritonOptions, 'maxBatchSize' | 'maxQueueDelay'> = {},
): Described {
  const { maxBatchSize = isBatched(facts) ? DEFAULT_BATCH : 0, maxQueueDelay } = options;
  const batched = maxBatchSize > 0;
  if (batched) expectOpenFirstAxes(facts);
  if (!batched && maxQueueDelay !== undefined) {
    throw new ValueError('Triton joins no requests for this model, so none waits', {
      path: 'maxQueueDelay',
      received: `${maxQueueDelay} with maxBatchSize 0`,
      expected: 'a model whose inputs and outputs have one open first axis',
      fix: 'leave maxQueueDelay out, or give maxBatchSize',
    });
  }
  const labelled = labelledOutputs(facts, batched);
  const fileOf = (index: number): string => (labelled.size === 1 ? 'labels.txt' : `labels.${index}.txt`);
  const inputs = facts.inputs.map((input) => tritonTensor(input, batched));
  const outputs = facts.outputs.map((output, i) => ({
    ...tritonTensor(output, batched),
    ...(labelled.has(output.name) && { labelsFile: fileOf(i) }),
  }));
  const text = labelsFile(facts.descent.labels ?? []);
  return {
    config: configText({
      name,
      maxBatchSize,
      inputs,
      outputs,
      maxQueueDelay: batched ? (maxQueueDelay ?? 0) : undefined,
    }),
    maxBatchSize,
    labels: outputs.flatMap(({ labelsFile: file }) => (file === undefined ? [] : [[file, text] as const])),
  };
}

/** The name of a model by default: that of its file. */
export function nameOf(model: unknown): string {
  if (typeof model === 'string' && model !== '') return basename(model, extname(model));
  throw new ValueError('exportTriton takes the path of an .onnx file', {
    received: describeValue(model),
    expected: "a path, such as 'lenet.onnx'",
    fix: 'write the bytes of a model to a file first',
  });
}

function expectText(path: string, value: unknown): void {
  if (typeof value === 'string' && value !== '') return;
  throw new ValueError('exportTriton has no folder to write to', {
    path,
    received: describeValue(value),
    expected: "a path, such as 'model-repository'",
  });
}

/** Triton keeps a batch as a signed integer of 32 bits. */
const MOST_BATCH = 2 ** 31 - 1;
/** Of as many digits as folders with versions are read back with. */
const MOST_VERSION = 10 ** 15 - 1;

function expectNumbers({ version, maxBatchSize, maxQueueDelay, overwrite, config }: TritonOptions): void {
  expectWhole('version', version, 1, MOST_VERSION);
  expectWhole('maxBatchSize', maxBatchSize, 0, MOST_BATCH);
  expectWhole('maxQueueDelay', maxQueueDelay, 0, Number.MAX_SAFE_INTEGER);
  if (overwrite !== undefined && typeof overwrite !== 'boolean') throw invalid('overwrite', overwrite, 'true or false');
  if (config !== undefined && config !== 'keep' && config !== 'replace') {
    throw invalid('config', config, "'keep' or 'replace'");
  }
}

function expectWhole(path: string, value: unknown, least: number, most: number): void {
  if (value === undefined) return;
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return;
  throw invalid(path, value, `a whole number from ${least} to ${most}`);
}

function invalid(path: string, value: unknown, expected: string): ValueError {
  return new ValueError('exportTriton was given an option that does not fit', {
    path,
    received: describeValue(value),
    expected,
  });
}
