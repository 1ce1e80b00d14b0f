// Stands for node.ts in browsers.
import type { Address, AnyWorker } from '@descent/core/remote';

declare const Worker: new (address: Address, options: { readonly type: 'module' }) => AnyWorker;

/** Starts the worker of this package, or the script at `address`. */
export function startWorker(address?: Address): AnyWorker {
  // Bundlers look for exactly this expression, and make a file of their own of what it names.
  return address === undefined
    ? new Worker(new URL('../public/worker.js', import.meta.url), { type: 'module' })
    : new Worker(address, { type: 'module' });
}
