import type { TfjsOptions } from '@descent/backend-tfjs';
import { type Backend, BackendError } from '@descent/core';
import { reason } from './errors.ts';

/** Opens an engine of TensorFlow.js. The package is optional and loaded when an engine of it is named. */
export async function openTfjs(engine: TfjsOptions['engine']): Promise<Backend> {
  const { tfjs } = await import('@descent/backend-tfjs').catch((cause: unknown) => {
    throw new BackendError(`tfjs:${engine} could not be loaded`, {
      received: reason(cause),
      expected: 'the package @descent/backend-tfjs',
      fix: 'npm install @descent/backend-tfjs',
      cause,
    });
  });
  return tfjs({ engine });
}
