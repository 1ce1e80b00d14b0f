import { onnxBackends } from '@descent/backend-onnx';
import { tfjsBackends } from '@descent/backend-tfjs';
import { type Backend, ValueError } from '@descent/core';
import { referenceBackends } from '@descent/core/reference';

/**
 * The backend of a name such as `onnx:cpu` or `tfjs:wasm`.
 * @throws ValueError when no package has it.
 */
export async function openBackend(name: string): Promise<Backend> {
  const all = [...onnxBackends, ...tfjsBackends, ...referenceBackends];
  const found = all.find((backend) => backend.name === name);
  if (found === undefined) {
    throw new ValueError('there is no such backend', {
      received: name,
      expected: all.map((backend) => backend.name).join(', '),
    });
  }
  return found.open();
}
