import { ValueError } from '@descent/core';
import { expectWritable } from '#files';

/** Throws when no model can be written to `path`, before any work is done for it. */
export async function expectModelPath(path: string): Promise<void> {
  if (typeof path !== 'string' || path === '') {
    throw new ValueError('exportOnnx was given an invalid path', {
      path: 'path',
      received: path === '' ? 'an empty text' : typeof path,
      expected: 'where to write the file, such as model.onnx; leave it out to get only the bytes',
    });
  }
  await expectWritable(path, 'the model cannot be written there');
}
