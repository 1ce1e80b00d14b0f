// Stands for client.ts in browsers.
import { BackendError, type HeldState } from '@descent/core/backend';
import type { Sessions } from '../sessions.ts';

/** @throws BackendError always. */
export function workerSessions(_: unknown): Sessions<HeldState> {
  throw new BackendError('onnx({ worker: true }) starts a thread of Node', {
    path: 'worker',
    fix: 'in a browser, leave worker out and call onnx() in a Web Worker of your own',
  });
}
