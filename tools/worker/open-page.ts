import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInBrowser } from '@descent/conformance/browser';
import { build } from 'esbuild';

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

function folderOf(file: string, owner: string): string {
  return dirname(createRequire(pathOf(`../../packages/${owner}/package.json`)).resolve(file));
}

/** One script of a page or a worker, with all that it imports, as small as it is published. */
async function bundle(entry: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [pathOf(entry)],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2023',
    platform: 'browser',
    conditions: ['@descent/source'],
    logLevel: 'error',
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

/**
 * Opens a page as a bundler without an eye for workers makes it: the page is one script, and the worker of each backend another, in the folder
 * `scripts`, whose files are served under `/scripts/`. What the page reports.
 */
export async function openPage<Report>(browser: string, entry: string, scripts: string, query = ''): Promise<Report> {
  for (const name of ['onnx', 'tfjs']) {
    const worker = await bundle(`../../packages/backend-${name}/src/public/worker.ts`);
    writeFileSync(join(scripts, `${name}-worker.mjs`), worker);
  }
  const { failure, ...report } = await runInBrowser<Report & { readonly failure?: string }>(browser, {
    script: await bundle(entry),
    query,
    folders: {
      '/scripts/': scripts,
      '/onnx/': folderOf('onnxruntime-web/wasm', 'backend-onnx'),
      '/tfjs/': folderOf('@tensorflow/tfjs-backend-wasm', 'backend-tfjs'),
    },
  });
  if (failure !== undefined) throw new Error(`the page failed: ${failure}`);
  return report as Report;
}
