import { join, resolve } from 'node:path';
import { describeValue, expectOptions, ValueError } from '@descent/core';
import { writeAtomically } from '@descent/files';
import { settled } from './existing.ts';
import { exportTriton, nameOf, TRITON_OPTIONS, type TritonExport, type TritonOptions } from './export-triton.ts';
import { expectServiceName, serviceNameOf } from './names.ts';

export interface KServeOptions extends TritonOptions {
  /** Where the folder will lie for the cluster, such as `s3://models/lenet` or `pvc://claim/lenet`. */
  readonly storageUri: string;
  /** Name of the InferenceService. Default: the model's, in lower case and with `-` for what is not allowed. */
  readonly service?: string;
}

export interface KServeExport extends TritonExport {
  readonly service: string;
  /** The text of the manifest. */
  readonly manifest: string;
}

/** Where KServe's controller lets models come from. */
const SCHEMES: readonly string[] = [
  ...['s3', 'gs', 'pvc', 'https', 'http', 'hdfs', 'webhdfs', 'hf', 'file', 'oci', 'oci+native', 'oci+fetch'],
];

/**
 * Writes the folder of `exportTriton` and beside the models `<service>.yaml`, an InferenceService of KServe that serves them by Triton with the Open Inference
 * Protocol v2. The folder is to be put to `storageUri`, then `kubectl apply -f <service>.yaml`. For a manifest that is there already, `config`
 * holds as for the configuration of Triton.
 * @throws as `exportTriton`; ValueError for an address or a name of a service that KServe does not take.
 * @see https://kserve.github.io/website/docs/model-serving/predictive-inference/frameworks/onnx
 */
export async function exportKServe(model: string, options: KServeOptions): Promise<KServeExport> {
  expectOptions('exportKServe', options, [...TRITON_OPTIONS, 'storageUri', 'service']);
  const { storageUri, service: given, ...triton } = options;
  expectStorage(storageUri);
  if (given !== undefined) expectServiceName(given);
  const name = triton.name ?? nameOf(model);
  const service = given ?? serviceNameOf(name);
  expectServiceName(service);
  const path = join(resolve(`${triton.folder}`), `${service}.yaml`);
  const manifest = await settled(path, manifestText(service, storageUri), triton.config);
  const written = await exportTriton(model, triton);
  if (manifest.isWritten) await writeAtomically(path, manifest.text);
  return { ...written, service, manifest: manifest.text, files: [...written.files, path] };
}

function manifestText(service: string, storageUri: string): string {
  // Names and addresses are checked before, and a text of JSON is one of YAML. The runtime is named because KServe may choose another one for ONNX, which
  // wants its folders otherwise.
  return `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: ${service}
spec:
  predictor:
    model:
      modelFormat:
        name: onnx
      protocolVersion: v2
      runtime: kserve-tritonserver
      storageUri: ${JSON.stringify(storageUri)}
`;
}

function expectStorage(value: unknown): asserts value is string {
  const scheme = typeof value === 'string' ? /^([a-z0-9+]+):\/\/[^\s]+$/.exec(value)?.[1] : undefined;
  if (scheme !== undefined && SCHEMES.includes(scheme)) return;
  throw new ValueError('KServe fetches no models from there', {
    path: 'storageUri',
    received: describeValue(value),
    expected: `an address that begins with ${SCHEMES.map((name) => `${name}://`).join(', ')}`,
    fix: "give the place to which the folder will be uploaded, such as 's3://bucket/models' or 'pvc://claim/models'",
  });
}
