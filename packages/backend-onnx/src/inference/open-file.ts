import { BackendError, type NDArray } from '@descent/core';
import { filesBeside, readModelFile } from '#files';
import { type Device, openDevice } from '../device/device.ts';
import type { DeviceOptions } from '../device/options.ts';
import { readMetadata } from '../export/metadata.ts';
import type { OptimizationLevel } from '../optimization-level.ts';
import type { ModelProto } from '../proto/onnx-pb.ts';
import type { Ort } from '../runtime/runtime.ts';
import { axesCheck, fromResult, toFeed } from './convert.ts';
import { filesGiven } from './data-source.ts';
import { containData } from './external-data.ts';
import { expectBoundedFunctions } from './function-size.ts';
import { guardDivisions } from './guard-divisions.ts';
import { modelName } from './model-name.ts';
import type { OpenedFile } from './opened-file.ts';
import { fileOutputKind } from './output-kind.ts';
import { describeModel, parseModel } from './read-model.ts';

/** Reads a model and opens a session for it in this thread. Throws a `BackendError` that names it when it is not there, damaged or refused. */
export async function openFile(
  source: string | Uint8Array,
  externalData: Readonly<Record<string, Uint8Array>>,
  options: DeviceOptions,
): Promise<OpenedFile> {
  const path = modelName(source);
  const bytes = typeof source === 'string' ? await readModelFile(source) : source;
  const files = typeof source === 'string' ? filesBeside(source, externalData) : filesGiven(path, externalData);
  const model = parseModel(bytes, path);
  expectBoundedFunctions(model, path);
  const { metadata, inputs, outputs } = describeModel(model, path);
  const contained = await containData(model, bytes, path, files, guardDivisions(model));
  const device = await openDevice(options);
  const mayFallBack = options.fallback === 'allow';
  const opened = device.open({
    ...contained,
    path,
    level: fileLevel(model, device),
    isAsked: true,
    dequantizesOnce: hasIntegersInWeightsAlone(model),
    mayFallBack,
  });
  opened.catch(device.end);
  const session = await opened;
  const told = readMetadata(metadata);
  const info = { ...told, outputKind: fileOutputKind(model, outputs[0], told.outputKind) };
  const expectAxes = axesCheck(inputs, told.axes ?? {}, path);
  const failure = (cause: unknown): Error => notRun(cause, path);
  let running = 0;
  let isClosed = false;
  const giveBack = (): void => void device.close(session).then(device.end);

  return {
    inputs,
    outputs,
    info,
    // This is called for each sample of a server: a step less is seen where networks are small.
    async run(feeds) {
      const tensors: Record<string, Ort.Tensor> = {};
      for (const port of inputs) tensors[port.name] = toFeed(device.ort, port, feeds[port.name] as NDArray, path);
      expectAxes(feeds);
      running++;
      try {
        const results = await device.run(session, tensors, failure);
        const arrays: Record<string, NDArray> = {};
        for (const port of outputs) {
          const result = results[port.name];
          if (result === undefined) throw noResult(port.name, path);
          arrays[port.name] = fromResult(port, result, path);
        }
        return arrays;
      } finally {
        running--;
        if (isClosed && running === 0) giveBack();
      }
    },
    close() {
      if (!isClosed && running === 0) giveBack();
      isClosed = true;
    },
  };
}

/** As for programs: what gains by other layouts of memory, which are for processors, is convolutions. */
function fileLevel({ graph }: ModelProto, { traits }: Device): OptimizationLevel {
  const convolves = graph?.node.some(({ opType }) => opType.endsWith('Conv')) === true;
  return convolves && traits.isProcessor ? 'all' : 'extended';
}

/**
 * Integers that no input of a node is made of are a way to store weights. ONNX Runtime would keep them for operators in integers, which such a file does not
 * have, and turn them into float32 in each run.
 */
function hasIntegersInWeightsAlone({ graph }: ModelProto): boolean {
  const has = (type: string): boolean => graph?.node.some(({ opType }) => opType === type) === true;
  return has('DequantizeLinear') && !has('QuantizeLinear');
}

/** A file can be written so that two readers find two graphs in it. */
function noResult(output: string, path: string): BackendError {
  return new BackendError('ONNX Runtime gives no such output of the model', {
    path,
    received: `nothing for '${output}'`,
    expected: 'a tensor',
    fix: 'the file is damaged: export the model again; the ONNX checker says more',
  });
}

function notRun(cause: unknown, path: string): BackendError {
  return new BackendError('ONNX Runtime could not run the model', {
    path,
    received: cause instanceof Error ? cause.message : String(cause),
    expected: 'inputs of sizes and values that the operators of the model can take',
    fix: 'the text above names the operator; compare what you feed with what the model was exported for',
    cause,
  });
}
