import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Where the files of onnxruntime-web are. */
export const RUNTIME_FILES: string = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm'));

/** A page and what it imports, in one script for browsers; or a script for Node, which imports ONNX Runtime by itself. */
export async function bundle(entry: URL, platform: 'browser' | 'node' = 'browser'): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    platform,
    ...(platform === 'node' && { external: ['onnxruntime-node', 'onnxruntime-web'] }),
    conditions: ['@descent/source'],
    logLevel: 'error',
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}
