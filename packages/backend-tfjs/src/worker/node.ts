import { Worker } from 'node:worker_threads';
import type { Address, AnyWorker } from '@descent/core/remote';

/** Starts the worker thread of this package, or the script at `address`. */
export function startWorker(address: Address = ownAddress()): AnyWorker {
  // Options such as --input-type or --inspect-brk are for the main thread; how packages resolve is for both.
  const execArgv = process.execArgv.filter((argument) => argument.startsWith('--conditions='));
  const place = typeof address === 'string' && !address.startsWith('file:') ? address : new URL(hrefOf(address));
  return new Worker(place, { execArgv });
}

function hrefOf(address: Address): string {
  return typeof address === 'string' ? address : address.href;
}

/** The compiler rewrites the ends of imports, not of addresses. */
function ownAddress(): URL {
  // A bundle for `require` has no address.
  const here: string | undefined = import.meta.url;
  return new URL(here?.endsWith('.ts') ? '../public/worker.ts' : '../public/worker.js', here ?? 'file:///bundle/');
}
