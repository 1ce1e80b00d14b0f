import type { Address, AnyWorker } from '../backend/worker-option.ts';
import { BackendError, type ValueError } from '../errors.ts';
import { expectKind, notWhatWasWanted } from '../options.ts';

/** A package that has a worker. */
export interface ThreadOwner {
  /** Such as `'@descent/backend-onnx'`. */
  readonly name: string;
  /** How its users name a script of their own, such as `"onnx({ worker: new URL('./onnx-worker.js', import.meta.url) })"`. */
  readonly example: string;
}

/**
 * The script of a package's worker thread in Node: `public/worker.js`, in the folder beside that of the module at `here`, its
 * `import.meta.url`.
 * @throws BackendError when the file is not there: bundlers move the code that starts it, and leave it behind.
 */
export function threadScript(owner: ThreadOwner, here: string | undefined): string {
  expectKind('threadScript', owner, { name: 'text', example: 'text' }, "{ name: '@my/backend', example: '…' }");
  if (here !== undefined && !(typeof here === 'string' && URL.canParse(here))) throw noAddress('here', here);
  // The compiler rewrites the ends of imports, not of addresses. A bundle for `require` has no address.
  const file = here?.endsWith('.ts') ? '../public/worker.ts' : '../public/worker.js';
  const { href, protocol } = new URL(file, here ?? 'file:///bundle/');
  const { existsSync } = builtin('node:fs');
  if (protocol !== 'file:' || existsSync(new URL(href))) return href;
  const { name, example } = owner;
  throw new BackendError('the file of the worker thread is missing', {
    path: 'worker',
    received: builtin('node:url').fileURLToPath(href),
    expected: `public/worker.js of ${name}, in the folder beside that of the code that starts it`,
    fix: `tell the bundler to leave ${name} out (external), or bundle ${name}/worker, too, and name the result: ${example}`,
  });
}

/**
 * Starts a worker thread of Node that runs the script at `address`: a path, or an address that begins with `file:`.
 * @throws ValueError for what is neither.
 */
export function startThread(address: Address): AnyWorker {
  const text = typeof address === 'string' ? address : (address as { readonly href?: unknown } | null)?.href;
  if (typeof text !== 'string' || !/^(?:file:|\.{0,2}[\\/]|[A-Za-z]:)/.test(text)) throw noAddress('address', address);
  const { Worker } = builtin('node:worker_threads');
  // Options such as --input-type or --inspect-brk are for the main thread; how packages resolve is for both.
  const execArgv = process.execArgv.filter((argument) => argument.startsWith('--conditions='));
  return new Worker(text.startsWith('file:') ? new URL(text) : text, { execArgv });
}

function noAddress(what: string, given: unknown): ValueError {
  return notWhatWasWanted(what, given, {
    what: "the address or the path of a script; a path begins with '/', './' or '../'",
    example: "new URL('./worker.js', import.meta.url)",
  });
}

/** What is taken from modules of Node. They are not imported: pages load this module, too. */
interface Builtins {
  'node:fs': { existsSync(path: Href): boolean };
  'node:url': { fileURLToPath(href: string): string };
  'node:worker_threads': {
    readonly Worker: new (script: string | Href, options: { readonly execArgv: readonly string[] }) => AnyWorker;
  };
}

function builtin<N extends keyof Builtins>(name: N): Builtins[N] {
  return process.getBuiltinModule(name);
}

interface Href {
  readonly href: string;
  readonly protocol: string;
}

declare const URL: { new (address: string, base?: string): Href; canParse(address: string): boolean };
declare const process: {
  readonly execArgv: readonly string[];
  getBuiltinModule<N extends keyof Builtins>(name: N): Builtins[N];
};
