import { type Address, type AnyWorker, startThread, type ThreadOwner, threadScript } from '@descent/core/remote';

const OWNER: ThreadOwner = {
  name: '@descent/backend-tfjs',
  example: "tfjs({ engine, worker: new URL('./tfjs-worker.js', import.meta.url) })",
};

/** Starts the worker thread of this package, or the script at `address`. */
export function startWorker(address?: Address): AnyWorker {
  // A bundle for `require` has no address.
  const here: string | undefined = import.meta.url;
  return startThread(address ?? threadScript(OWNER, here));
}
