import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BackendError } from '@descent/core/backend';

/** Throws a BackendError when the file of the thread is not there: bundlers move the code that starts it, and leave it behind. */
export function expectWorkerFile(address: URL): void {
  if (address.protocol !== 'file:' || existsSync(address)) return;
  throw new BackendError('the file of the worker thread is missing', {
    path: 'worker',
    received: fileURLToPath(address),
    expected: 'public/worker.js of @descent/backend-onnx, in the folder beside that of the code that starts it',
    fix: "tell the bundler to leave @descent/backend-onnx out (external), or bundle @descent/backend-onnx/worker, too, and name the result: onnx({ worker: new URL('./onnx-worker.js', import.meta.url) })",
  });
}
