import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

test.each(['index.ts', 'worker.ts'])(
  'for browsers, nothing of Node is reachable, nor the package that is made for it: %s',
  async (entry) => {
    const { metafile } = await build({
      entryPoints: [fileURLToPath(new URL(`../src/public/${entry}`, import.meta.url))],
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'browser',
      conditions: ['@descent/source'],
      // The runtime's own glue names Node's modules behind a test for Node.
      external: ['onnxruntime-*', 'node:*'],
      logLevel: 'error',
    });
    const imports = Object.values(metafile.inputs).flatMap((file) => file.imports);
    const outside = imports.filter((i) => i.external === true).map((i) => i.path);
    expect(outside.sort()).toEqual(['onnxruntime-web/wasm', 'onnxruntime-web/webgpu']);
  },
);
