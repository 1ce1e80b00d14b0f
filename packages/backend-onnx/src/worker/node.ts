import { type Address, type AnyWorker, startThread, type ThreadOwner, threadScript } from '@descent/core/remote';
import { withoutReports } from '../runtime/quiet.ts';

const OWNER: ThreadOwner = {
  name: '@descent/backend-onnx',
  example: "onnx({ worker: new URL('./onnx-worker.js', import.meta.url) })",
};

/** Starts the worker thread of this package, or the script at `address`. */
export function startWorker(address?: Address): AnyWorker {
  withoutReports();
  // A bundle for `require` has no address.
  const here: string | undefined = import.meta.url;
  return startThread(address ?? threadScript(OWNER, here));
}
