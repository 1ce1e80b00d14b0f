import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

test.each(['index', 'worker'])('for browsers, nothing of Node is reachable from %s', async (entry) => {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL(`../src/public/${entry}.ts`, import.meta.url))],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['@descent/source'],
    external: ['@tensorflow/*', 'node:*'],
    logLevel: 'error',
  });
  const imports = Object.values(metafile.inputs).flatMap((file) => file.imports);
  const outside = imports.filter((i) => i.external === true).map((i) => i.path);
  expect(outside.sort()).toEqual([
    '@tensorflow/tfjs-backend-cpu',
    '@tensorflow/tfjs-backend-wasm',
    '@tensorflow/tfjs-backend-webgl',
    '@tensorflow/tfjs-backend-webgpu',
    '@tensorflow/tfjs-core',
  ]);
});
