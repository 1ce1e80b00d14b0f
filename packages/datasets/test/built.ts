import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

export interface Built {
  /** The package as plain JavaScript. */
  readonly datasets: typeof import('../src/public/index.ts');
  /** Its file, for other processes. */
  readonly file: string;
  remove(): void;
}

/** Builds the package from its sources, workers included, since threads of Node 20 cannot run TypeScript. */
export async function builtPackage(): Promise<Built> {
  // Inside the package, so that its dependencies are found.
  const cache = join(PACKAGE, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'descent-built-'));
  await build({
    entryPoints: { index: join(PACKAGE, 'src/public/index.ts'), worker: join(PACKAGE, 'src/loader/workers/worker.ts') },
    outdir: folder,
    outExtension: { '.js': '.js' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@descent/source'],
    external: ['sharp'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  const file = join(folder, 'index.js');
  return {
    datasets: (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Built['datasets'],
    file,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
