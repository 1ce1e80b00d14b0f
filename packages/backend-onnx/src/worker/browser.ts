// Stands for node.ts in browsers.
import type { Address, AnyWorker } from '@descent/core/remote';

declare const Worker: new (address: Address, options: { readonly type: 'module' }) => AnyWorker;
declare const document: { readonly baseURI: string } | undefined;

/** Starts the worker of this package, or the script at `address`. */
export function startWorker(address?: Address): AnyWorker {
  // Bundlers look for exactly this expression, and make a file of their own of what it names.
  return address === undefined
    ? new Worker(new URL('../public/worker.js', import.meta.url), { type: 'module' })
    : new Worker(address, { type: 'module' });
}

/** An address that means the same in a worker: relative ones are relative to the page. */
export function absoluteAddress(address: string): string {
  return typeof document === 'undefined' ? address : new URL(address, document.baseURI).href;
}
