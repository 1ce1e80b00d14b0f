import { fileURLToPath } from 'node:url';

export interface BundleOptions {
  /** Where the script runs. Default `browser`. */
  readonly platform?: 'browser' | 'node';
  /** Packages that the script imports by itself when it runs. */
  readonly external?: readonly string[];
  /** Conditions of package exports that count besides those of the platform. */
  readonly conditions?: readonly string[];
}

/** A file and all that it imports in one ES module, such as the script of a page for `runInBrowser`. Built by esbuild, which has to be installed. */
export async function bundleScript(entry: URL, options: BundleOptions = {}): Promise<Uint8Array> {
  const { platform = 'browser', external = [], conditions = [] } = options;
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    platform,
    external: [...external],
    conditions: [...conditions],
    logLevel: 'error',
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}
