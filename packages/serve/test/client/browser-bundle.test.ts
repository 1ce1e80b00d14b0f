import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

test('for browsers, the client has nothing of Node, no package but core, and is small', async () => {
  const { metafile, outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../src/public/client.ts', import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['@descent/source'],
    external: ['node:*'],
    logLevel: 'error',
  });
  const outside = Object.values(metafile.inputs).flatMap(({ imports }) => imports.filter((i) => i.external === true));
  expect(outside).toEqual([]);
  const own = /packages\/(core\/src|serve\/src\/(client|protocol|public))\//;
  expect(Object.keys(metafile.inputs).filter((file) => !own.test(file))).toEqual([]);
  expect(gzipSync(outputFiles[0]?.contents as Uint8Array).length).toBeLessThan(11_000);
});
