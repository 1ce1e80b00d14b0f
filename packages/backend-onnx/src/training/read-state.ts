import { decodeSafetensors, type NDArray, type Parameters, type TrainerState, ValueError } from '@descent/core';

const PARAMETERS = 'parameters/';
const SLOTS = 'optimizer/';

/**
 * The state that training by exported files left, from the bytes of its safetensors file: for `trainer.load`, and its `parameters` for
 * `exportOnnx`. `step` is that of the file's metadata, or 0 where it says none.
 * @param path What errors call the file.
 * @throws DescentError when it is no safetensors file, ValueError for tensors that are no state.
 */
export function readTrainingState(file: Uint8Array, path = 'state.safetensors'): TrainerState {
  const { tensors, metadata } = decodeSafetensors(file, path);
  const part = (prefix: string): Record<string, NDArray> =>
    Object.fromEntries(
      Object.entries(tensors).flatMap(([name, array]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), array]] : [],
      ),
    );
  const names = Object.keys(tensors);
  const other = names.find((name) => !name.startsWith(PARAMETERS) && !name.startsWith(SLOTS));
  if (names.length === 0 || other !== undefined) {
    throw new ValueError('the file is no state of training by exported files', {
      path,
      received: other ?? 'no tensors',
      expected: `tensors whose names begin with ${PARAMETERS} or ${SLOTS}, as in state.safetensors`,
      fix: 'save all tensors of the state under the names of state.safetensors; parameters alone are read by decodeSafetensors',
    });
  }
  return { step: stepOf(metadata['step'], path), parameters: part(PARAMETERS) as Parameters, slots: part(SLOTS) };
}

function stepOf(text: string | undefined, path: string): number {
  if (text === undefined) return 0;
  const step = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(step)) return step;
  throw new ValueError('the file says no number of steps', {
    path,
    received: `step: ${JSON.stringify(text)} in its metadata`,
    expected: 'a whole number of steps, such as 100',
  });
}
